import Core
import Language
import Optimization
import Reporting

/// How a slice's values become colours or heights.
enum SliceScale {
  case linear, log, gap

  init(_ arguments: Arguments) throws(Failure) {
    switch arguments.given("log") {
    case nil, Value.none?, .bool(false)?: self = .linear
    case .bool(true)?: self = .log
    case .string("gap")?: self = .gap
    default: throw arguments.mismatch("log", "true, false or \"gap\"")
    }
  }

  /// What is drawn of a value, and what that is.
  typealias Scaled = (value: (Double) -> Double, label: String)

  /// The scale for these values.
  /// - Throws: `.badArgument` where a logarithm has nothing to show, `.badData` where no value is finite.
  func of(_ seen: SliceSubject.Values, _ subject: SliceSubject, _ view: SliceView) throws(Failure)
    -> Scaled
  {
    let shown = seen.values.filter(\.isFinite)
    guard let least = shown.min(), let greatest = shown.max() else {
      throw Self.nothing(seen, view)
    }
    switch self {
    case .linear: return ({ $0 }, subject.label)
    case .log:
      guard least >= 0, greatest > 0 else {
        let worst = least < 0 ? "down to \(Format.short(least))" : "all 0"
        throw Failure(
          .badArgument,
          "`log: true` needs values above 0, but those in this \(view.phrase) are \(worst)",
          advice: seen.bounds != nil && view.isLine
            ? "leave out `log`"
            : "`log: \"gap\"` takes the logarithm of their distances from "
              + "\(subject.isMinimized ? "the least" : "the greatest") of them")
      }
      return ({ $0 }, subject.label)
    case .gap:
      guard seen.bounds == nil || !view.isLine else {
        throw Failure(
          .badArgument, "`log: \"gap\"` has no place for the bounds that a study expects",
          advice: "leave out `log`, or look at a plane")
      }
      guard least < greatest else {
        throw Failure(
          .badArgument,
          "all values in this \(view.phrase) are \(Format.short(least)), so `log: \"gap\"` has no "
            + "distances",
          advice: "leave out `log`")
      }
      let best = subject.isMinimized ? least : greatest
      let side = subject.isMinimized ? "above" : "below"
      return (
        // What is better than all that is shown has no distance.
        { subject.isMinimized ? $0 - best : best - $0 },
        [subject.label, side, Format.short(best)].filter { !$0.isEmpty }.joined(separator: " ")
      )
    }
  }

  private static func nothing(_ seen: SliceSubject.Values, _ view: SliceView) -> Failure {
    if seen.infeasible?.contains(true) == true {
      return Failure(
        .badData, "no cell of this plane is feasible, so none has a colour",
        advice:
          "put the plane through a feasible point, as in `at: study.best`, or leave out `feasible`")
    }
    return Failure(
      .badData,
      "`f` has no finite value in this \(view.phrase), so there is nothing to draw"
        + (seen.failure.map { "; the first evaluation that failed: \($0)" } ?? ""))
  }
}
