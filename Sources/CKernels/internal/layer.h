// What a dense layer does after its product, in one pass over the memory.

// x Phi(x), and its derivative Phi(x) + x phi(x), which shares the exponential.
LBO_INLINE REAL FN(vgelu)(REAL x, REAL *slope) {
  REAL e = FN(vexp)(R(-0.5) * x * x);
#ifdef REAL_IS_DOUBLE
  REAL phi = FN(vphi)(x);
#else
  // As vphi, with the exponential at hand.
  float z = FABS(x) * 0.70710678118654752440f;
  float t = 1.0f / (1.0f + 0.3275911f * z);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float tail = 0.5f * p * t * e;
  float phi = x < 0.0f ? tail : 1.0f - tail;
#endif
  *slope = phi + x * (R(0.39894228040143267794) * e);
  return x * phi;
}

LBO_INLINE REAL FN(vswish)(REAL x, REAL *slope) {
  REAL s = FN(vsigmoid)(x);
  *slope = s * (R(1.0) + x * (R(1.0) - s));
  return x * s;
}

LBO_INLINE REAL FN(vtanh_slope)(REAL x, REAL *slope) {
  REAL y = FN(vtanh)(x);
  *slope = R(1.0) - y * y;
  return y;
}

LBO_INLINE REAL FN(vrelu)(REAL x, REAL *slope) {
  *slope = x > 0 ? R(1.0) : R(0.0);
  return x <= 0 ? R(0.0) : x;  // NaN stays NaN
}

LBO_INLINE REAL FN(videntity)(REAL x, REAL *slope) {
  *slope = R(1.0);
  return x;
}

#define LAYER(function)                                                                 \
  for (ptrdiff_t r = 0; r < rows; r++, y += columns) {                                  \
    for (ptrdiff_t c = 0; c < columns; c++) {                                           \
      REAL unused;                                                                      \
      y[c] = FN(function)(y[c] + bias[c], &unused);                                     \
    }                                                                                   \
  }                                                                                     \
  break;

LBO_KERNEL void FN(bias_activate)(
    int kind, ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict bias, REAL *restrict y) {
  switch (kind) {
    case 1: LAYER(vrelu)
    case 2: LAYER(vgelu)
    case 3: LAYER(vswish)
    case 4: LAYER(vtanh_slope)
    default: LAYER(videntity)
  }
}
#undef LAYER

#define LAYER(function)                                                                 \
  for (ptrdiff_t r = 0; r < rows; r++, y += columns, slope += columns) {                \
    for (ptrdiff_t c = 0; c < columns; c++) y[c] = FN(function)(y[c] + bias[c], slope + c); \
  }                                                                                     \
  break;

LBO_KERNEL void FN(bias_activate_slope)(
    int kind, ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict bias, REAL *restrict y,
    REAL *restrict slope) {
  switch (kind) {
    case 1: LAYER(vrelu)
    case 2: LAYER(vgelu)
    case 3: LAYER(vswish)
    case 4: LAYER(vtanh_slope)
    default: LAYER(videntity)
  }
}
#undef LAYER
