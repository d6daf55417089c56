import Core
import Engine

/// What is added to the diagonal of a covariance so that its Cholesky factor exists.
///
/// Rounding makes a covariance of near-equal points slightly indefinite. The first step is part of
/// the model (gpytorch's default is 1e-6 in Float64); where it is not enough the next ones are
/// tried in order, and each time that happens `raised` is told, so that it is never silent.
public struct JitterLadder: Sendable {
  /// Jitters in the order in which they are tried.
  public let steps: [Double]
  private let raised: @Sendable (_ jitter: Double, _ what: String) -> Void

  /// `base`, then 10, 100, 1,000 and 10,000 times as much.
  public init(
    base: Double, raised: @escaping @Sendable (_ jitter: Double, _ what: String) -> Void
  ) {
    self.steps = [1, 10, 100, 1_000, 10_000].map { base * $0 }
    self.raised = raised
  }

  /// A ladder that reports what it does as a notice of the run.
  public init(base: Double, in context: RunContext) {
    self.init(base: base) { jitter, what in
      context.report(JitterLadder.notice(jitter, base: base, what))
    }
  }

  static func notice(_ jitter: Double, base: Double, _ what: String) -> RunEvent {
    .notice(
      "\(what) was not positive definite: \(jitter) was added to its diagonal instead of \(base)")
  }

  /// The lower Cholesky factor of matrix + jitter I, and the jitter. Reads the lower triangle.
  /// - Throws: `.numerical` if every step fails.
  package func factorize(_ matrix: Tensor<Double>, of what: String) throws(Failure) -> (
    factor: TriangularFactor<Double>, jitter: Double
  ) {
    let n = matrix.rows
    var failedRow = 0
    for (i, jitter) in steps.enumerated() {
      var factor = Tensor<Double>(uninitialized: matrix.shape)
      let view = MatrixView(&factor)
      let pieces = Parallel.ranges(n, by: 64)
      Parallel.forEach(pieces.count) { p in
        for r in pieces[p] {
          view.row(r).update(from: matrix.pointer + r * n, count: r + 1)
          view.row(r)[r] += jitter
        }
      }
      switch TriangularFactor.cholesky(consume factor) {
      case .success(let factor):
        if i > 0 { raised(jitter, what) }
        return (factor, jitter)
      case .failure(let failure): failedRow = failure.row
      }
    }
    throw Failure(
      .numerical,
      "\(what) is not positive definite (row \(failedRow) of \(n)), even with \(steps.last!) added to its diagonal",
      advice: "check the inputs for NaN or enormous numbers, or scale them to about 1")
  }
}
