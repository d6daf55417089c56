#include "Handles.h"

#include <vector>

#include <GraphMol/ChemTransforms/MolFragmenter.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

using namespace RDKit;

namespace {

// The SMILES that begins with an atom, in the order of the molecule's own atoms.
std::string rooted(const ROMol &mol, int atom) {
  return MolToSmiles(mol, true, false, atom, false);
}

void appendSides(const ROMol &mol, const Bond *bond, std::string &text) {
  const std::vector<unsigned> bonds{bond->getIdx()};
  const std::vector<std::pair<unsigned, unsigned>> labels{{0, 0}};
  const std::unique_ptr<ROMol> cut(MolFragmenter::fragmentOnBonds(mol, bonds, true, &labels));
  for (const auto &side : MolOps::getMolFrags(*cut, false)) {
    for (const auto *atom : side->atoms()) {
      if (atom->getAtomicNum() == 0) text += 's' + rooted(*side, atom->getIdx()) + '\n';
    }
  }
}

}  // namespace

extern "C" char *crd_molecule_pieces(crd_molecule *molecule, char **error) {
  return crd::guarded<char *>(molecule, error, nullptr, [](const RWMol &mol) {
    std::string text;
    for (const auto *bond : mol.bonds()) {
      if (bond->getBondType() == Bond::SINGLE && !mol.getRingInfo()->numBondRings(bond->getIdx()) &&
          bond->getBeginAtom()->getAtomicNum() > 1 && bond->getEndAtom()->getAtomicNum() > 1) {
        appendSides(mol, bond, text);
      }
    }
    // A text of several molecules does not begin with an atom of any of them.
    std::vector<int> parts;
    if (MolOps::getMolFrags(mol, parts) > 1) return crd::copy(text);
    for (const auto *atom : mol.atoms()) {
      if (atom->getAtomicNum() > 1 && atom->getTotalNumHs() > 0) {
        text += 'h' + rooted(mol, atom->getIdx()) + '\n';
      }
    }
    return crd::copy(text);
  });
}
