// Vector kernels of the engine, each for Float32 (_f32) and Float64 (_f64).
// Buffers do not overlap unless a comment says that they may be the same. n counts elements.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LBO_DECLARE_KERNELS(REAL, T)                                                             \
  /* y = function(x); x and y may be the same. */                                                \
  void lbo_exp_##T(ptrdiff_t n, const REAL *x, REAL *y);                                         \
  void lbo_log_##T(ptrdiff_t n, const REAL *x, REAL *y);                                         \
  void lbo_tanh_##T(ptrdiff_t n, const REAL *x, REAL *y);                                        \
  void lbo_sigmoid_##T(ptrdiff_t n, const REAL *x, REAL *y);                                     \
  void lbo_softplus_##T(ptrdiff_t n, const REAL *x, REAL *y);                                    \
  void lbo_sqrt_##T(ptrdiff_t n, const REAL *x, REAL *y);                                        \
  /* z = x op y; z may be x or y. */                                                             \
  void lbo_add_##T(ptrdiff_t n, const REAL *x, const REAL *y, REAL *z);                          \
  void lbo_sub_##T(ptrdiff_t n, const REAL *x, const REAL *y, REAL *z);                          \
  void lbo_mul_##T(ptrdiff_t n, const REAL *x, const REAL *y, REAL *z);                          \
  void lbo_div_##T(ptrdiff_t n, const REAL *x, const REAL *y, REAL *z);                          \
  /* y (columns x rows) = transpose of x (rows x columns). */                                     \
  void lbo_transpose_##T(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, REAL *y);             \
  /* y = a x + b; x and y may be the same. */                                                    \
  void lbo_affine_##T(ptrdiff_t n, REAL a, REAL b, const REAL *x, REAL *y);                      \
  /* y += a x. */                                                                                \
  void lbo_axpy_##T(ptrdiff_t n, REAL a, const REAL *x, REAL *y);                                \
  /* y = activation(x): 0 identity, 1 relu, 2 gelu (exact), 3 swish, 4 tanh; may be the same. */ \
  void lbo_activate_##T(int kind, ptrdiff_t n, const REAL *x, REAL *y);                          \
  /* dx = dy * activation'(x); dx may be dy. For relu and tanh, x may be the output y. */        \
  void lbo_activate_gradient_##T(int kind, ptrdiff_t n, const REAL *x, const REAL *dy, REAL *dx);\
  /* y[r, :] += row for each of `rows` rows of `columns` entries. */                             \
  void lbo_add_row_##T(ptrdiff_t rows, ptrdiff_t columns, const REAL *row, REAL *y);             \
  /* y[r, :] = max(0, y[r, :] + column[r]): bias and relu in one pass. */                        \
  void lbo_bias_relu_##T(ptrdiff_t rows, ptrdiff_t columns, const REAL *column, REAL *y);        \
  /* y[r, :] = activation(y[r, :] + row), and its slope there: a dense layer after its product. */ \
  void lbo_bias_activate_##T(                                                                    \
    int kind, ptrdiff_t rows, ptrdiff_t columns, const REAL *row, REAL *y);                      \
  void lbo_bias_activate_slope_##T(                                                              \
    int kind, ptrdiff_t rows, ptrdiff_t columns, const REAL *row, REAL *y, REAL *slope);         \
  /* y[r, :] += column[r]. */                                                                    \
  void lbo_add_column_##T(ptrdiff_t rows, ptrdiff_t columns, const REAL *column, REAL *y);       \
                                                                                                 \
  /* Reductions in a fixed order. sum and dot accumulate in Float64. */                          \
  double lbo_sum_##T(ptrdiff_t n, const REAL *x);                                                \
  double lbo_sum_of_squares_##T(ptrdiff_t n, const REAL *x);                                     \
  double lbo_dot_##T(ptrdiff_t n, const REAL *x, const REAL *y);                                 \
  /* s[c] += sum over rows; s[r] += sum over columns. */                                         \
  void lbo_sum_rows_##T(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, REAL *s);              \
  void lbo_sum_columns_##T(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, REAL *s);           \
  /* index[r] = first column of the largest entry of row r; NaN never wins. */                   \
  void lbo_argmax_rows_##T(ptrdiff_t rows, ptrdiff_t columns, const REAL *x, int32_t *index);    \
  /* 1 if every entry is finite. */                                                              \
  int lbo_all_finite_##T(ptrdiff_t n, const REAL *x);                                            \
                                                                                                 \
  /* One LSTM step for `batch` rows (gates in the order i, f, g, o, as PyTorch's).               \
     gates (batch x 4H) holds pre-activations on entry, activations on return.                   \
     c (batch x H) from c_previous; h = o tanh(c). c may be c_previous. */                       \
  void lbo_lstm_cell_##T(                                                                        \
    ptrdiff_t batch, ptrdiff_t hidden, REAL *gates, const REAL *c_previous, REAL *c, REAL *h);   \
  /* Gradient of the step: from dh and dc (in: of c; out: of c_previous) to dgates               \
     (pre-activations); dgates may be gates. */                                                  \
  void lbo_lstm_cell_gradient_##T(                                                               \
    ptrdiff_t batch, ptrdiff_t hidden, const REAL *gates, const REAL *c_previous, const REAL *c, \
    const REAL *dh, REAL *dc, REAL *dgates);                                                     \
                                                                                                 \
  /* NLSq (Ziegler and Rush 2019) for `features` rows of n entries each.                         \
     p: five planes a, p1, p2, p3, f of features x n; y -> x, log_det[n] += log|dx/dy| summed    \
     over features. x may be y. */                                                               \
  void lbo_nlsq_##T(                                                                             \
    ptrdiff_t features, ptrdiff_t n, const REAL *p, const REAL *y, REAL *x, REAL *log_det);      \
  /* Gradients: dx (features x n) and dlog_det (n) to dy and dp (five planes). dy may be dx,     \
     dp may be p. */                                                                             \
  void lbo_nlsq_gradient_##T(                                                                    \
    ptrdiff_t features, ptrdiff_t n, const REAL *p, const REAL *y, const REAL *dx,               \
    const REAL *dlog_det, REAL *dy, REAL *dp);                                                   \
  /* The inverse x -> y, solved in Float64; finite for all finite input. y may be x. If log_det  \
     is not null, log_det[n] += log|dy/dx| summed over features. */                              \
  void lbo_nlsq_inverse_##T(                                                                     \
    ptrdiff_t features, ptrdiff_t n, const REAL *p, const REAL *x, REAL *y, REAL *log_det);      \
                                                                                                 \
  /* y = x / (1 - probability), or 0 with that probability: a pure function of key and index. */   \
  void lbo_dropout_##T(                                                                          \
    ptrdiff_t n, uint64_t key, double probability, const REAL *x, REAL *y);                      \
                                                                                                 \
  /* Adam (Kingma and Ba 2015, algorithm 1) on n parameters; rate and epsilon carry the bias     \
     corrections of the step; gradients are multiplied by scale first. */                        \
  void lbo_adam_##T(                                                                             \
    ptrdiff_t n, REAL *parameter, REAL *m, REAL *v, const REAL *gradient, double scale,          \
    double rate, double beta1, double beta2, double epsilon);

LBO_DECLARE_KERNELS(float, f32)
LBO_DECLARE_KERNELS(double, f64)

/// shared[i] += min(own, counts[i]): what rows of counts have in common, one feature at a time.
void lbo_add_minima_i32(ptrdiff_t n, int32_t own, const int32_t *counts, int32_t *shared);
/// The same where few have the feature: shared[columns[i]] += min(own, counts[i]).
void lbo_add_minima_at_i32(
  ptrdiff_t n, int32_t own, const int32_t *columns, const int32_t *counts, int32_t *shared);
/// y[i] = shared[i] / (own + totals[i] - shared[i]), 1 where both totals are 0.
void lbo_min_over_max_f64(
  ptrdiff_t n, int32_t own, const int32_t *totals, const int32_t *shared, double *y);

/// Memory of `bytes`, aligned to 64; freed by lbo_free with the same size. Blocks are kept for
/// reuse by size, since fresh pages cost more than most kernels. Null when there is no memory.
void *lbo_allocate(size_t bytes);
void lbo_free(void *block, size_t bytes);
