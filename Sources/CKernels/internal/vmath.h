// Elementary functions without branches or tables, so that loops over them become vector code.
// Included twice, with REAL = float and double. Errors: exp and log within 2 units in the last
// place over the finite range; sigmoid, softplus and Float's tanh within 4, Double's tanh within 8.
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef REAL_IS_DOUBLE
#define BITS int64_t
#define R(x) x
#define MANTISSA 52
#define BIAS 1023
#define EXP_LOW -708.0
#define EXP_HIGH 709.0
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define SMALLEST_NORMAL 0x1p-1022
#define RINT __builtin_rint
#define FABS __builtin_fabs
#define COPYSIGN __builtin_copysign
#else
#define BITS int32_t
#define R(x) x##f
#define MANTISSA 23
#define BIAS 127
#define EXP_LOW -87.0f
#define EXP_HIGH 88.0f
#define LN2_HIGH 0x1.62e400p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define SMALLEST_NORMAL 0x1p-126f
#define RINT __builtin_rintf
#define FABS __builtin_fabsf
#define COPYSIGN __builtin_copysignf
#endif

// exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln(2) / 2: Taylor's series of exp(r), whose
// remainder after degree 7 (Float) or 13 (Double) is below half a unit in the last place.
// Outside the finite range the argument is clamped: never infinite, also for infinite x; NaN stays.
LBO_INLINE REAL FN(vexp)(REAL x) {
  x = x < EXP_LOW ? EXP_LOW : x;
  x = x > EXP_HIGH ? EXP_HIGH : x;
  REAL n = RINT(x * R(1.44269504088896340736));
  REAL r = x - n * LN2_HIGH;
  r = r - n * LN2_LOW;
#ifdef REAL_IS_DOUBLE
  REAL p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
#else
  REAL p = 1.0f / 5040.0f;
#endif
  p = p * r + R(1.0) / R(720.0);
  p = p * r + R(1.0) / R(120.0);
  p = p * r + R(1.0) / R(24.0);
  p = p * r + R(1.0) / R(6.0);
  p = p * r + R(0.5);
  p = p * r + R(1.0);
  p = p * r + R(1.0);
  BITS scale = ((BITS)n + BIAS) << MANTISSA;
  REAL two_n;
  memcpy(&two_n, &scale, sizeof scale);
  return p * two_n;
}

// log(x) for positive normal x (NaN stays NaN): x = 2^n m with m in [sqrt(1/2), sqrt(2)), and
// log m = 2 atanh(s), s = (m - 1) / (m + 1), |s| <= 0.1716, by its series.
LBO_INLINE REAL FN(vlog)(REAL x) {
  BITS bits;
  memcpy(&bits, &x, sizeof x);
#ifdef REAL_IS_DOUBLE
  const BITS half = 0x3fe6a09e667f3bcd;  // bits of sqrt(1/2)
#else
  const BITS half = 0x3f3504f3;
#endif
  BITS n = (bits - half) >> MANTISSA;
  BITS mbits = bits - (n << MANTISSA);
  REAL m;
  memcpy(&m, &mbits, sizeof m);
  REAL s = (m - R(1.0)) / (m + R(1.0));
  REAL t = s * s;
#ifdef REAL_IS_DOUBLE
  REAL p = 1.0 / 21.0;
  p = p * t + 1.0 / 19.0;
  p = p * t + 1.0 / 17.0;
  p = p * t + 1.0 / 15.0;
  p = p * t + 1.0 / 13.0;
  p = p * t + 1.0 / 11.0;
#else
  REAL p = 1.0f / 11.0f;
#endif
  p = p * t + R(1.0) / R(9.0);
  p = p * t + R(1.0) / R(7.0);
  p = p * t + R(1.0) / R(5.0);
  p = p * t + R(1.0) / R(3.0);
  REAL logm = R(2.0) * s + R(2.0) * s * t * p;
  REAL e = (REAL)n;
  // x - x is 0, or NaN where x is: the bits of a NaN would pass for those of a number.
  return e * LN2_HIGH + (e * LN2_LOW + logm) + (x - x);
}

// log(x) for every x, as IEEE 754 has it: -inf at 0, NaN below, inf at inf, denormals exact.
LBO_INLINE REAL FN(vlog_any)(REAL x) {
  const REAL shift = MANTISSA + 2;
  int denormal = x < SMALLEST_NORMAL;
  REAL y = FN(vlog)(denormal ? x * (REAL)(1ll << (MANTISSA + 2)) : x);
  y = denormal ? (y - shift * LN2_HIGH) - shift * LN2_LOW : y;
  y = x == (REAL)INFINITY ? (REAL)INFINITY : y;
  y = x == 0 ? -(REAL)INFINITY : y;
  return x < 0 ? (REAL)NAN : y;
}

// log(1 + x) for x in [0, 1]: what rounding 1 + x lost is made good by the factor x / ((1 + x) - 1)
// (Goldberg, "What every computer scientist should know about floating-point arithmetic", 1991,
// theorem 4).
LBO_INLINE REAL FN(vlog1p)(REAL x) {
  REAL w = R(1.0) + x;
  REAL kept = w - R(1.0);
  REAL y = FN(vlog)(w) * (x / kept);
  return kept == 0 ? x : y;
}

// tanh: its odd series near 0, where (1 - e) / (1 + e) would cancel; the quotient elsewhere.
LBO_INLINE REAL FN(vtanh)(REAL x) {
  REAL a = FABS(x);
  REAL e = FN(vexp)(R(-2.0) * a);
  REAL far = (R(1.0) - e) / (R(1.0) + e);
  REAL t = x * x;
#ifdef REAL_IS_DOUBLE
  // Below 0.05 the first omitted term, x^13 * 21844/6081075, is under 1e-18 relative.
  const REAL near_limit = 0.05;
  REAL p = -1382.0 / 155925.0;
  p = p * t + 62.0 / 2835.0;
#else
  // Below 0.25 the first omitted term, x^11 * 1382/155925, is under 1e-8 relative.
  const REAL near_limit = 0.25f;
  REAL p = 62.0f / 2835.0f;
#endif
  p = p * t - R(17.0) / R(315.0);
  p = p * t + R(2.0) / R(15.0);
  p = p * t - R(1.0) / R(3.0);
  REAL near = a + a * t * p;
  return COPYSIGN(a < near_limit ? near : far, x);
}

LBO_INLINE REAL FN(vsigmoid)(REAL x) { return R(1.0) / (R(1.0) + FN(vexp)(-x)); }

// The normal distribution function. Float: Abramowitz and Stegun 7.1.26, absolute error 1.5e-7.
LBO_INLINE REAL FN(vphi)(REAL x) {
#ifdef REAL_IS_DOUBLE
  return 0.5 * erfc(-x * 0.70710678118654752440);
#else
  float z = FABS(x) * 0.70710678118654752440f;
  float t = 1.0f / (1.0f + 0.3275911f * z);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float tail = 0.5f * p * t * FN(vexp)(-z * z);
  return x < 0.0f ? tail : 1.0f - tail;
#endif
}
