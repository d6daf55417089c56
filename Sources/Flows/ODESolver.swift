import Core
import Engine
import Neural

/// Integrates dx/dt = u(t, x) with a fixed number of equal steps, on all cores.
///
/// Rows are cut in pieces of a size that depends on their number only.
public struct ODESolver: Sendable {
  /// What a step is made of.
  public var rule: ODERule
  /// Steps from the start to the end.
  public var steps: Int

  /// - Parameter steps: at least 1.
  public init(_ rule: ODERule, steps: Int) {
    precondition(steps >= 1, "an integration needs at least one step")
    self.rule = rule
    self.steps = steps
  }

  /// Calls of the vector field for one row.
  public var calls: Int { steps * rule.stages }

  /// The end points of the rows of `x` (N x D) when the field carries them from time `start` to `end`.
  /// - Throws: `.numerical` if an end point is not finite, `.cancelled`.
  public func solve<Field: VectorField>(
    _ x: Tensor<Float>, along field: Field, from start: Float = 0, to end: Float = 1,
    cancellation: Cancellation? = nil
  ) throws(Failure) -> Tensor<Float> {
    precondition(x.count == x.rows * field.dimension, "points of shape \(x.shape)")
    var result = x
    let whole = MatrixView(&result)
    let pieces = Parallel.ranges(x.rows, by: RowwiseMLP<Float>.pieceSize(x.rows))
    Parallel.forEach(pieces.count) { p in
      if cancellation?.isRequested == true { return }
      let block = whole[rows: pieces[p]]
      var workspace = field.workspace(rows: block.rows, slots: 0)
      var stepper = ODEStepper(rule, rows: block.rows, dimension: field.dimension)
      for step in 0..<steps {
        stepper.advance(
          block.base, from: time(step, start, end), to: time(step + 1, start, end), along: field,
          slot: nil, in: &workspace)
      }
    }
    try cancellation?.check("the integration was stopped")
    try ODESolver.checkFinite(result)
    return result
  }

  func time(_ step: Int, _ start: Float, _ end: Float) -> Float {
    start + (end - start) * Float(step) / Float(steps)
  }

  static func checkFinite(_ x: Tensor<Float>) throws(Failure) {
    guard x.isFinite else {
      throw Failure(
        .numerical, "integrating the flow gave numbers that are not finite",
        advice: "train the flow longer or at a lower rate, or integrate in more steps")
    }
  }
}

/// One thread's buffers for the stages of a step on one block of rows.
struct ODEStepper {
  let rule: ODERule
  let rows: Int
  let count: Int
  private var slopes: Tensor<Float>
  private var point: Tensor<Float>

  init(_ rule: ODERule, rows: Int, dimension: Int) {
    self.rule = rule
    self.rows = rows
    count = rows * dimension
    slopes = Tensor(uninitialized: [rule.stages, rows * dimension])
    point = Tensor(uninitialized: [rows, dimension])
  }

  /// Moves x one step. With `slot`, what the stages' gradients need is kept in slots from there on.
  mutating func advance<Field: VectorField>(
    _ x: UnsafeMutablePointer<Float>, from start: Float, to end: Float, along field: Field,
    slot: Int?, in workspace: inout Field.Workspace
  ) {
    let step = end - start
    let slopes = self.slopes.mutablePointer
    let point = self.point.mutablePointer
    for stage in 0..<rule.stages {
      var at = UnsafePointer(x)
      if stage > 0 {
        point.update(from: x, count: count)
        for (earlier, weight) in rule.coefficients[stage].enumerated() where weight != 0 {
          Float.kernels.axpy(count, step * weight, slopes + earlier * count, point)
        }
        at = UnsafePointer(point)
      }
      field.evaluate(
        time: start + rule.nodes[stage] * step, at, rows: rows, into: slopes + stage * count,
        slot: slot.map { $0 + stage }, in: &workspace)
    }
    for (stage, weight) in rule.weights.enumerated() where weight != 0 {
      Float.kernels.axpy(count, step * weight, slopes + stage * count, x)
    }
  }

  /// Turns the gradient with respect to the step's end into that with respect to its start; the
  /// stages were kept in slots from `slot` on.
  ///
  /// With x_j = x + h sum_i a_ji u_i, u_j = u(x_j), y = x + h sum_j b_j u_j:
  /// du_j = h b_j dy + h sum_{k > j} a_kj dx_k, dx_j = J_j^T du_j, dx = dy + sum_j dx_j.
  mutating func pullBack<Field: VectorField>(
    _ gradient: UnsafeMutablePointer<Float>, from start: Float, to end: Float,
    along field: Field, slot: Int, in workspace: inout Field.Workspace
  ) {
    let step = end - start
    let stageGradients = slopes.mutablePointer  // dx_k
    let du = point.mutablePointer
    for stage in (0..<rule.stages).reversed() {
      Float.kernels.affine(count, step * rule.weights[stage], 0, gradient, du)
      for later in stage + 1..<max(stage + 1, rule.stages) {
        let weight = rule.coefficients[later][stage]
        if weight != 0 {
          Float.kernels.axpy(count, step * weight, stageGradients + later * count, du)
        }
      }
      field.pullBack(
        du, rows: rows, slot: slot + stage, into: stageGradients + stage * count, in: &workspace)
    }
    for stage in 0..<rule.stages {
      Float.kernels.axpy(count, 1, stageGradients + stage * count, gradient)
    }
  }
}
