// The non-linear squared transform of Ziegler and Rush (2019), per scalar:
//   x = a + b y + c / (1 + u^2),  u = d y + f,  b = exp(0.4 p1),  d = exp(0.4 p3),
//   c = kappa b / d,  kappa = K tanh(0.3 p2),  K = 8 sqrt(3) / 9 - 0.05.
// Its slope is b D, D = 1 - 2 kappa u / (1 + u^2)^2 >= 1 - 2 K 3 sqrt(3) / 16 = 0.032: writing the
// derivative this way keeps the logarithm away from cancellation for every input.
#ifndef LBO_NLSQ_K
#define LBO_NLSQ_K 1.4896007178390018
#endif

LBO_KERNEL void FN(nlsq)(
    ptrdiff_t features, ptrdiff_t n, const REAL *p, const REAL *y, REAL *x, REAL *log_det) {
  const ptrdiff_t plane = features * n;
  for (ptrdiff_t r = 0; r < features; r++) {
    const REAL *a = p + r * n, *p1 = a + plane, *p2 = p1 + plane, *p3 = p2 + plane,
               *f = p3 + plane;
    const REAL *in = y + r * n;
    REAL *out = x + r * n;
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t i = 0; i < n; i++) {
      REAL b = FN(vexp)(R(0.4) * p1[i]), d = FN(vexp)(R(0.4) * p3[i]);
      REAL kappa = (REAL)LBO_NLSQ_K * FN(vtanh)(R(0.3) * p2[i]);
      REAL u = d * in[i] + f[i];
      REAL q = R(1.0) / (R(1.0) + u * u);
      out[i] = a[i] + b * in[i] + kappa * (b / d) * q;
      log_det[i] += R(0.4) * p1[i] + FN(vlog)(R(1.0) - R(2.0) * kappa * u * q * q);
    }
  }
}

LBO_KERNEL void FN(nlsq_gradient)(
    ptrdiff_t features, ptrdiff_t n, const REAL *p, const REAL *y, const REAL *dx,
    const REAL *dlog_det, REAL *dy, REAL *dp) {
  const ptrdiff_t plane = features * n;
  for (ptrdiff_t r = 0; r < features; r++) {
    const ptrdiff_t row = r * n;
    const REAL *p1 = p + plane + row, *p2 = p1 + plane, *p3 = p2 + plane, *f = p3 + plane;
    REAL *da = dp + row, *d1 = da + plane, *d2 = d1 + plane, *d3 = d2 + plane, *df = d3 + plane;
    const REAL *in = y + row, *gx = dx + row;
    REAL *gy = dy + row;
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t i = 0; i < n; i++) {
      REAL v = in[i], g = gx[i], gl = dlog_det[i];
      REAL b = FN(vexp)(R(0.4) * p1[i]), d = FN(vexp)(R(0.4) * p3[i]);
      REAL th = FN(vtanh)(R(0.3) * p2[i]);
      REAL kappa = (REAL)LBO_NLSQ_K * th;
      REAL dkappa = (REAL)(LBO_NLSQ_K * 0.3) * (R(1.0) - th * th);  // d kappa / d p2
      REAL u = d * v + f[i];
      REAL q = R(1.0) / (R(1.0) + u * u), q2 = q * q;
      REAL ratio = b / d;
      REAL h = kappa * ratio * q;
      REAL D = R(1.0) - R(2.0) * kappa * u * q2;
      REAL inverse_D = R(1.0) / D;
      // d log D / du, and d x / du through the last term; q (1 - 3 u^2) = 4 q - 3 stays finite
      // where u^2 overflows.
      REAL log_slope = R(-2.0) * kappa * q2 * (R(4.0) * q - R(3.0)) * inverse_D;
      REAL bend = R(-2.0) * kappa * ratio * u * q2;
      REAL du = g * bend + gl * log_slope;
      da[i] = g;
      d1[i] = R(0.4) * (g * (b * v + h) + gl);
      d2[i] = dkappa * (g * ratio * q - gl * R(2.0) * u * q2 * inverse_D);
      d3[i] = R(0.4) * (du * d * v - g * h);
      df[i] = du;
      gy[i] = g * b * D + gl * log_slope * d;
    }
  }
}

// In terms of u the inverse is the root of u + kappa / (1 + u^2) = r, r = f + (x - a) d / b: a
// strictly increasing function, whose root lies within |kappa| of r. Newton's steps, kept in that
// bracket by bisection, find it from anywhere: no closed form, so nothing cancels, overflows or
// becomes NaN, however far out r is. Blocks of lanes iterate until all have settled.
LBO_INLINE void FN(nlsq_solve)(const double *kappa, const double *r, double *u) {
  enum { LANES = 16 };
  double low[LANES], high[LANES];
  for (int k = 0; k < LANES; k++) {
    // A little wider than the exact bracket, so that rounding cannot exclude the root.
    double slack = 1e-12 + 4.5e-16 * __builtin_fabs(r[k]);
    low[k] = r[k] - (kappa[k] > 0 ? kappa[k] : 0) - slack;
    high[k] = r[k] - (kappa[k] < 0 ? kappa[k] : 0) + slack;
    u[k] = r[k] - kappa[k] / (1.0 + r[k] * r[k]);
    u[k] = u[k] < low[k] ? low[k] : u[k] > high[k] ? high[k] : u[k];
  }
  // 60 bisections would settle any lane; Newton needs 3 to 12 rounds.
  for (int round = 0; round < 60; round++) {
    double moved[LANES];
    for (int k = 0; k < LANES; k++) {
      double v = u[k];
      double q = 1.0 / (1.0 + v * v);
      double value = (v - r[k]) + kappa[k] * q;
      double slope = 1.0 - 2.0 * kappa[k] * v * q * q;
      low[k] = value < 0 ? v : low[k];
      high[k] = value > 0 ? v : high[k];
      double next = v - value / slope;
      int inside = next >= low[k] && next <= high[k];
      next = inside ? next : 0.5 * (low[k] + high[k]);
      next = value == 0 ? v : next;
      moved[k] = __builtin_fabs(next - v) - 1e-15 * __builtin_fabs(v);
      u[k] = next;
    }
    double largest = moved[0];
    for (int k = 1; k < LANES; k++) largest = moved[k] > largest ? moved[k] : largest;
    // A Newton step of 1e-9 leaves an error of its square.
    if (largest < 1e-9) return;
  }
}

LBO_KERNEL void FN(nlsq_inverse)(
    ptrdiff_t features, ptrdiff_t n, const REAL *p, const REAL *x, REAL *y, REAL *log_det) {
  enum { LANES = 16 };
  const ptrdiff_t plane = features * n;
  for (ptrdiff_t row = 0; row < features * n; row += n) {
    const REAL *a = p + row, *p1 = a + plane, *p2 = p1 + plane, *p3 = p2 + plane, *f = p3 + plane;
    for (ptrdiff_t start = 0; start < n; start += LANES) {
      const int count = n - start < LANES ? (int)(n - start) : LANES;
      double kappa[LANES], r[LANES], d[LANES], shift[LANES], u[LANES];
      // The lanes past the end repeat the last entry, so that they settle with it.
      for (int k = 0; k < LANES; k++) {
        ptrdiff_t i = start + (k < count ? k : count - 1);
        double b = lbo_vexp_f64(0.4 * (double)p1[i]);
        d[k] = lbo_vexp_f64(0.4 * (double)p3[i]);
        kappa[k] = LBO_NLSQ_K * lbo_vtanh_f64(0.3 * (double)p2[i]);
        shift[k] = (double)f[i];
        r[k] = shift[k] + ((double)x[row + i] - (double)a[i]) * (d[k] / b);
      }
      FN(nlsq_solve)(kappa, r, u);
      for (int k = 0; k < count; k++) {
        ptrdiff_t i = start + k;
        y[row + i] = (REAL)((u[k] - shift[k]) / d[k]);
        if (log_det) {
          double q = 1.0 / (1.0 + u[k] * u[k]);
          double D = 1.0 - 2.0 * kappa[k] * u[k] * q * q;
          log_det[i] -= (REAL)(0.4 * (double)p1[i] + log(D));
        }
      }
    }
  }
}
