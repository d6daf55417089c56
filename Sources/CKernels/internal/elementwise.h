// Maps over contiguous arrays.
#define MAP(name, expression)                                            \
  LBO_KERNEL void FN(name)(ptrdiff_t n, const REAL *x, REAL *y) {        \
    for (ptrdiff_t i = 0; i < n; i++) {                                  \
      REAL v = x[i];                                                     \
      y[i] = (expression);                                               \
    }                                                                    \
  }
MAP(exp, FN(vexp)(v))
MAP(log, FN(vlog_any)(v))
MAP(tanh, FN(vtanh)(v))
MAP(sigmoid, FN(vsigmoid)(v))
// log(1 + e^v) = max(v, 0) + log(1 + e^-|v|)
MAP(softplus, (v > R(0.0) ? v : R(0.0)) + FN(vlog1p)(FN(vexp)(-FABS(v))))
// Not sqrt(): that may have to set errno, and the loop would stay scalar.
MAP(sqrt, __builtin_elementwise_sqrt(v))
#undef MAP

#define ZIP(name, expression)                                                          \
  LBO_KERNEL void FN(name)(ptrdiff_t n, const REAL *x, const REAL *y, REAL *z) {       \
    for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] expression y[i];                     \
  }
ZIP(add, +)
ZIP(sub, -)
ZIP(mul, *)
ZIP(div, /)
#undef ZIP

// Tiles of 16 x 16 keep both sides in the cache.
LBO_KERNEL void FN(transpose)(
    ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict x, REAL *restrict y) {
  for (ptrdiff_t i0 = 0; i0 < rows; i0 += 16)
    for (ptrdiff_t j0 = 0; j0 < columns; j0 += 16) {
      ptrdiff_t i1 = i0 + 16 < rows ? i0 + 16 : rows, j1 = j0 + 16 < columns ? j0 + 16 : columns;
      for (ptrdiff_t j = j0; j < j1; j++)
        for (ptrdiff_t i = i0; i < i1; i++) y[j * rows + i] = x[i * columns + j];
    }
}

LBO_KERNEL void FN(affine)(ptrdiff_t n, REAL a, REAL b, const REAL *x, REAL *y) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = a * x[i] + b;
}

LBO_KERNEL void FN(axpy)(ptrdiff_t n, REAL a, const REAL *restrict x, REAL *restrict y) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] += a * x[i];
}

LBO_KERNEL void FN(activate)(int kind, ptrdiff_t n, const REAL *x, REAL *y) {
  switch (kind) {
    case 1:  // in this form NaN stays NaN
      for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] <= 0 ? 0 : x[i];
      break;
    case 2:
      for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] * FN(vphi)(x[i]);
      break;
    case 3:
      for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] * FN(vsigmoid)(x[i]);
      break;
    case 4:
      for (ptrdiff_t i = 0; i < n; i++) y[i] = FN(vtanh)(x[i]);
      break;
    default:
      if (x != y)
        for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i];
  }
}

LBO_KERNEL void FN(activate_gradient)(
    int kind, ptrdiff_t n, const REAL *x, const REAL *dy, REAL *dx) {
  switch (kind) {
    case 1:
      for (ptrdiff_t i = 0; i < n; i++) dx[i] = x[i] > 0 ? dy[i] : 0;
      break;
    case 2:  // (x Phi(x))' = Phi(x) + x phi(x)
      for (ptrdiff_t i = 0; i < n; i++) {
        REAL v = x[i];
        REAL density = R(0.39894228040143267794) * FN(vexp)(R(-0.5) * v * v);
        dx[i] = dy[i] * (FN(vphi)(v) + v * density);
      }
      break;
    case 3:  // (x s(x))' = s (1 + x (1 - s))
      for (ptrdiff_t i = 0; i < n; i++) {
        REAL v = x[i];
        REAL s = FN(vsigmoid)(v);
        dx[i] = dy[i] * s * (R(1.0) + v * (R(1.0) - s));
      }
      break;
    case 4:  // in terms of the output
      for (ptrdiff_t i = 0; i < n; i++) dx[i] = dy[i] * (R(1.0) - x[i] * x[i]);
      break;
    default:
      if (dx != dy)
        for (ptrdiff_t i = 0; i < n; i++) dx[i] = dy[i];
  }
}

LBO_KERNEL void FN(add_row)(
    ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict row, REAL *restrict y) {
  for (ptrdiff_t r = 0; r < rows; r++, y += columns)
    for (ptrdiff_t c = 0; c < columns; c++) y[c] += row[c];
}

LBO_KERNEL void FN(bias_relu)(
    ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict column, REAL *restrict y) {
  for (ptrdiff_t r = 0; r < rows; r++, y += columns) {
    const REAL bias = column[r];
    for (ptrdiff_t c = 0; c < columns; c++) {
      REAL v = y[c] + bias;
      y[c] = v <= 0 ? 0 : v;  // NaN stays NaN
    }
  }
}

LBO_KERNEL void FN(add_column)(
    ptrdiff_t rows, ptrdiff_t columns, const REAL *restrict column, REAL *restrict y) {
  for (ptrdiff_t r = 0; r < rows; r++, y += columns) {
    const REAL bias = column[r];
    for (ptrdiff_t c = 0; c < columns; c++) y[c] += bias;
  }
}
