LBO_KERNEL void FN(adam)(
    ptrdiff_t n, REAL *restrict parameter, REAL *restrict m, REAL *restrict v,
    const REAL *restrict gradient, double scale, double rate, double beta1, double beta2,
    double epsilon) {
  const REAL s = (REAL)scale, a = (REAL)rate, b1 = (REAL)beta1, b2 = (REAL)beta2;
  const REAL e = (REAL)epsilon, c1 = (REAL)(1 - beta1), c2 = (REAL)(1 - beta2);
  for (ptrdiff_t i = 0; i < n; i++) {
    REAL g = s * gradient[i];
    REAL mi = b1 * m[i] + c1 * g, vi = b2 * v[i] + c2 * g * g;
    m[i] = mi;
    v[i] = vi;
    // Not sqrt(): that may have to set errno, and the loop would stay scalar.
    parameter[i] -= a * mi / (__builtin_elementwise_sqrt(vi) + e);
  }
}
