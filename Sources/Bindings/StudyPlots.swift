import Core
import Optimization
import Reporting

/// Figures of studies: one, several side by side, or the methods of a comparison.
struct StudyPlots {
  /// A name in the legend, nil for none, and the runs under it.
  typealias Group = (name: String?, studies: [StudyHandle])

  /// What is drawn, in order; all on one problem.
  var groups: [Group]

  /// The figure of this kind: "convergence", "violations", or a column of the history.
  /// - Throws: `.badArgument` for studies without trials or constraints, `.unknownName` for another
  ///   kind, `.badData` when there is nothing to draw.
  func plot(_ kind: String) throws -> Plot {
    guard let first = groups.first?.studies.first?.study else {
      throw Failure(.badArgument, "there is no finished run to plot")
    }
    let statement = first.oracle.statement
    switch kind {
    case "convergence":
      let runs = groups.map { group in
        Plot.Runs(
          group.name,
          scores: group.studies.map { handle in
            handle.study.trials.map { $0.feasibleObjective.map(statement.shown) ?? .nan }
          })
      }
      return try Plot.convergence(
        runs, goal: statement.isMinimized ? .minimize : .maximize,
        initial: groups.flatMap(\.studies).map(\.study.startCount).max(), title: statement.name,
        score: statement.goal)
    case "violations":
      guard !statement.constraints.isEmpty else {
        throw Failure(.badArgument, "the problem `\(statement.name)` has no constraints")
      }
      if groups.count == 1, groups[0].studies.count == 1 { return violations(first) }
      return try Plot.medians(
        groups.map { Plot.Runs($0.name, scores: $0.studies.map(Self.leastViolation)) }, first: 1,
        title: statement.name, xLabel: "evaluations", yLabel: "least violation so far")
    default:
      let runs = try groups.map { group in
        Plot.Runs(group.name, scores: try group.studies.map { try column(kind, $0) })
      }
      return try Plot.medians(runs, title: statement.name, xLabel: "iteration", yLabel: kind)
    }
  }

  /// A column of a study's history; nothing for a method that does not measure it, as long as
  /// another one does.
  private func column(_ name: String, _ handle: StudyHandle) throws(Failure) -> [Double] {
    let table = try StudyTables.history(handle)
    if table[name] == nil {
      for other in groups.flatMap(\.studies)
      where try StudyTables.history(other)[name] != nil {
        return []
      }
    }
    guard case .numbers(let values) = try table.column(name) else {
      throw Failure(.badArgument, "the column `\(name)` holds no numbers")
    }
    return values
  }

  /// The least sum of violations up to each evaluation.
  private static func leastViolation(_ handle: StudyHandle) -> [Double] {
    Plot.bestSoFar(
      handle.study.trials.map {
        $0.evaluation.objective == nil ? .nan : $0.evaluation.totalViolation
      }, goal: .minimize)
  }

  private func violations(_ study: Study) -> Plot {
    var figure = Plot(
      title: study.oracle.statement.name, x: Plot.Axis("evaluations"),
      y: Plot.Axis("violation (0 and below is feasible)"), legend: .automatic)
    var names: [String] = []
    var x: [String: [Double]] = [:]
    var y: [String: [Double]] = [:]
    for trial in study.trials {
      for entry in trial.evaluation.constraints {
        if x[entry.name] == nil { names.append(entry.name) }
        x[entry.name, default: []].append(Double(trial.index + 1))
        y[entry.name, default: []].append(entry.violation)
      }
    }
    figure.series = names.enumerated().map { color, name in
      Plot.Series(name, .points(x: x[name] ?? [], y: y[name] ?? []), color: color)
    }
    figure.rules = [Plot.Rule(.y(0))]
    return figure
  }
}
