import CKernels
import COpenBLAS

extension Float: TensorScalar {
  /// `cblas_sgemm`.
  public static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    BLASThreads.useOne
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda),
      b, Int32(ldb), beta, c, Int32(ldc))
  }

  /// `cblas_strsm`.
  public static func trsm(
    left: Bool, lower: Bool, transpose: Bool, _ m: Int, _ n: Int, _ alpha: Float,
    _ t: UnsafePointer<Float>, _ ldt: Int, _ b: UnsafeMutablePointer<Float>, _ ldb: Int
  ) {
    BLASThreads.useOne
    cblas_strsm(
      CblasRowMajor, left ? CblasLeft : CblasRight, lower ? CblasLower : CblasUpper,
      transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(m), Int32(n), alpha, t,
      Int32(ldt), b, Int32(ldb))
  }

  /// `cblas_ssyrk`.
  public static func syrk(
    lower: Bool, transpose: Bool, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>,
    _ lda: Int, _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    BLASThreads.useOne
    cblas_ssyrk(
      CblasRowMajor, lower ? CblasLower : CblasUpper, transpose ? CblasTrans : CblasNoTrans,
      Int32(n), Int32(k), alpha, a, Int32(lda), beta, c, Int32(ldc))
  }

  /// LAPACK's `spotrf`.
  public static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int) -> Int {
    BLASThreads.useOne
    // LAPACK is column-major: its upper triangle is our lower one.
    var order = Int32(n)
    var leading = Int32(lda)
    var info: Int32 = 0
    spotrf_("U", &order, a, &leading, &info)
    return Int(info)
  }

  /// The Float32 kernels.
  public static let kernels = Kernels<Float>(
    exp: lbo_exp_f32, log: lbo_log_f32, tanh: lbo_tanh_f32, sigmoid: lbo_sigmoid_f32,
    softplus: lbo_softplus_f32, sqrt: lbo_sqrt_f32, add: lbo_add_f32, sub: lbo_sub_f32,
    mul: lbo_mul_f32, div: lbo_div_f32, transpose: lbo_transpose_f32, affine: lbo_affine_f32,
    axpy: lbo_axpy_f32,
    activate: lbo_activate_f32, activateGradient: lbo_activate_gradient_f32,
    biasActivate: lbo_bias_activate_f32, biasActivateSlope: lbo_bias_activate_slope_f32,
    addRow: lbo_add_row_f32, biasRelu: lbo_bias_relu_f32, addColumn: lbo_add_column_f32,
    sumRows: lbo_sum_rows_f32, sumColumns: lbo_sum_columns_f32, sum: lbo_sum_f32,
    sumOfSquares: lbo_sum_of_squares_f32, dot: lbo_dot_f32, argmaxRows: lbo_argmax_rows_f32,
    allFinite: lbo_all_finite_f32, lstmCell: lbo_lstm_cell_f32,
    lstmCellGradient: lbo_lstm_cell_gradient_f32, nlsq: lbo_nlsq_f32,
    nlsqGradient: lbo_nlsq_gradient_f32, nlsqInverse: lbo_nlsq_inverse_f32,
    dropout: lbo_dropout_f32,
    adam: lbo_adam_f32)
}
