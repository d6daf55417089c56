#include "Handles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include <GraphMol/MolOps.h>

using namespace RDKit;

namespace {

// Distances that tell atoms apart, as in RDKit's form 2.0.0.
constexpr size_t distanceLimit = 100;

double order(const Bond *bond) {
  return bond->getIsAromatic() ? 1.5 : bond->getBondTypeAsDouble();
}

// Classes of atoms that see the same bond-order-weighted distances, to 4 decimals.
std::vector<int> symmetryClasses(const ROMol &mol) {
  const size_t count = mol.getNumAtoms();
  // A cache name of its own: the plain distances are kept under the default one.
  const double *distances = MolOps::getDistanceMat(mol, true, false, true, "BondOrder");
  std::map<std::string, int> seen;
  std::vector<int> classes(count);
  for (size_t i = 0; i < count; i++) {
    std::vector<double> row(distances + i * count, distances + (i + 1) * count);
    std::sort(row.begin(), row.end());
    std::string key;
    for (size_t j = 0; j < std::min(count, distanceLimit); j++) {
      char text[40];
      std::snprintf(text, sizeof text, "%.4f;", row[j]);
      key += text;
    }
    classes[i] = seen.emplace(key, static_cast<int>(seen.size())).first->second;
  }
  return classes;
}

// Shannon's entropy in bits of counts that sum to `total`.
template <typename Counts>
double entropy(const Counts &counts, double total) {
  double sum = 0;
  for (const auto &entry : counts) {
    const double share = entry.second / total;
    if (share > 0) sum -= share * std::log2(share);
  }
  return sum;
}

}  // namespace

namespace crd {

// S. H. Bertz, J. Am. Chem. Soc. 103 (1981) 3599: information in the kinds of connections and in
// the kinds of atoms.
double bertzComplexity(const ROMol &mol) {
  const size_t count = mol.getNumAtoms();
  if (count < 2) return 0;
  const auto classes = symmetryClasses(mol);
  std::map<std::array<int, 3>, double> connections;
  std::map<int, double> elements;
  for (const auto *atom : mol.atoms()) {
    elements[atom->getAtomicNum()] += 1;
    const int centre = classes[atom->getIdx()];
    std::vector<std::pair<int, double>> neighbours;
    for (const auto *bond : mol.atomBonds(atom)) {
      const auto *other = bond->getOtherAtom(atom);
      const int other_class = classes[other->getIdx()];
      const double o = order(bond);
      if (o > 1 && other->getIdx() > atom->getIdx()) {
        connections[{-1, std::min(centre, other_class), std::max(centre, other_class)}] +=
          o * (o - 1) / 2;
      }
      for (const auto &[before, before_order] : neighbours) {
        connections[{std::min(before, other_class), centre, std::max(before, other_class)}] +=
          o * before_order;
      }
      neighbours.emplace_back(other_class, o);
    }
  }
  if (connections.empty()) connections[{-1, -1, -1}] = 1;
  double total = 0;
  for (const auto &entry : connections) total += entry.second;
  const double atoms = static_cast<double>(count);
  return total * (entropy(connections, total) + std::log2(total)) + atoms * entropy(elements, atoms);
}

}  // namespace crd
