#include "Handles.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/Descriptors/MolSurf.h>
#include <GraphMol/Fingerprints/AtomPairs.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/MolOps.h>

using namespace RDKit;

namespace {

unsigned largestRing(const ROMol &mol) {
  size_t largest = 0;
  for (const auto &ring : mol.getRingInfo()->atomRings()) largest = std::max(largest, ring.size());
  return static_cast<unsigned>(largest);
}

unsigned stereocenters(const ROMol &mol) {
  // On a copy: the search leaves marks that would change canonical SMILES.
  ROMol copy(mol);
  MolOps::assignStereochemistry(copy, false, true, true);
  unsigned count = 0;
  for (const auto *atom : copy.atoms()) {
    if (atom->hasProp(common_properties::_CIPCode) ||
        atom->hasProp(common_properties::_ChiralityPossible)) {
      count++;
    }
  }
  return count;
}

double descriptor(const RWMol &mol, crd_descriptor kind) {
  using namespace Descriptors;
  switch (kind) {
    case CRD_WEIGHT: return calcAMW(mol);
    case CRD_EXACT_WEIGHT: return calcExactMW(mol);
    case CRD_LOGP: return crd::crippen(mol).logP;
    case CRD_MOLAR_REFRACTIVITY: return crd::crippen(mol).refractivity;
    case CRD_TPSA: return calcTPSA(mol);
    case CRD_ACCEPTORS: return calcNumHBA(mol);
    case CRD_DONORS: return calcNumHBD(mol);
    case CRD_ROTATABLE_BONDS: return calcNumRotatableBonds(mol, Strict);
    case CRD_RINGS: return calcNumRings(mol);
    case CRD_AROMATIC_RINGS: return calcNumAromaticRings(mol);
    case CRD_LARGEST_RING: return largestRing(mol);
    case CRD_SPIRO_ATOMS: return calcNumSpiroAtoms(mol);
    case CRD_BRIDGEHEAD_ATOMS: return calcNumBridgeheadAtoms(mol);
    case CRD_STEREOCENTERS: return stereocenters(mol);
    case CRD_HEAVY_ATOMS: return mol.getNumHeavyAtoms();
    case CRD_GRAPH_ATOMS: return mol.getNumAtoms();
    case CRD_ATOMS: return mol.getNumAtoms(false);
    case CRD_FRACTION_CSP3: return calcFractionCSP3(mol);
    case CRD_FORMAL_CHARGE: return MolOps::getFormalCharge(mol);
    case CRD_BERTZ: return crd::bertzComplexity(mol);
  }
  throw std::invalid_argument("no such descriptor");
}

template <typename Id>
void copyOut(
  const SparseIntVect<Id> &vector, uint32_t **identifiers, uint32_t **counts, size_t *size) {
  const auto &entries = vector.getNonzeroElements();  // an ordered map
  auto *ids = static_cast<uint32_t *>(std::malloc((entries.size() + 1) * sizeof(uint32_t)));
  auto *values = static_cast<uint32_t *>(std::malloc((entries.size() + 1) * sizeof(uint32_t)));
  if (!ids || !values) {
    std::free(ids);
    std::free(values);
    throw std::bad_alloc();
  }
  size_t i = 0;
  for (const auto &[id, count] : entries) {
    ids[i] = static_cast<uint32_t>(id);
    values[i] = static_cast<uint32_t>(count);
    i++;
  }
  *identifiers = ids;
  *counts = values;
  *size = entries.size();
}

}  // namespace

extern "C" {

int crd_molecule_descriptor(
  crd_molecule *molecule, crd_descriptor kind, double *value, char **error) {
  return crd::guarded<int>(molecule, error, 1, [=](const RWMol &mol) {
    *value = descriptor(mol, kind);
    return 0;
  });
}

int crd_molecule_fingerprint(
  crd_molecule *molecule, crd_fingerprint kind, unsigned radius, uint32_t **identifiers,
  uint32_t **counts, size_t *size, char **error) {
  return crd::guarded<int>(molecule, error, 1, [=](const RWMol &mol) {
    if (kind == CRD_ATOM_PAIRS) {
      // The longest distance is 10 in the benchmarks that use these, RDKit's default is 30.
      std::unique_ptr<SparseIntVect<std::int32_t>> pairs(
        AtomPairs::getAtomPairFingerprint(mol, 1, 10));
      copyOut(*pairs, identifiers, counts, size);
      return 0;
    }
    std::vector<std::uint32_t> invariants(mol.getNumAtoms());
    if (kind == CRD_MORGAN_FEATURES) {
      MorganFingerprints::getFeatureInvariants(mol, invariants);
    } else {
      MorganFingerprints::getConnectivityInvariants(mol, invariants);
    }
    std::unique_ptr<SparseIntVect<std::uint32_t>> morgan(
      MorganFingerprints::getFingerprint(mol, radius, &invariants));
    copyOut(*morgan, identifiers, counts, size);
    return 0;
  });
}

}  // extern "C"
