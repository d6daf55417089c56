// The elementwise part of an LSTM step (Hochreiter and Schmidhuber 1997, with forget gate):
// i, f, o = sigmoid, g = tanh of the gates; c = f c' + i g; h = o tanh(c).
LBO_KERNEL void FN(lstm_cell)(
    ptrdiff_t batch, ptrdiff_t hidden, REAL *restrict gates, const REAL *c_previous, REAL *c,
    REAL *restrict h) {
  for (ptrdiff_t b = 0; b < batch; b++) {
    REAL *i = gates + b * 4 * hidden, *f = i + hidden, *g = f + hidden, *o = g + hidden;
    const REAL *before = c_previous + b * hidden;
    REAL *cell = c + b * hidden, *out = h + b * hidden;
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t k = 0; k < hidden; k++) {
      REAL vi = FN(vsigmoid)(i[k]), vf = FN(vsigmoid)(f[k]);
      REAL vg = FN(vtanh)(g[k]), vo = FN(vsigmoid)(o[k]);
      REAL vc = vf * before[k] + vi * vg;
      i[k] = vi;
      f[k] = vf;
      g[k] = vg;
      o[k] = vo;
      cell[k] = vc;
      out[k] = vo * FN(vtanh)(vc);
    }
  }
}

LBO_KERNEL void FN(lstm_cell_gradient)(
    ptrdiff_t batch, ptrdiff_t hidden, const REAL *gates, const REAL *c_previous, const REAL *c,
    const REAL *dh, REAL *dc, REAL *dgates) {
  for (ptrdiff_t b = 0; b < batch; b++) {
    const REAL *i = gates + b * 4 * hidden, *f = i + hidden, *g = f + hidden, *o = g + hidden;
    REAL *di = dgates + b * 4 * hidden, *df = di + hidden, *dg = df + hidden, *d_o = dg + hidden;
    const REAL *before = c_previous + b * hidden, *cell = c + b * hidden;
    const REAL *dout = dh + b * hidden;
    REAL *dcell = dc + b * hidden;
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t k = 0; k < hidden; k++) {
      REAL vi = i[k], vf = f[k], vg = g[k], vo = o[k];
      REAL t = FN(vtanh)(cell[k]);
      REAL d = dcell[k] + dout[k] * vo * (R(1.0) - t * t);
      d_o[k] = dout[k] * t * vo * (R(1.0) - vo);
      di[k] = d * vg * vi * (R(1.0) - vi);
      df[k] = d * before[k] * vf * (R(1.0) - vf);
      dg[k] = d * vi * (R(1.0) - vg * vg);
      dcell[k] = d * vf;
    }
  }
}
