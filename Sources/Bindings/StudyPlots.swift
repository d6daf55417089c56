import Core
import Optimization
import Reporting

/// Figures of studies: one, several side by side, or the methods of a comparison.
struct StudyPlots {
  /// A name in the legend, nil for none, and the runs under it.
  typealias Group = (name: String?, studies: [StudyHandle])

  /// What is drawn, in order; all on one problem.
  var groups: [Group]

  /// The figure of this kind: "convergence", "violations", "calibration", or a column of the history.
  /// - Throws: `.badArgument` for studies without trials or constraints, `.unknownName` for another
  ///   kind, `.badData` when there is nothing to draw.
  func plot(_ kind: String) throws -> Plot {
    guard let first = groups.first?.studies.first?.study else {
      throw Failure(.badArgument, "there is no finished run to plot")
    }
    let statement = first.oracle.statement
    guard groups.flatMap(\.studies).contains(where: { !$0.study.trials.isEmpty }) else {
      throw Failure(
        .badData, "nothing was evaluated yet, so there is nothing to plot",
        advice: "run the study first, as in `run(study, iterations: 5)`")
    }
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
    case "calibration": return try calibration(first)
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

  /// What was found against what was expected, with the ranges of 90% where there is one study.
  private func calibration(_ first: Study) throws(Failure) -> Plot {
    let statement = first.oracle.statement
    let name = statement.goal
    var figure = Plot(
      title: statement.name, x: Plot.Axis("\(name) expected"), y: Plot.Axis("\(name) found"),
      legend: .automatic)
    let studies = groups.flatMap { group in group.studies.map { (group.name, $0.study) } }
    var ends: (low: Double, high: Double)?
    for (color, (label, study)) in studies.enumerated() {
      let pairs = Calibration(study.trials, window: nil).pairs.sorted {
        statement.shown($0.prediction.mean) < statement.shown($1.prediction.mean)
      }
      guard let least = pairs.first, let most = pairs.last else { continue }
      let x = pairs.map { statement.shown($0.prediction.mean) }
      if studies.count == 1 {
        let bounds = pairs.map { pair in
          [pair.prediction.range.lowerBound, pair.prediction.range.upperBound].map(statement.shown)
        }
        figure.series.append(
          Plot.Series(
            "90% expected",
            .band(x: x, low: bounds.map { $0.min() ?? 0 }, high: bounds.map { $0.max() ?? 0 }),
            color: 1))
      }
      figure.series.append(
        Plot.Series(label, .points(x: x, y: pairs.map { statement.shown($0.found) }), color: color))
      let (low, high) = (
        statement.shown(least.prediction.mean), statement.shown(most.prediction.mean)
      )
      ends = (min(ends?.low ?? low, low), max(ends?.high ?? high, high))
    }
    guard let ends else {
      throw Failure(
        .badData, "the study has no predictions that were evaluated",
        advice: "run `nfbo` with a surrogate of sequences for an iteration or more")
    }
    let diagonal = [ends.low, ends.high]
    figure.series.append(
      Plot.Series("found as expected", .line(x: diagonal, y: diagonal), color: studies.count + 1))
    return figure
  }

  private func violations(_ study: Study) -> Plot {
    var figure = Plot(
      title: study.oracle.statement.name, x: Plot.Axis("evaluations", isWhole: true),
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
