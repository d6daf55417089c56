#pragma once
#include <stdint.h>

/// Dimensions of the table: the first, which needs no numbers, and those whose primitive polynomial
/// has a degree of 1 to 18.
enum { sobol_dimensions = 21201, sobol_highest_degree = 18 };

/// How many polynomials have this degree; index 0 is unused.
extern const int32_t sobol_degree_counts[sobol_highest_degree + 1];

/// For dimensions 2, 3, … in order: the s - 1 inner coefficients of the polynomial of degree s, then
/// for i = 2 … s the i - 1 high bits of the initial number m_i (its lowest bit is always 1; m_1 is 1).
/// Bits are packed without gaps, the lowest first, from the lowest bit of the first word.
extern const uint64_t sobol_bits[];

/// `sobol_bits` as a pointer: Swift cannot import an array whose length it does not know.
static inline const uint64_t *_Nonnull sobol_words(void) { return sobol_bits; }
