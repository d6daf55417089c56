// What count vectors share: the inner loops of matrices of min-max (Tanimoto) similarities.
#include "CKernels.h"
#include "internal/platform.h"

LBO_KERNEL void lbo_add_minima_i32(
    ptrdiff_t n, int32_t own, const int32_t *restrict counts, int32_t *restrict shared) {
  for (ptrdiff_t i = 0; i < n; i++) shared[i] += counts[i] < own ? counts[i] : own;
}

// Scattered: no clones, since there is nothing to vectorise.
void lbo_add_minima_at_i32(
    ptrdiff_t n, int32_t own, const int32_t *columns, const int32_t *counts, int32_t *shared) {
  for (ptrdiff_t i = 0; i < n; i++) shared[columns[i]] += counts[i] < own ? counts[i] : own;
}

LBO_KERNEL void lbo_min_over_max_f64(
    ptrdiff_t n, int32_t own, const int32_t *restrict totals, const int32_t *restrict shared,
    double *restrict y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    int32_t larger = own + totals[i] - shared[i];
    // Both empty: 0 / 0, which counts as 1.
    y[i] = (double)(larger == 0 ? 1 : shared[i]) / (double)(larger == 0 ? 1 : larger);
  }
}
