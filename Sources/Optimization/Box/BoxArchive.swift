import Core
import Engine
import Oracles

/// The evaluated points of a box search, in unit coordinates; those whose evaluation failed stand apart.
public struct BoxArchive: Sendable {
  /// Where the points lie.
  public let space: BoxSpace
  /// Points in the unit cube, in order of evaluation.
  public private(set) var points: [[Double]] = []
  /// Objectives, maximised.
  public private(set) var objectives: [Double] = []
  /// Constraint values of each point: at most 0 where they hold; 0 or 1 for an indicator.
  public private(set) var constraints: [[Double]] = []
  /// Which constraints reveal only whether they hold.
  public private(set) var indicators: [Bool] = []
  /// Points in the unit cube whose evaluation gave no objective, and why the first of them did not.
  public private(set) var failed: [[Double]] = []
  private var firstFailure: String?

  /// Every point that was evaluated, in the user's coordinates; failed ones too.
  public private(set) var evaluated: Set<[Double]> = []

  /// An empty archive of a box.
  public init(space: BoxSpace) { self.space = space }

  /// Points that have an objective.
  public var count: Int { points.count }
  /// Entries of the constraints.
  public var constraintCount: Int { indicators.count }

  /// Takes in trials.
  /// - Throws: `.badData` if a trial has another number of constraint entries than those before.
  public mutating func append(_ trials: [Trial]) throws(Failure) {
    for trial in trials {
      guard case .vector(let x) = trial.candidate else { continue }
      evaluated.insert(x)
      guard let objective = trial.evaluation.objective else {
        failed.append(space.unit(x))
        firstFailure = firstFailure ?? trial.evaluation.failure
        continue
      }
      let entries = trial.evaluation.constraints
      if points.isEmpty {
        indicators = entries.map(\.isIndicator)
      } else if entries.count != indicators.count {
        throw Failure(
          .badData,
          "an evaluation gave \(entries.count) constraint values, the others \(indicators.count)",
          advice: "let the problem's constraints have the same number of entries always")
      }
      points.append(space.unit(x))
      objectives.append(objective)
      // An infinite violation is kept as a very large one: means and deviations stay finite.
      constraints.append(entries.map { min(Self.largest, max(-Self.largest, $0.violation)) })
    }
  }

  private static let largest = 1e150

  /// What models have to learn beside the objective: the constraints and, once an evaluation has failed, that it
  /// works.
  var learnedConstraintCount: Int { constraintCount + (failed.isEmpty ? 0 : 1) }

  /// Whether every constraint of a point holds.
  public func isFeasible(_ i: Int) -> Bool { constraints[i].allSatisfy { $0 <= 0 } }

  /// Whether any point is feasible.
  public var hasFeasible: Bool { points.indices.contains { isFeasible($0) } }

  /// Violations of each point added up, each divided by its constraint's `scale`.
  public func violation(_ i: Int, scale: [Double]) -> Double {
    zip(constraints[i], scale).reduce(0) { $0 + max(0, $1.0) / $1.1 }
  }

  /// The spread of each constraint over the points of these indices: its standard deviation, or its
  /// largest size where all are equal, or 1 where all are zero.
  public func constraintDeviations(_ indices: [Int]) -> [Double] {
    (0..<constraintCount).map { m in
      ViolationScale.deviation(indices.map { constraints[$0][m] })
    }
  }

  /// All points from best to worst: feasible ones by objective, then the others by total violation
  /// in units of each constraint's spread.
  public var ranking: [Int] {
    let scale = constraintDeviations(Array(points.indices))
    let violations = points.indices.map { violation($0, scale: scale) }
    return points.indices.sorted { a, b in
      if violations[a] != violations[b] { return violations[a] < violations[b] }
      if objectives[a] != objectives[b] { return objectives[a] > objectives[b] }
      return a < b
    }
  }

  /// Points of these indices as a matrix, rows x dimension.
  public func matrix<Scalar: TensorScalar>(_ indices: [Int], as: Scalar.Type = Scalar.self)
    -> Tensor<Scalar>
  {
    let d = space.dimension
    var result = Tensor<Scalar>(uninitialized: [indices.count, d])
    let to = result.mutablePointer
    for (row, i) in indices.enumerated() {
      for c in 0..<d { to[row * d + c] = Scalar(points[i][c]) }
    }
    return result
  }

  /// What a method that is given no start set says.
  static var noStart: Failure {
    Failure(.badArgument, "the start set is empty", advice: "give `initial: 200`, or some points")
  }

  /// What a method that has nothing to learn from says.
  var nothingWorked: Failure { Self.nothingWorked(firstFailure) }

  /// The same for any method.
  /// - Parameter reason: why the first evaluation failed.
  static func nothingWorked(_ reason: String?) -> Failure {
    Failure(
      .badData,
      "no evaluation of the start set succeeded, so there is nothing to learn from"
        + (reason.map { "; the first failed: \($0)" } ?? ""),
      advice:
        "mend the problem's body, or give other or more start points by `initial:`; `trials(study)` has "
        + "every reason")
  }
}
