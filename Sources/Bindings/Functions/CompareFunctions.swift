import Core
import Language
import Optimization

/// Methods side by side.
enum CompareFunctions {
  static let compare = NativeFunction(
    "compare",
    FunctionSignature(
      [
        .required("studies", "a list of studies", "one for each method, on one problem"),
        .named(
          "seeds", "a range or a list of whole numbers",
          "run each study anew with each of these seeds (default: the studies as they are)"),
        .named("names", "a list of strings", "what to call the studies"),
        .named(
          "until", "a whole number of at least 1",
          "evaluations of each run, the start set included (default: the studies' budgets)"),
      ], result: "a comparison"),
    doc: """
      Runs studies side by side and compares them: a table, and curves by `plot`.

      With `seeds` each study is a pattern that is made anew for each seed; the same seed gives the
      same start set to all that draw the same number of points. Without, the studies themselves are
      run to their end, and those that differ in nothing but their seed count as runs of one method.
      They run one after the other, all methods of a seed before the next seed. Ctrl-C keeps the
      runs that are finished; one that fails is told and left out of the table.
      """,
    example: """
      problem ball(x in box(-5, 5, dim: 3)) { minimize sum(x^2) }
      c = compare([sobol(ball, budget: 50), random(ball, budget: 50)], seeds: 1...3)
      c.table
      """, effect: .ordered
  ) { arguments, context in
    let studies = try handles(arguments)
    let until = arguments.has("until") ? try arguments.integer("until", in: 1...Int.max) : nil
    try check(studies, until: until)
    let seeds = arguments.has("seeds") ? try seeds(arguments) : nil
    let names = try names(arguments, studies, isDistinct: seeds != nil)
    if seeds == nil, let twice = repeated(studies, names) {
      context.environment.events(.warning(twice))
    }
    let plan = try plan(studies, names, seeds)
    let runs = try run(plan, until: until, context)
    var known: Set<String> = []
    return .host(ComparisonHandle(runs, names: names.filter { known.insert($0).inserted }))
  }

  /// What to say of a run that counts twice; nil where none does.
  private static func repeated(_ studies: [StudyHandle], _ names: [String]) -> String? {
    for (i, study) in studies.enumerated() {
      for j in 0..<i where names[j] == names[i] {
        if studies[j] === study {
          return "the study \(i) is the study \(j) again: one run counts as two"
        }
        if let seed = study.seed, seed == studies[j].seed {
          return
            "the studies \(j) and \(i) are both \(names[i]) with the seed \(seed): one run counts as two"
        }
      }
    }
    return nil
  }

  /// A run that is to be done.
  private struct Planned {
    var name: String
    var seed: UInt64?
    var make: () throws -> StudyHandle
  }

  private static func handles(_ arguments: Arguments) throws(Failure) -> [StudyHandle] {
    let items = try arguments.list("studies")
    var handles: [StudyHandle] = []
    for item in items {
      guard case .host(let object) = item, let handle = object as? StudyHandle else {
        throw Failure(
          .badArgument, "`studies` is a list of studies, but holds \(item.phrase)",
          advice: "write `compare([cmaes(problem, …), sobol(problem, …)], seeds: 1...5)`")
      }
      handles.append(handle)
    }
    guard !handles.isEmpty else { throw Failure(.badArgument, "there is no study to compare") }
    return handles
  }

  private static func check(_ studies: [StudyHandle], until: Int?) throws(Failure) {
    let first = studies[0].study.oracle.statement
    for study in studies {
      let other = study.study.oracle.statement
      guard other == first else {
        throw Failure(
          .badArgument,
          "the studies ask different problems, `\(first.name)` and `\(other.name)`, or differ in "
            + "dimension, goal or constraints", advice: "compare methods on one problem")
      }
      guard until != nil || study.study.budget != nil else {
        throw Failure(
          .badArgument,
          "a study by \(study.study.method.name) has no budget, so the comparison would never end",
          advice: "give the study a `budget`, or `compare` an `until`")
      }
    }
  }

  private static func seeds(_ arguments: Arguments) throws(Failure) -> [UInt64] {
    let numbers = try arguments.numbers("seeds")
    var seeds: [UInt64] = []
    for x in numbers {
      guard x >= 0, x <= 0x1p53, let seed = UInt64(exactly: x) else {
        throw arguments.mismatch("seeds", "whole numbers of at least 0")
      }
      guard !seeds.contains(seed) else {
        throw Failure(.badArgument, "the seed \(seed) stands twice in `seeds`")
      }
      seeds.append(seed)
    }
    guard !seeds.isEmpty else { throw Failure(.badArgument, "`seeds` is empty") }
    return seeds
  }

  private static func names(
    _ arguments: Arguments, _ studies: [StudyHandle], isDistinct: Bool
  ) throws(Failure) -> [String] {
    guard arguments.has("names") else {
      return StudyNames.of(studies, as: isDistinct ? .patterns : .runs)
    }
    let names = try arguments.strings("names")
    guard names.count == studies.count else {
      throw Failure(
        .badArgument, "there are \(studies.count) studies, but \(names.count) names")
    }
    guard !isDistinct || Set(names).count == names.count else {
      throw Failure(.badArgument, "two studies have the same name", advice: "name each apart")
    }
    return names
  }

  private static func plan(_ studies: [StudyHandle], _ names: [String], _ seeds: [UInt64]?)
    throws(Failure) -> [Planned]
  {
    guard let seeds else {
      return zip(studies, names).map { study, name in Planned(name: name, make: { study }) }
    }
    for study in studies where study.study.isMeasured {
      throw Failure(
        .badArgument,
        "`\(study.study.oracle.statement.name)` is measured outside, so nothing runs it anew by itself",
        advice: "leave out `seeds` to compare studies whose results have been told")
    }
    var plan: [Planned] = []
    for seed in seeds {
      for (study, name) in zip(studies, names) {
        guard let remake = study.remake else {
          throw Failure(
            .badArgument,
            "the study by \(study.study.method.name) is kept in a file, so it cannot be made anew",
            advice: "leave out its `store`, or compare it as it is, without `seeds`")
        }
        plan.append(
          Planned(name: name, seed: seed) {
            StudyHandle(
              try remake(seed), columns: study.columns, requirement: study.requirement,
              settings: study.settings,
              seed: seed)
          })
      }
    }
    return plan
  }

  private static func run(_ plan: [Planned], until: Int?, _ context: CallContext) throws
    -> [ComparisonHandle.Run]
  {
    let environment = context.environment
    var runs: [ComparisonHandle.Run] = []
    var firstError: (any Error)?
    for (i, planned) in plan.enumerated() {
      let seed = planned.seed.map { " seed \($0)" } ?? ""
      let label = "\(planned.name)\(seed) (\(i + 1) of \(plan.count))"
      let handle: StudyHandle
      do { handle = try planned.make() } catch {
        firstError = firstError ?? error
        environment.events(.warning("\(label) could not be made: \(text(error))"))
        continue
      }
      var run = ComparisonHandle.Run(
        name: planned.name, seed: planned.seed, study: handle, isComplete: false)
      do {
        try handle.study.run(
          until: until, context: StudyFunctions.outside(context, label: label)
        ) { report in
          environment.events(StudyReport.progress(report, handle, label))
        }
        environment.events(.finished(task: label, summary: nil))
        run.isComplete = true
      } catch {
        firstError = firstError ?? error
        environment.events(.finished(task: label, summary: nil))
        if environment.cancellation.isRequested {
          if !handle.study.trials.isEmpty { runs.append(run) }
          let done = runs.count { $0.isComplete }
          guard done > 0 else { throw error }
          environment.events(
            .notice(
              "stopped in \(label); \(done) finished \(done == 1 ? "run is" : "runs are") kept"))
          return runs
        }
        environment.events(.warning("\(label) failed: \(text(error))"))
      }
      runs.append(run)
    }
    if !runs.contains(where: \.isComplete), let firstError { throw firstError }
    return runs
  }

  private static func text(_ error: any Error) -> String {
    switch error {
    case let failure as Failure: failure.description
    case let diagnostic as Diagnostic: diagnostic.message
    default: "\(error)"
    }
  }
}
