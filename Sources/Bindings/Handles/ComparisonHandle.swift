import Core
import Language
import Optimization
import Reporting

/// Methods side by side on one problem: the studies that were run, by method and seed.
final class ComparisonHandle: HostObject {
  /// One method's run.
  struct Run: Sendable {
    /// What the method is called here.
    var name: String
    /// The seed it was made with; nil for a study that came as it was.
    var seed: UInt64?
    /// The study, as far as it got.
    var study: StudyHandle
    /// Whether it came to the end that was asked for.
    var isComplete: Bool
  }

  let runs: [Run]
  /// Names of the methods, in order.
  let names: [String]

  init(_ runs: [Run], names: [String]) {
    self.runs = runs
    self.names = names
  }

  let typeName = "comparison"
  let members = ["table", "runs", "names"]

  /// The runs of a method that are complete.
  func complete(_ name: String) -> [StudyHandle] {
    runs.filter { $0.name == name && $0.isComplete }.map(\.study)
  }

  var summary: String {
    guard let table = try? table(), let statement = runs.first?.study.study.oracle.statement else {
      return "a comparison"
    }
    let sense = statement.isMinimized ? "minimized" : "maximized"
    let title = "`\(statement.name)`: best \(statement.goal), \(sense), over runs\n"
    let stopped = runs.count { !$0.isComplete }
    let note =
      stopped == 0
      ? "" : "\n\(stopped) unfinished \(stopped == 1 ? "run is" : "runs are") left out"
    return title + TableText(width: 100)(table) + note
  }

  func member(_ name: String) throws -> Value? {
    switch name {
    case "table": .table(try table())
    case "runs":
      .list(
        runs.map { run in
          .record(
            Record([
              ("method", .string(run.name)),
              ("seed", run.seed.map { .number(Double($0)) } ?? .none),
              ("study", .host(run.study)), ("complete", .bool(run.isComplete)),
            ]))
        })
    case "names": .list(names.map { .string($0) })
    default: nil
    }
  }

  /// One row for each method over its complete runs.
  ///
  /// A run without a feasible point counts as worse than any other, so medians do not flatter
  /// methods that often find nothing; a median that falls on such a run is missing.
  func table() throws(Failure) -> Table {
    guard let statement = runs.first?.study.study.oracle.statement else { return Table() }
    var columns: [[Double]] = Array(repeating: [], count: 7)
    for name in names {
      let studies = complete(name).map(\.study)
      let values = studies.map { $0.bestSoFar.last ?? .nan }
        .map { $0.isNaN ? -Double.infinity : $0 }.sorted(by: >)
      let row: [Double] = [
        Double(studies.count), Double(values.count { $0.isFinite }),
        Self.shown(Self.median(values), statement.shown),
        Self.shown(values.first ?? .nan, statement.shown),
        Self.shown(values.last ?? .nan, statement.shown),
        Self.finite(Self.median(studies.map(Self.firstFeasible))),
        Self.median(studies.map(Self.secondsPerIteration)),
      ]
      for (i, value) in row.enumerated() { columns[i].append(value) }
    }
    var table = Table()
    try table.set("method", .texts(names))
    try table.set("runs", .numbers(columns[0]))
    if !statement.constraints.isEmpty { try table.set("feasible", .numbers(columns[1])) }
    try table.set("median", .numbers(columns[2]))
    try table.set("best", .numbers(columns[3]))
    try table.set("worst", .numbers(columns[4]))
    if !statement.constraints.isEmpty { try table.set("first_feasible", .numbers(columns[5])) }
    try table.set("s_iteration", .numbers(columns[6]))
    return table
  }

  private static func finite(_ x: Double) -> Double { x.isFinite ? x : .nan }

  private static func shown(_ x: Double, _ turn: (Double) -> Double) -> Double {
    x.isFinite ? turn(x) : .nan
  }

  private static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return low == high ? low : (low + high) / 2
  }

  /// Evaluations up to the first feasible one, that one included; infinite where there is none.
  private static func firstFeasible(_ study: Study) -> Double {
    study.trials.first { $0.evaluation.isFeasible }.map { Double($0.index + 1) } ?? .infinity
  }

  /// Mean seconds of the iterations after the start set.
  private static func secondsPerIteration(_ study: Study) -> Double {
    let later = study.history.filter { $0.iteration > 0 }
    guard !later.isEmpty else { return .nan }
    return later.reduce(0) { $0 + $1.seconds.reduce(0) { $0 + $1.value } } / Double(later.count)
  }
}
