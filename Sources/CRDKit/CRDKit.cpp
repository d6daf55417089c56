#include "Handles.h"

#include <sstream>
#include <vector>

#include <GraphMol/ChemTransforms/ChemTransforms.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wdeprecated-literal-operator"
#include <GraphMol/SmilesParse/SmilesParse.h>
#pragma clang diagnostic pop
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <GraphMol/Substruct/SubstructMatch.h>
#include <RDGeneral/versions.h>

using namespace RDKit;

namespace {

std::string atomName(const ROMol *mol, unsigned index) {
  std::ostringstream text;
  text << "atom " << index + 1;
  if (mol && index < mol->getNumAtoms()) {
    text << " (" << mol->getAtomWithIdx(index)->getSymbol() << ")";
  }
  return text.str();
}

// What is wrong with the chemistry of a molecule whose syntax is right.
std::string reason(const MolSanitizeException &problem, const std::string &smiles) {
  // The molecule that failed is gone; its atoms are needed for their symbols.
  std::unique_ptr<RWMol> raw;
  try {
    SmilesParserParams parameters;
    parameters.sanitize = false;
    parameters.removeHs = false;
    raw.reset(SmilesToMol(smiles, parameters));
    if (raw) MolOps::removeHs(*raw, false, true, false);
  } catch (const std::exception &) {
    raw.reset();
  }
  const ROMol *mol = raw.get();
  if (auto *valence = dynamic_cast<const AtomValenceException *>(&problem)) {
    return atomName(mol, valence->getAtomIdx()) + " makes more bonds than its valence allows";
  }
  if (auto *atom = dynamic_cast<const AtomKekulizeException *>(&problem)) {
    return atomName(mol, atom->getAtomIdx()) + " is marked aromatic outside of a ring";
  }
  if (auto *system = dynamic_cast<const KekulizeException *>(&problem)) {
    std::ostringstream text;
    text << "no alternation of single and double bonds fits the aromatic atoms";
    const char *separator = " ";
    for (unsigned index : system->getAtomIndices()) {
      text << separator << index + 1;
      separator = ", ";
    }
    return text.str();
  }
  return problem.what();
}

}  // namespace

extern "C" {

void crd_free(void *memory) { std::free(memory); }

const char *crd_version(void) { return rdkitVersion; }

crd_molecule *crd_molecule_parse(const char *smiles, size_t length, char **error) {
  const std::string text(smiles, length);
  SmilesParserParams parameters;
  parameters.allowCXSMILES = false;
  parameters.parseName = false;
  try {
    std::unique_ptr<RWMol> mol(SmilesToMol(text, parameters));
    if (!mol || mol->getNumAtoms() == 0) {
      crd::fail(error, "");
      return nullptr;
    }
    auto result = std::make_unique<crd_molecule>();
    result->mol = std::move(mol);
    return result.release();
  } catch (const MolSanitizeException &problem) {
    crd::fail(error, reason(problem, text));
  } catch (const std::exception &problem) {
    crd::fail(error, problem.what());
  } catch (...) {
    crd::fail(error, "RDKit failed without saying why");
  }
  return nullptr;
}

int crd_molecule_has_hydrogens(crd_molecule *molecule) {
  return crd::guarded<int>(molecule, nullptr, 1, [](const RWMol &mol) {
    for (const auto *atom : mol.atoms()) {
      if (atom->getAtomicNum() == 1) return 1;
    }
    return 0;
  });
}

crd_molecule *crd_molecule_without_hydrogens(crd_molecule *molecule, char **error) {
  return crd::guarded<crd_molecule *>(molecule, error, nullptr, [](const RWMol &mol) {
    auto result = std::make_unique<crd_molecule>();
    result->mol = std::make_unique<RWMol>(mol);
    MolOps::removeHs(*result->mol);
    return result.release();
  });
}

void crd_molecule_free(crd_molecule *molecule) { delete molecule; }

char *crd_molecule_smiles(crd_molecule *molecule, int isomeric, char **error) {
  return crd::guarded<char *>(molecule, error, nullptr, [isomeric](const RWMol &mol) {
    return crd::copy(MolToSmiles(mol, isomeric != 0));
  });
}

char *crd_molecule_formula(crd_molecule *molecule, char **error) {
  return crd::guarded<char *>(molecule, error, nullptr, [](const RWMol &mol) {
    return crd::copy(Descriptors::calcMolFormula(mol));
  });
}

double *crd_molecule_distances(crd_molecule *molecule, size_t *atoms, char **error) {
  return crd::guarded<double *>(molecule, error, nullptr, [atoms](const RWMol &mol) {
    const size_t count = mol.getNumAtoms();
    const double *distances = MolOps::getDistanceMat(mol);
    auto *result = static_cast<double *>(std::malloc(count * count * sizeof(double)));
    if (!result) throw std::bad_alloc();
    std::memcpy(result, distances, count * count * sizeof(double));
    *atoms = count;
    return result;
  });
}

crd_pattern *crd_pattern_parse(const char *smarts, size_t length, char **error) {
  try {
    std::unique_ptr<ROMol> query(SmartsToMol(std::string(smarts, length)));
    if (!query || query->getNumAtoms() == 0) {
      crd::fail(error, "");
      return nullptr;
    }
    auto result = std::make_unique<crd_pattern>();
    result->query = std::move(query);
    return result.release();
  } catch (const std::exception &problem) {
    crd::fail(error, problem.what());
  } catch (...) {
    crd::fail(error, "RDKit failed without saying why");
  }
  return nullptr;
}

void crd_pattern_free(crd_pattern *pattern) { delete pattern; }

int crd_molecule_match(
  crd_molecule *molecule, crd_pattern *pattern, unsigned limit, uint32_t **atoms, char **error) {
  return crd::guarded<int>(molecule, error, -1, [=](const RWMol &mol) {
    SubstructMatchParameters parameters;
    parameters.maxMatches = limit;
    const auto matches = SubstructMatch(mol, *pattern->query, parameters);
    if (atoms) {
      *atoms = static_cast<uint32_t *>(std::malloc((matches.size() + 1) * sizeof(uint32_t)));
      if (!*atoms) throw std::bad_alloc();
      for (size_t i = 0; i < matches.size(); i++) {
        (*atoms)[i] = static_cast<uint32_t>(matches[i].front().second);
      }
    }
    return static_cast<int>(matches.size());
  });
}

int crd_molecule_rings_without(crd_molecule *molecule, crd_pattern *pattern, char **error) {
  return crd::guarded<int>(molecule, error, -1, [pattern](const RWMol &mol) {
    std::unique_ptr<ROMol> rest(deleteSubstructs(mol, *pattern->query));
    return MolOps::findSSSR(*rest);
  });
}

}  // extern "C"
