#pragma once

/* A C face over the parts of RDKit that lbo uses.
 *
 * Every function is safe to call from any thread, also on the same molecule or pattern: a molecule
 * is locked while RDKit works on it, since RDKit fills caches behind const. No C++ exception gets
 * out: where a function has `error`, it is set to a message (free with crd_free) on failure and
 * left alone on success. Nothing is written to stderr. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crd_molecule crd_molecule;
typedef struct crd_pattern crd_pattern;

void crd_free(void *memory);
/* The version of RDKit, e.g. "2022.09.3". */
const char *crd_version(void);

/* Parses and sanitizes; explicit hydrogens are merged into their atoms. NULL on failure. An empty
 * error message means that the text does not have the syntax of SMILES. */
crd_molecule *crd_molecule_parse(const char *smiles, size_t length, char **error);
/* 1 if hydrogen atoms stand in the graph, 0 if not. */
int crd_molecule_has_hydrogens(crd_molecule *molecule);
/* A copy without hydrogen atoms. NULL on failure. */
crd_molecule *crd_molecule_without_hydrogens(crd_molecule *molecule, char **error);
void crd_molecule_free(crd_molecule *molecule);

/* Canonical SMILES, with or without stereo and isotopes. NULL on failure; free with crd_free. */
char *crd_molecule_smiles(crd_molecule *molecule, int isomeric, char **error);
/* Hill formula. NULL on failure; free with crd_free. */
char *crd_molecule_formula(crd_molecule *molecule, char **error);

typedef enum {
  CRD_WEIGHT,           /* average molecular weight, Da */
  CRD_EXACT_WEIGHT,     /* monoisotopic weight, Da */
  CRD_LOGP,             /* Wildman-Crippen */
  CRD_MOLAR_REFRACTIVITY, /* Wildman-Crippen */
  CRD_TPSA,             /* nitrogen and oxygen only, square angstrom */
  CRD_ACCEPTORS,
  CRD_DONORS,
  CRD_ROTATABLE_BONDS,  /* strict definition */
  CRD_RINGS,            /* smallest set of smallest rings */
  CRD_AROMATIC_RINGS,
  CRD_LARGEST_RING,     /* atoms in the largest of these rings, 0 without rings */
  CRD_SPIRO_ATOMS,
  CRD_BRIDGEHEAD_ATOMS,
  CRD_STEREOCENTERS,    /* atoms with a CIP label or that could have one */
  CRD_HEAVY_ATOMS,
  CRD_GRAPH_ATOMS,      /* atoms that stand in the graph (hydrogens mostly do not) */
  CRD_ATOMS,            /* hydrogens included */
  CRD_FRACTION_CSP3,
  CRD_FORMAL_CHARGE,
  CRD_BERTZ,            /* Bertz's complexity, RDKit's form 2.0.0 */
} crd_descriptor;

/* 0 on success. */
int crd_molecule_descriptor(
  crd_molecule *molecule, crd_descriptor descriptor, double *value, char **error);

typedef enum {
  CRD_MORGAN,          /* connectivity invariants, counts, all 32-bit identifiers */
  CRD_MORGAN_FEATURES, /* feature invariants, counts */
  CRD_ATOM_PAIRS,      /* distances 1 to 10, counts */
} crd_fingerprint;

/* Identifiers in ascending order with their counts; `radius` is not used by atom pairs. On success
 * returns 0 and two arrays of `size` (free both with crd_free). */
int crd_molecule_fingerprint(
  crd_molecule *molecule, crd_fingerprint kind, unsigned radius, uint32_t **identifiers,
  uint32_t **counts, size_t *size, char **error);

/* Bond counts between all pairs of atoms, CRD_GRAPH_ATOMS squared values; atoms of different
 * fragments are 1e8 apart. NULL on failure; free with crd_free. */
double *crd_molecule_distances(crd_molecule *molecule, size_t *atoms, char **error);

/* What a molecule leaves with one bond open, a line each: "s" and the SMILES of a side of an acyclic
 * single bond between heavy atoms, which begins with `*` in place of the other side; "h" and the
 * molecule's SMILES that begins with an atom which has a hydrogen, if it is one molecule. NULL on
 * failure; free with crd_free. */
char *crd_molecule_pieces(crd_molecule *molecule, char **error);

/* NULL on failure. */
crd_pattern *crd_pattern_parse(const char *smarts, size_t length, char **error);
void crd_pattern_free(crd_pattern *pattern);

/* Matches with different sets of atoms, at most `limit`; -1 on failure. If `atoms` is not NULL it
 * gets the first atom of each match (an array to be freed with crd_free). */
int crd_molecule_match(
  crd_molecule *molecule, crd_pattern *pattern, unsigned limit, uint32_t **atoms, char **error);
/* Rings left after deleting all atoms that match; -1 on failure. */
int crd_molecule_rings_without(crd_molecule *molecule, crd_pattern *pattern, char **error);

#ifdef __cplusplus
}
#endif
