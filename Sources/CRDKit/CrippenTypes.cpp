#include "Handles.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/MolOps.h>

// The contributions of Wildman and Crippen (J. Chem. Inf. Comput. Sci. 1999, 39, 868), with RDKit's own
// patterns and values. RDKit looks for each of its 110 patterns in the whole molecule; an atom's type is
// the first pattern that it is the root of, so trying the patterns of its element at each atom finds the
// same types in a tenth of the time.

using namespace RDKit;

namespace {

// A pattern as a tree: atom i > 0 hangs on an earlier one.
struct Type {
  std::vector<const Atom *> atoms;
  std::vector<unsigned> parents;
  std::vector<const Bond *> bonds;
  double logP;
  double refractivity;

  explicit Type(const Descriptors::CrippenParams &params)
    : logP(params.logp), refractivity(params.mr) {
    const ROMol &pattern = *params.dp_pattern;
    for (const auto *atom : pattern.atoms()) {
      const unsigned index = atom->getIdx();
      atoms.push_back(atom);
      unsigned parent = 0;
      const Bond *bond = nullptr;
      for (unsigned earlier = 0; earlier < index && !bond; earlier++) {
        bond = pattern.getBondBetweenAtoms(earlier, index);
        parent = earlier;
      }
      parents.push_back(parent);
      bonds.push_back(bond);
    }
    // Matching follows one bond to each atom.
    if (pattern.getNumBonds() + 1 != pattern.getNumAtoms()) {
      throw std::logic_error("a Crippen pattern is no tree: " + params.smarts);
    }
  }

  // Whether the pattern fits with its root at `root`.
  bool fits(const ROMol &mol, const Atom *root) const {
    std::array<const Atom *, 8> taken{root};
    return atoms[0]->Match(root) && fits(mol, 1, taken);
  }

 private:
  bool fits(const ROMol &mol, size_t next, std::array<const Atom *, 8> &taken) const {
    if (next == atoms.size()) return true;
    const auto end = taken.begin() + next;
    for (const auto *bond : mol.atomBonds(taken[parents[next]])) {
      const Atom *atom = bond->getOtherAtom(taken[parents[next]]);
      if (std::find(taken.begin(), end, atom) != end) continue;
      if (!bonds[next]->Match(bond) || !atoms[next]->Match(atom)) continue;
      taken[next] = atom;
      if (fits(mol, next + 1, taken)) return true;
    }
    return false;
  }
};

// The types that an atom may have, by its element, in RDKit's order.
const std::vector<Type> &types(int element) {
  static const auto table = [] {
    std::array<std::vector<Type>, 128> table;
    for (const auto &params : *Descriptors::CrippenParamCollection::getParams()) {
      const Type type(params);
      if (type.atoms.size() > 8) throw std::logic_error("a Crippen pattern is too large");
      // 0 stands for a list of elements.
      const int own = type.atoms[0]->getAtomicNum();
      for (int element = 0; element < int(table.size()); element++) {
        if (own == 0 || own == element) table[element].push_back(type);
      }
    }
    return table;
  }();
  return table.at(element);
}

}  // namespace

namespace crd {

Crippen crippen(const ROMol &mol) {
  const std::unique_ptr<ROMol> whole(MolOps::addHs(mol, false, false));
  Crippen sum{0, 0};
  for (const auto *atom : whole->atoms()) {
    for (const auto &type : types(atom->getAtomicNum())) {
      if (!type.fits(*whole, atom)) continue;
      sum.logP += type.logP;
      sum.refractivity += type.refractivity;
      break;
    }
  }
  return sum;
}

}  // namespace crd
