import CKernels
import COpenBLAS

extension Double: TensorScalar {
  /// `cblas_dgemm`.
  public static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    BLASThreads.useOne
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda),
      b, Int32(ldb), beta, c, Int32(ldc))
  }

  /// `cblas_dtrsm`.
  public static func trsm(
    left: Bool, lower: Bool, transpose: Bool, _ m: Int, _ n: Int, _ alpha: Double,
    _ t: UnsafePointer<Double>, _ ldt: Int, _ b: UnsafeMutablePointer<Double>, _ ldb: Int
  ) {
    BLASThreads.useOne
    cblas_dtrsm(
      CblasRowMajor, left ? CblasLeft : CblasRight, lower ? CblasLower : CblasUpper,
      transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(m), Int32(n), alpha, t,
      Int32(ldt), b, Int32(ldb))
  }

  /// `cblas_dsyrk`.
  public static func syrk(
    lower: Bool, transpose: Bool, _ n: Int, _ k: Int, _ alpha: Double, _ a: UnsafePointer<Double>,
    _ lda: Int, _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    BLASThreads.useOne
    cblas_dsyrk(
      CblasRowMajor, lower ? CblasLower : CblasUpper, transpose ? CblasTrans : CblasNoTrans,
      Int32(n), Int32(k), alpha, a, Int32(lda), beta, c, Int32(ldc))
  }

  /// LAPACK's `dpotrf`.
  public static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int) -> Int {
    BLASThreads.useOne
    // LAPACK is column-major: its upper triangle is our lower one.
    var order = Int32(n)
    var leading = Int32(lda)
    var info: Int32 = 0
    dpotrf_("U", &order, a, &leading, &info)
    return Int(info)
  }

  /// The Float64 kernels.
  public static let kernels = Kernels<Double>(
    exp: lbo_exp_f64, log: lbo_log_f64, tanh: lbo_tanh_f64, sigmoid: lbo_sigmoid_f64,
    softplus: lbo_softplus_f64, sqrt: lbo_sqrt_f64, add: lbo_add_f64, sub: lbo_sub_f64,
    mul: lbo_mul_f64, div: lbo_div_f64, transpose: lbo_transpose_f64, affine: lbo_affine_f64,
    axpy: lbo_axpy_f64,
    activate: lbo_activate_f64, activateGradient: lbo_activate_gradient_f64,
    biasActivate: lbo_bias_activate_f64, biasActivateSlope: lbo_bias_activate_slope_f64,
    addRow: lbo_add_row_f64, biasRelu: lbo_bias_relu_f64, addColumn: lbo_add_column_f64,
    sumRows: lbo_sum_rows_f64, sumColumns: lbo_sum_columns_f64, sum: lbo_sum_f64,
    sumOfSquares: lbo_sum_of_squares_f64, dot: lbo_dot_f64, argmaxRows: lbo_argmax_rows_f64,
    allFinite: lbo_all_finite_f64, lstmCell: lbo_lstm_cell_f64,
    lstmCellGradient: lbo_lstm_cell_gradient_f64, nlsq: lbo_nlsq_f64,
    nlsqGradient: lbo_nlsq_gradient_f64, nlsqInverse: lbo_nlsq_inverse_f64,
    dropout: lbo_dropout_f64,
    adam: lbo_adam_f64)
}
