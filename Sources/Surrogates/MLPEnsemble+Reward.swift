import Core
import Engine
import Neural

extension MLPEnsemble {
  /// What CiBO's log reward is made of: r = mean + gamma deviation - lambda sum_m max(0, c_m).
  public struct Reward: Sendable {
    /// Weight of the ensemble's spread; the published 1.
    public var gamma: Double
    /// Weight of violations, the Lagrange multiplier; the published 10.
    public var lambda: Double

    /// The published values.
    public init(gamma: Double = 1, lambda: Double = 10) {
      self.gamma = gamma
      self.lambda = lambda
    }

    func value(_ mean: Double, _ deviation: Double, violation: Double) -> Double {
      mean + gamma * deviation - lambda * violation
    }
  }

  /// r at the rows of `x` (Q x D), [Q]. Errors as `predict`.
  public func reward(_ x: Tensor<Float>, _ reward: Reward) throws(Failure) -> [Double] {
    let prediction = try predict(x)
    let width = constraints.count
    return (0..<x.rows).map { row in
      let violation = (0..<width).reduce(0) {
        $0 + max(0, Double(prediction.constraints[row, $1]))
      }
      return reward.value(prediction.mean[row], prediction.deviation[row], violation: violation)
    }
  }

  /// r at the rows of `x` (Q x D), and its gradients with respect to them, Q x D; a constraint at
  /// exactly 0 and a spread of 0 pass none. Errors as `predict`.
  public func rewardGradient(_ x: Tensor<Float>, _ reward: Reward) throws(Failure)
    -> (values: [Double], gradient: Tensor<Float>)
  {
    try check(x)
    let nets = (members + constraints).map { RowwiseMLP($0.net) }
    var gradient = Tensor<Float>.zeros(x.shape)
    let whole = MatrixView(&gradient)
    // Every net's gradient needs all nets' answers: a piece is one thread's. Small, so that a few
    // hundred chains keep all cores busy.
    let pieces = Parallel.ranges(x.rows, by: 32)
    let values = Parallel.map(pieces.count) { p in
      Self.rewardGradient(
        MatrixView(reading: x)[rows: pieces[p]], into: whole[rows: pieces[p]], nets,
        members: members.count, reward)
    }.flatMap { $0 }
    guard values.allSatisfy(\.isFinite), gradient.isFinite else { throw Self.notFinite }
    return (values, gradient)
  }

  private static func rewardGradient(
    _ x: MatrixView<Float>, into gradient: MatrixView<Float>, _ nets: [RowwiseMLP<Float>],
    members: Int, _ reward: Reward
  ) -> [Double] {
    let (rows, count) = (x.rows, nets.count)
    var answers = Tensor<Float>(uninitialized: [count, rows])
    let y = answers.mutablePointer
    var workspaces = nets.map { $0.workspace(rows: rows, slots: 1) }
    for n in 0..<count {
      nets[n].evaluate(x.base, rows: rows, into: y + n * rows, slot: 0, in: &workspaces[n])
    }
    var values: [Double] = []
    var column = Tensor<Float>(uninitialized: [members])
    let own = column.mutablePointer
    // From here on, `answers` turns into the gradients with respect to the answers.
    for row in 0..<rows {
      for k in 0..<members { own[k] = y[k * rows + row] }
      let (mean, deviation) = moments(own, members)
      var violation = 0.0
      for c in members..<count {
        violation += max(0, Double(y[c * rows + row]))
        y[c * rows + row] = y[c * rows + row] > 0 ? Float(-reward.lambda) : 0
      }
      for k in 0..<members {
        let spread =
          deviation > 0
          ? reward.gamma * (Double(own[k]) - mean) / (Double(members - 1) * deviation) : 0
        y[k * rows + row] = Float(1 / Double(members) + spread)
      }
      values.append(reward.value(mean, deviation, violation: violation))
    }
    var part = Tensor<Float>(uninitialized: [rows, x.columns])
    let dx = part.mutablePointer
    for n in 0..<count {
      nets[n].pullBack(y + n * rows, rows: rows, slot: 0, into: dx, in: &workspaces[n])
      Float.kernels.axpy(part.count, 1, dx, gradient.base)
    }
    return values
  }
}
