import Core
import Optimization
import Oracles

/// An oracle that is a Swift function of a point of a box.
struct PointOracle: Oracle {
  var evaluate: @Sendable ([Double]) -> Evaluation

  var statement: ProblemStatement {
    ProblemStatement(name: "points", goal: "score", isMinimized: false)
  }

  func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    ahead: (Int, Evaluation) throws -> Void, completed: (Int, Evaluation) throws -> Void
  ) throws {
    for (i, candidate) in candidates.enumerated() {
      try context.checkCancellation("stopped")
      guard case .vector(let x) = candidate else { continue }
      try completed(i, evaluate(x))
    }
  }
}

/// Problems in a box with known answers.
enum BoxToy {
  static func space(_ dimension: Int, _ low: Double = -5, _ high: Double = 5) throws -> BoxSpace {
    try BoxSpace(
      low: [Double](repeating: low, count: dimension),
      high: [Double](repeating: high, count: dimension))
  }

  static func start(_ space: BoxSpace, _ count: Int, seed: UInt64 = 3) throws -> [[Double]] {
    try space.sobolPoints(0..<count, scrambledBy: RandomStream(seed: seed))
  }

  /// Minus the squared distance to the point with all coordinates 1.
  static func sphere(_ x: [Double]) -> Double { -x.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } }

  /// Sum of the coordinates at most zero: the optimum of `sphere` is then the origin, -d.
  static func halfSpace(_ x: [Double]) -> Evaluation.Constraint {
    .init(name: "sum", violation: x.reduce(0, +), isIndicator: false)
  }

  static func study(
    _ method: any SearchMethod, budget: Int, seed: UInt64 = 7, space: BoxSpace? = nil,
    _ evaluate: @escaping @Sendable ([Double]) -> Evaluation
  ) -> Study {
    Study(
      oracle: PointOracle(evaluate: evaluate), method: method, budget: budget,
      random: RandomStream(seed: seed), space: space)
  }
}
