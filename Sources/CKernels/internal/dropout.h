// Dropout with a mask that is a pure function of the key and the entry's index, so that the backward
// pass makes it again instead of keeping it.

#ifndef LBO_PHILOX
#define LBO_PHILOX
// Philox 4x32-10 (Salmon et al. 2011), as in Core's RandomStream, without branches.
LBO_INLINE void lbo_philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
    uint32_t n0 = (uint32_t)(b >> 32) ^ c[1] ^ k0, n2 = (uint32_t)(a >> 32) ^ c[3] ^ k1;
    c[1] = (uint32_t)b;
    c[3] = (uint32_t)a;
    c[0] = n0;
    c[2] = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}
#endif

LBO_KERNEL void FN(dropout)(
    ptrdiff_t n, uint64_t key, double probability, const REAL *x, REAL *y) {
  const uint32_t limit = (uint32_t)(probability * 4294967296.0);
  const REAL scale = (REAL)(1.0 / (1.0 - probability));
  const uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  // The four words of block j serve four planes, so that every load and store is contiguous.
  const ptrdiff_t quarter = n / 4;
#pragma clang loop vectorize(assume_safety)
  for (ptrdiff_t j = 0; j < quarter; j++) {
    uint32_t c[4] = {(uint32_t)j, (uint32_t)((uint64_t)j >> 32), 0, 0};
    lbo_philox(c, k0, k1);
    y[j] = c[0] < limit ? 0 : scale * x[j];
    y[quarter + j] = c[1] < limit ? 0 : scale * x[quarter + j];
    y[2 * quarter + j] = c[2] < limit ? 0 : scale * x[2 * quarter + j];
    y[3 * quarter + j] = c[3] < limit ? 0 : scale * x[3 * quarter + j];
  }
  uint32_t c[4] = {(uint32_t)quarter, (uint32_t)((uint64_t)quarter >> 32), 0, 0};
  lbo_philox(c, k0, k1);
  for (ptrdiff_t i = 4 * quarter; i < n; i++) y[i] = c[i & 3] < limit ? 0 : scale * x[i];
}
