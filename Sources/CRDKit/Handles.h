#pragma once

#include "BoostEnums.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <string>

#include <GraphMol/RDKitBase.h>

#include "CRDKit.h"

struct crd_molecule {
  std::unique_ptr<RDKit::RWMol> mol;
  // RDKit keeps ring information, distances and descriptors in the molecule, behind const.
  std::mutex mutex;
};

struct crd_pattern {
  std::unique_ptr<RDKit::ROMol> query;
};

namespace crd {

inline char *copy(const std::string &text) {
  char *result = static_cast<char *>(std::malloc(text.size() + 1));
  if (result) std::memcpy(result, text.c_str(), text.size() + 1);
  return result;
}

inline void fail(char **error, const std::string &message) {
  if (error) *error = copy(message);
}

// Runs `body` with the molecule locked; gives `failure` and a message if anything is thrown.
template <typename Result, typename Body>
Result guarded(crd_molecule *molecule, char **error, Result failure, Body body) {
  try {
    std::lock_guard<std::mutex> lock(molecule->mutex);
    return body(*molecule->mol);
  } catch (const std::exception &problem) {
    fail(error, problem.what());
  } catch (...) {
    fail(error, "RDKit failed without saying why");
  }
  return failure;
}

double bertzComplexity(const RDKit::ROMol &mol);

struct Crippen {
  double logP;
  double refractivity;
};

Crippen crippen(const RDKit::ROMol &mol);

}  // namespace crd
