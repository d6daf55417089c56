import Core
import Engine
import Surrogates

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Models of one buffer that weigh its points more or less sharply by merit: the most local member
/// sees the best few, the most global nearly all.
struct MultiScaleEnsemble: Sendable {
  /// How the ensemble is made.
  struct Configuration: Sendable {
    var count: Int
    /// Effective sample sizes of the most local and of the most global member.
    var narrowest, widest: Double
    var network: QuadraticNetwork.Configuration
    /// Which members have curvature in their regression.
    var curvature: Curvature

    /// The axes of the members' curvature.
    var axes = Axes.both

    /// The coordinates, the principal axes of the good points, or each for every other member.
    enum Axes: String, Sendable, CaseIterable { case coordinates, principal, both }
    enum Curvature: String, Sendable, CaseIterable { case all, none, half }
  }

  let configuration: Configuration
  private(set) var members: [QuadraticNetwork]

  init(_ configuration: Configuration) {
    self.configuration = configuration
    members = (0..<configuration.count).map { k in
      var network = configuration.network
      network.hasCurvature =
        configuration.curvature == .all || configuration.curvature == .half && k % 2 == 0
      return QuadraticNetwork(network)
    }
  }

  /// Fits every member, going on from the last fit.
  /// - Parameters:
  ///   - x: the buffer's points, scaled, N x d.
  ///   - weights: of the good points, whose covariance gives the principal axes.
  mutating func learn(
    _ x: Tensor<Float>, _ buffer: LagrangianBuffer, weights: [Double], _ context: RunContext
  ) throws {
    let before = members
    let everyone = configuration.axes == .principal
    let axes = try configuration.axes == .coordinates ? nil : Self.principalAxes(x, weights)
    let sizes = (0..<before.count).map { size(of: $0, among: buffer.count) }
    let distances = buffer.indicatorTargets.isEmpty ? [] : Self.squaredDistances(x, weights)
    members = try Parallel.map(before.count) { k in
      try context.checkCancellation("stopped while learning from the evaluations")
      var random = context.stream("member", k)
      var member = before[k]
      let border =
        buffer.indicatorTargets.isEmpty
        ? nil
        : buffer.borderWeights(
          effectiveSize: Self.borderSize * sizes[k], squaredDistances: distances)
      try member.fit(
        x, buffer.targets,
        .init(weights: buffer.weights(effectiveSize: sizes[k]), effectiveSize: sizes[k]),
        apart: border.map {
          (
            columns: buffer.indicatorTargets,
            sample: .init(weights: $0, effectiveSize: Self.borderSize * sizes[k])
          )
        }, axes: everyone || k % 2 == 1 ? axes : nil, using: &random)
      return member
    }
  }

  /// A yes or no tells less than a value: how many times as many points a border is learned from.
  private static let borderSize = 4.0

  /// Of each row of x from the weighted mean of all.
  private static func squaredDistances(_ x: Tensor<Float>, _ weights: [Double]) -> [Double] {
    let (n, d) = (x.rows, x.columns)
    var mean = [Double](repeating: 0, count: d)
    let total = weights.reduce(0, +)
    for i in 0..<n {
      for k in 0..<d { mean[k] += weights[i] / total * Double(x.pointer[i * d + k]) }
    }
    return (0..<n).map { i in
      (0..<d).reduce(0.0) {
        let away = Double(x.pointer[i * d + $1]) - mean[$1]
        return $0 + away * away
      }
    }
  }

  /// Eigenvectors of the weighted covariance of the rows of x, as columns.
  private static func principalAxes(_ x: Tensor<Float>, _ weights: [Double]) throws
    -> Tensor<Float>
  {
    let (n, d) = (x.rows, x.columns)
    var scaled = Tensor<Double>(uninitialized: [n, d])
    let to = scaled.mutablePointer
    let total = weights.reduce(0, +)
    var mean = [Double](repeating: 0, count: d)
    for i in 0..<n {
      for k in 0..<d { mean[k] += weights[i] / total * Double(x.pointer[i * d + k]) }
    }
    for i in 0..<n {
      let root = (weights[i] / total).squareRoot()
      for k in 0..<d { to[i * d + k] = root * (Double(x.pointer[i * d + k]) - mean[k]) }
    }
    return try SymmetricEigen(scaled.matmul(scaled, transposeSelf: true)).vectors.transposed
      .converted()
  }

  /// Effective sample sizes are geometric from the narrowest to the widest, at most 0.9 N.
  private func size(of k: Int, among count: Int) -> Double {
    let c = configuration
    let share = c.count == 1 ? 0.5 : Double(k) / Double(c.count - 1)
    return max(1, min(0.9 * Double(count), c.narrowest * pow(c.widest / c.narrowest, share)))
  }

  /// Each member's outputs at the rows of x.
  private func outputs(_ x: Tensor<Float>) -> [Tensor<Float>] {
    Parallel.map(members.count) { members[$0](x) }
  }

  /// The members' mean outputs at the rows of x.
  func meanOutputs(_ x: Tensor<Float>) -> Tensor<Float> {
    let answers = outputs(x)
    var mean = answers[0]
    for answer in answers.dropFirst() { mean.add(answer) }
    return mean.affine(1 / Float(members.count), 0)
  }

  /// Each member's view of the Lagrangian.
  func rewards(penalty: Double) -> [MemberReward] {
    members.map { MemberReward(member: $0, penalty: Float(penalty)) }
  }
}
