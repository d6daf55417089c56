import Oracles

/// One population of CMA-ES on its way: drawn, asked for in parts, answered.
struct Generation: Sendable {
  private(set) var draws: [CMAESDistribution.Draw]
  /// In the user's coordinates.
  private(set) var points: [[Double]]
  /// Where each point stands in the archive; nil while not answered.
  private(set) var answers: [Answer?]

  /// What came of a point.
  enum Answer: Sendable, Equatable {
    /// Evaluated, and kept at this place of the archive.
    case kept(Int)
    /// The evaluation failed.
    case failed
  }

  init(draws: [CMAESDistribution.Draw], points: [[Double]]) {
    self.draws = draws
    self.points = points
    answers = [Answer?](repeating: nil, count: draws.count)
  }

  /// Points still to be asked for, in order.
  var open: [[Double]] { points.indices.filter { answers[$0] == nil }.map { points[$0] } }

  var isComplete: Bool { answers.allSatisfy { $0 != nil } }

  /// Puts other points in the place of the open ones, from the first on, as many as there are places.
  mutating func replace(_ others: [(point: [Double], draw: CMAESDistribution.Draw)]) {
    for (i, other) in zip(points.indices.filter { answers[$0] == nil }, others) {
      points[i] = other.point
      draws[i] = other.draw
    }
  }

  /// Notes what came of a point; false if it is none of the open ones.
  mutating func answer(_ point: [Double], _ answer: Answer) -> Bool {
    guard let i = points.indices.first(where: { answers[$0] == nil && points[$0] == point }) else {
      return false
    }
    answers[i] = answer
    return true
  }
}
