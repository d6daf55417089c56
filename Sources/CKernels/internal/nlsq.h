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
// strictly increasing function, whose root lies within |kappa| of r. Times 1 + u^2 it is the cubic
// P(u) = (u - r) (1 + u^2) + kappa, with the same sign everywhere. Halley's steps on P (one
// division each, the error cubed by each), kept in the bracket by bisection, find the root from
// anywhere: no closed form, so nothing cancels, overflows or becomes NaN, however far out r is.
// Blocks of lanes iterate until all have settled.
#define NLSQ_LANES 16
LBO_INLINE void FN(nlsq_solve)(const double *kappa, const double *r, double *u) {
  double low[NLSQ_LANES], high[NLSQ_LANES], k_near[NLSQ_LANES], r_near[NLSQ_LANES];
  for (int k = 0; k < NLSQ_LANES; k++) {
    // Beyond 1e20 the second term is far below the rounding of r, which is then the root; such
    // lanes solve u = 0 meanwhile, where no power overflows.
    int far = __builtin_fabs(r[k]) > 1e20;
    k_near[k] = far ? 0.0 : kappa[k];
    r_near[k] = far ? 0.0 : r[k];
    // A little wider than the exact bracket, so that rounding cannot exclude the root.
    double slack = 1e-12 + 4.5e-16 * __builtin_fabs(r_near[k]);
    low[k] = r_near[k] - (k_near[k] > 0 ? k_near[k] : 0) - slack;
    high[k] = r_near[k] - (k_near[k] < 0 ? k_near[k] : 0) + slack;
    u[k] = r_near[k] - k_near[k] / (1.0 + r_near[k] * r_near[k]);
  }
  // 60 bisections would settle any lane; Halley's steps need 2 to 6 rounds.
  for (int round = 0; round < 60; round++) {
    int64_t unsettled = 0;
    for (int k = 0; k < NLSQ_LANES; k++) {
      double v = u[k], gap = v - r_near[k], w = 1.0 + v * v;
      double value = gap * w + k_near[k];
      double slope = w + 2.0 * v * gap;
      double half_bend = 2.0 * v + gap;  // P'' / 2
      low[k] = value < 0 ? v : low[k];
      high[k] = value > 0 ? v : high[k];
      double next = v - value * slope / (slope * slope - value * half_bend);
      int inside = next >= low[k] && next <= high[k];
      next = inside ? next : 0.5 * (low[k] + high[k]);
      next = value == 0 ? v : next;
      // A step of 1e-7 leaves an error of its cube.
      unsettled |= __builtin_fabs(next - v) > 1e-7 + 1e-15 * __builtin_fabs(v);
      u[k] = next;
    }
    if (!unsettled) break;
  }
  for (int k = 0; k < NLSQ_LANES; k++) u[k] = __builtin_fabs(r[k]) > 1e20 ? r[k] : u[k];
}

// One block of lanes: parameters in the planes a, p1, p2, p3, f; y and log|dy/dx| in Float64.
LBO_INLINE void FN(nlsq_inverse_block)(
    const REAL *const plane[5], const REAL *x, double *y, double *log_det) {
  double kappa[NLSQ_LANES], r[NLSQ_LANES], d[NLSQ_LANES], u[NLSQ_LANES];
  for (int k = 0; k < NLSQ_LANES; k++) {
    d[k] = lbo_vexp_f64(0.4 * (double)plane[3][k]);
    kappa[k] = LBO_NLSQ_K * lbo_vtanh_f64(0.3 * (double)plane[2][k]);
    // d / b by the product of exponentials: each stays within its clamped range.
    double ratio = d[k] * lbo_vexp_f64(-0.4 * (double)plane[1][k]);
    r[k] = (double)plane[4][k] + ((double)x[k] - (double)plane[0][k]) * ratio;
  }
  FN(nlsq_solve)(kappa, r, u);
  for (int k = 0; k < NLSQ_LANES; k++) y[k] = (u[k] - (double)plane[4][k]) / d[k];
  if (!log_det) return;
  for (int k = 0; k < NLSQ_LANES; k++) {
    double q = 1.0 / (1.0 + u[k] * u[k]);
    log_det[k] = -0.4 * (double)plane[1][k] - lbo_vlog_f64(1.0 - 2.0 * kappa[k] * u[k] * q * q);
  }
}

LBO_KERNEL void FN(nlsq_inverse)(
    ptrdiff_t features, ptrdiff_t n, const REAL *p, const REAL *x, REAL *y, REAL *log_det) {
  const ptrdiff_t plane = features * n;
  for (ptrdiff_t row = 0; row < features * n; row += n) {
    for (ptrdiff_t start = 0; start < n; start += NLSQ_LANES) {
      const REAL *from[6];
      for (int part = 0; part < 5; part++) from[part] = p + part * plane + row + start;
      from[5] = x + row + start;
      const int count = n - start < NLSQ_LANES ? (int)(n - start) : NLSQ_LANES;
      REAL padded[6][NLSQ_LANES];
      if (count < NLSQ_LANES)
        // The lanes past the end repeat the last entry, so that they settle with it.
        for (int part = 0; part < 6; part++) {
          for (int k = 0; k < NLSQ_LANES; k++)
            padded[part][k] = from[part][k < count ? k : count - 1];
          from[part] = padded[part];
        }
      double solved[NLSQ_LANES], logs[NLSQ_LANES];
      FN(nlsq_inverse_block)(from, from[5], solved, log_det ? logs : 0);
      if (count == NLSQ_LANES) {  // a count known to the compiler makes these vector stores
        for (int k = 0; k < NLSQ_LANES; k++) y[row + start + k] = (REAL)solved[k];
        if (log_det)
          for (int k = 0; k < NLSQ_LANES; k++) log_det[start + k] += (REAL)logs[k];
      } else {
        for (int k = 0; k < count; k++) y[row + start + k] = (REAL)solved[k];
        if (log_det)
          for (int k = 0; k < count; k++) log_det[start + k] += (REAL)logs[k];
      }
    }
  }
}
#undef NLSQ_LANES
