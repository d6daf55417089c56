import Core
import Engine
import Neural

/// CiBO's published surrogate: an ensemble of multilayer perceptrons for the objective, whose spread
/// stands for uncertainty, and one perceptron for each constraint.
///
/// Inputs and targets are standardised by the caller. A value: a copy is a snapshot, and `train` goes
/// on with every net's Adam state from the last call.
public struct MLPEnsemble: Sendable {
  /// Sizes and rate.
  public struct Configuration: Sendable {
    /// Nets for the objective; the published 5.
    public var members: Int
    /// Widths of hidden layers, GELU each; the published four of 1,024.
    public var hidden: [Int]
    /// Adam's rate; the published 1e-3.
    public var rate: Double

    /// The published values.
    public init(members: Int = 5, hidden: [Int] = [1024, 1024, 1024, 1024], rate: Double = 1e-3) {
      self.members = members
      self.hidden = hidden
      self.rate = rate
    }
  }

  /// One net and its optimizer.
  public struct Member: Sendable {
    /// D to 1.
    public var net: MLP<Float>
    /// Its state between calls of `train`.
    public internal(set) var optimizer: Adam<Float>
  }

  /// Nets of the objective.
  public var members: [Member]
  /// Nets of the constraints, one each.
  public var constraints: [Member]

  /// Fresh nets, each from its own stream.
  /// - Parameters:
  ///   - dimension: entries of a point.
  ///   - constraintCount: number of constraints, may be 0.
  public init(
    dimension: Int, constraintCount: Int, _ configuration: Configuration = Configuration(),
    using random: RandomStream
  ) {
    precondition(configuration.members >= 1 && dimension >= 1 && constraintCount >= 0)
    func member(_ label: String, _ index: Int) -> Member {
      var own = random.stream(label, index)
      let net = MLP<Float>(
        [dimension] + configuration.hidden + [1], activation: .gelu, using: &own)
      return Member(net: net, optimizer: Adam(rate: configuration.rate))
    }
    members = (0..<configuration.members).map { member("member", $0) }
    constraints = (0..<constraintCount).map { member("constraint", $0) }
  }

  /// Entries of a point.
  public var dimension: Int { members[0].net.layers[0].inputs }

  /// What is expected at Q points.
  public struct Prediction: Sendable {
    /// Mean of the objective's nets, [Q].
    public var mean: [Double]
    /// Their standard deviation, with n - 1 below (0 for one net), [Q].
    public var deviation: [Double]
    /// Q x C.
    public var constraints: Tensor<Float>

    /// mean + gamma deviation, [Q].
    public func upperBound(gamma: Double) -> [Double] {
      zip(mean, deviation).map { $0 + gamma * $1 }
    }
  }

  /// Number of constraints.
  public var constraintCount: Int { constraints.count }

  /// What is expected at the rows of `x` (Q x D), on all cores.
  /// - Throws: `.badArgument` for another width, `.numerical` if an answer is not finite.
  public func predict(_ x: Tensor<Float>) throws(Failure) -> Prediction {
    try check(x)
    let answers = self.answers(x)
    guard answers.isFinite else { throw Self.notFinite }
    let (count, width) = (members.count, answers.columns)
    var prediction = Prediction(
      mean: [], deviation: [], constraints: Tensor(uninitialized: [x.rows, constraints.count]))
    let to = prediction.constraints.mutablePointer
    for row in 0..<x.rows {
      let values = answers.pointer + row * width
      let (mean, deviation) = Self.moments(values, count)
      prediction.mean.append(mean)
      prediction.deviation.append(deviation)
      for c in 0..<constraints.count { to[row * constraints.count + c] = values[count + c] }
    }
    return prediction
  }

  /// Mean and unbiased standard deviation.
  static func moments(_ values: UnsafePointer<Float>, _ count: Int) -> (Double, Double) {
    let mean = (0..<count).reduce(0) { $0 + Double(values[$1]) } / Double(count)
    guard count > 1 else { return (mean, 0) }
    let squares = (0..<count).reduce(0.0) { sum, k in
      let difference = Double(values[k]) - mean
      return sum + difference * difference
    }
    return (mean, (squares / Double(count - 1)).squareRoot())
  }

  /// All nets' answers, objective first: Q x (members + constraints).
  private func answers(_ x: Tensor<Float>) -> Tensor<Float> {
    let nets = (members + constraints).map { RowwiseMLP($0.net) }
    var result = Tensor<Float>(uninitialized: [x.rows, nets.count])
    let whole = MatrixView(&result)
    let pieces = Parallel.ranges(x.rows, by: RowwiseMLP<Float>.pieceSize(x.rows))
    Parallel.forEach(pieces.count * nets.count) { index in
      let (range, n) = (pieces[index / nets.count], index % nets.count)
      var workspace = nets[n].workspace(rows: range.count)
      var column = Tensor<Float>(uninitialized: [range.count])
      let values = column.mutablePointer
      nets[n].evaluate(
        x.pointer + range.lowerBound * x.columns, rows: range.count, into: values,
        in: &workspace)
      for (r, row) in range.enumerated() { whole.row(row)[n] = values[r] }
    }
    return result
  }

  func check(_ x: Tensor<Float>) throws(Failure) {
    guard x.count == x.rows * dimension else {
      throw Failure(
        .badArgument,
        "an ensemble of \(dimension) dimensions cannot judge points of shape \(x.shape)")
    }
  }

  static var notFinite: Failure {
    Failure(
      .numerical, "the ensemble's predictions are not finite",
      advice: "check the points for extreme values, or lower the learning rate")
  }
}
