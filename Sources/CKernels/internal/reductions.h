// Sums use eight running sums in a fixed order: vector code, and the same bits everywhere.
#define SUM8(name, signature, term)                                  \
  LBO_KERNEL double FN(name) signature {                             \
    double s[8] = {0};                                               \
    ptrdiff_t i = 0;                                                 \
    for (; i + 8 <= n; i += 8)                                       \
      for (int k = 0; k < 8; k++) {                                  \
        ptrdiff_t j = i + k;                                         \
        s[k] += (term);                                              \
      }                                                              \
    for (; i < n; i++) {                                             \
      ptrdiff_t j = i;                                               \
      s[i & 7] += (term);                                            \
    }                                                                \
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7])); \
  }
SUM8(sum, (ptrdiff_t n, const REAL *x), (double)x[j])
SUM8(sum_of_squares, (ptrdiff_t n, const REAL *x), (double)x[j] * (double)x[j])
SUM8(dot, (ptrdiff_t n, const REAL *x, const REAL *y), (double)x[j] * (double)y[j])
#undef SUM8

LBO_KERNEL void FN(sum_rows)(
    ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict x, REAL *restrict s) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns)
    for (ptrdiff_t c = 0; c < columns; c++) s[c] += x[c];
}

LBO_KERNEL void FN(sum_columns)(
    ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict x, REAL *restrict s) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns) {
    REAL part[16] = {0};
    ptrdiff_t c = 0;
    for (; c + 16 <= columns; c += 16)
      for (int k = 0; k < 16; k++) part[k] += x[c + k];
    for (int k = 0; c < columns; c++, k++) part[k] += x[c];
    for (int w = 8; w > 0; w /= 2)
      for (int k = 0; k < w; k++) part[k] += part[k + w];
    s[r] += part[0];
  }
}

LBO_KERNEL void FN(argmax_rows)(
    ptrdiff_t rows, ptrdiff_t columns, const REAL *x, int32_t *index) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns) {
    REAL best = -INFINITY;
    int32_t at = 0;
    for (ptrdiff_t c = 0; c < columns; c++)
      if (x[c] > best) {
        best = x[c];
        at = (int32_t)c;
      }
    index[r] = at;
  }
}

LBO_KERNEL int FN(all_finite)(ptrdiff_t n, const REAL *x) {
  // 0 * x is 0 for finite x and NaN otherwise, and NaN stays in a sum.
  REAL s[8] = {0};
  ptrdiff_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; k++) s[k] += R(0.0) * x[i + k];
  for (; i < n; i++) s[0] += R(0.0) * x[i];
  REAL total = 0;
  for (int k = 0; k < 8; k++) total += s[k];
  return total == 0;
}
