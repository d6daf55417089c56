import Core
import Optimization
import Oracles
import Storage
import Synchronization
import Testing

/// Studies whose method would choose otherwise now than when their file was written: another processor
/// rounds in another way, another version has another rule, the flow was trained anew.
///
/// Stood in for by a method that draws from another stream; the file takes it for the same study.
struct StudyPathTests {
  private let folder = Folder()

  private static let box = ["megs", "cibo", "sampler", "scbo", "cmaes", "random", "sobol"]
  private static let words = ["nfbo", "draws"]

  /// Candidates in the order in which they were evaluated.
  private final class Asked: Sendable {
    let candidates = Mutex<[Candidate]>([])
    var all: [Candidate] { candidates.withLock { $0 } }
  }

  private func method(_ name: String) throws -> any SearchMethod {
    let space = try BoxToy.space(4)
    let start = try BoxToy.start(space, 12)
    let batch: [String: OptionValue] = ["batch": .integer(10)]
    switch name {
    case "megs": return try BoxMethods.megs(space, start)
    case "cibo": return try BoxMethods.cibo(space, start)
    case "sampler": return try BoxMethods.cibo(space, start, ["search": .text("sampler")])
    case "scbo":
      return try SCBO(space: space, start: start, options: Options(batch, specs: SCBO.options))
    case "cmaes":
      return try CMAES(
        space: space, start: start,
        options: Options(["population": .integer(10)], specs: CMAES.options))
    case "draws":
      return RandomDraws(
        space: try Toy.space(), start: Toy.start(30),
        options: try Options(batch, specs: RandomDraws.options))
    case "nfbo": return try Toy.study(budget: 30).method
    default:
      return BoxDraws(
        kind: name == "sobol" ? .sobol : .random, space: space, start: start,
        options: try Options(batch, specs: BoxDraws.options))
    }
  }

  private func study(
    _ name: String, stream: UInt64, asked: Asked = Asked(), file: String = "lead.db",
    stopAfter: Int = .max, cancellation: Cancellation? = nil
  ) throws -> Study {
    let count = { @Sendable (candidate: Candidate) in
      let count = asked.candidates.withLock {
        $0.append(candidate)
        return $0.count
      }
      if count == stopAfter { cancellation?.request() }
    }
    let oracle: any Oracle =
      Self.words.contains(name)
      ? WordOracle {
        count(.text($0))
        return Evaluation(objective: Toy.score($0))
      }
      : PointOracle {
        count(.vector($0))
        return BoxMethods.quadratic($0)
      }
    let recorder = StoredRecorder(
      try StudyStore.open(folder.path(file)),
      study: StoredStudy(
        problem: .init(oracle.statement), method: name, seed: RandomStream(seed: 7)))
    return Study(
      oracle: RecordedOracle(oracle, recorder: recorder), method: try method(name), budget: 30,
      random: RandomStream(seed: stream), recorder: recorder)
  }

  private func context(_ cancellation: Cancellation = Cancellation(), _ notices: Notices? = nil)
    -> RunContext
  {
    RunContext(random: RandomStream(seed: 0), cancellation: cancellation) { event in
      guard case .notice(let text) = event else { return }
      notices?.texts.withLock { $0.append(text) }
    }
  }

  private final class Notices: Sendable {
    let texts = Mutex<[String]>([])
    var ofPath: Int { texts.withLock { $0.count { $0.contains("would be chosen now") } } }
  }

  /// Stopped within its second batch after the start set, and gone on with elsewhere: what was paid for is
  /// what the study consists of, nothing is evaluated twice, and the method goes on after it.
  @Test(arguments: box + words) func aStudyGoesOnAlongItsFile(_ name: String) throws {
    let start = Self.words.contains(name) ? 30 : 12
    let (first, cancellation) = (Asked(), Cancellation())
    let stopped = try study(
      name, stream: 7, asked: first, stopAfter: start + 14, cancellation: cancellation)
    #expect(throws: Failure.self) { try stopped.run(context: context(cancellation)) }
    #expect(stopped.trials.count == start + 14)

    let (second, notices) = (Asked(), Notices())
    let study = try study(name, stream: 8, asked: second)
    try study.run(context: context(Cancellation(), notices))
    #expect(study.trials.count == start + 30)
    #expect(study.trials.prefix(start + 14).map(\.candidate) == first.all)
    #expect(second.all.count == 16 && Set(second.all).isDisjoint(with: first.all))
    #expect(study.history.map(\.evaluations) == [start, start + 10, start + 20, start + 30])
    // Sobol points are scrambled by the stream of the start, the rest by that of each iteration.
    #expect(notices.ofPath == 1)

    // A third run has both parts before it, and evaluates nothing.
    let third = Asked()
    let again = try self.study(name, stream: 9, asked: third)
    try again.run(context: context())
    #expect(third.all.isEmpty)
    #expect(again.trials.map(\.candidate) == study.trials.map(\.candidate))
  }

  /// The same program on the same processor keeps its own way and says nothing.
  @Test(arguments: ["megs", "nfbo"]) func noNoticeWhereNothingChanged(_ name: String) throws {
    let notices = Notices()
    try study(name, stream: 7).run(iterations: 3, context: context())
    try study(name, stream: 7).run(context: context(Cancellation(), notices))
    #expect(notices.ofPath == 0)
  }

  /// Files of before batches were told of: their trials tell how the study went.
  @Test func trialsAloneTellThePath() throws {
    let asked = Asked()
    let whole = try study("megs", stream: 7, asked: asked)
    try whole.run(context: context())
    let known = try StudyStore.open(folder.path("lead.db"))
    let store = try StudyStore.open(folder.path("older.db"))
    // Of two runs, the second one from the middle of a batch on.
    let runs = try (0..<2).map { _ in try store.begin(#require(try known.lastStudy())) }
    for (i, trial) in try known.trials().enumerated() {
      try store.append(trial, study: runs[i < 27 ? 0 : 1])
    }
    let more = Asked()
    let study = try study("megs", stream: 8, asked: more, file: "older.db")
    try study.run(context: context())
    #expect(more.all.isEmpty && study.trials.map(\.candidate) == asked.all)
  }

  /// Evaluations that waited for an earlier one when the study was killed are of its last batch.
  @Test(arguments: [7, 8] as [UInt64]) func whatWasAheadIsTaken(stream: UInt64) throws {
    let asked = Asked()
    try study("megs", stream: 7, asked: asked).run(context: context())
    let known = try StudyStore.open(folder.path("lead.db"))
    let store = try StudyStore.open(folder.path("killed.db"))
    let run = try store.begin(#require(try known.lastStudy()))
    for (i, trial) in try known.trials().prefix(28).enumerated() {
      if i < 24 { try store.append(trial, study: run) }
      if i > 25 { try store.keepAhead(trial, study: run) }
    }
    let more = Asked()
    let study = try study("megs", stream: stream, asked: more, file: "killed.db")
    try study.run(context: context())
    let paid = asked.all.prefix(24) + asked.all[26..<28]
    #expect(more.all.count == 42 - 26 && Set(more.all).isDisjoint(with: paid))
    #expect(Set(paid).isSubset(of: Set(study.trials.map(\.candidate))))
    #expect(study.trials.count == 42)
    #expect(try store.candidatesAhead(runs: [run]).isEmpty)
  }

  /// What failed is asked for again where it was, and what came after it stays.
  @Test(arguments: [false, true]) func retriesKeepThePath(ofTrialsAlone: Bool) throws {
    let asked = Asked()
    try study("megs", stream: 7, asked: asked).run(context: context())
    let known = try StudyStore.open(folder.path("lead.db"))
    let store = try StudyStore.open(folder.path("failed.db"))
    let run = try store.begin(#require(try known.lastStudy()))
    if !ofTrialsAlone {
      for first in [12, 22, 32] {
        for batch in try known.batches(firstTrial: first, runs: [1]) {
          try store.append(batch, study: run)
        }
      }
    }
    let failing = [3, 12, 25, 40]
    for (i, trial) in try known.trials().enumerated() {
      var trial = trial
      if failing.contains(i) {
        trial.objective = nil
        trial.failure = "spilled"
      }
      try store.append(trial, study: run)
    }
    try store.forgetFailures()
    let more = Asked()
    let study = try study("megs", stream: 8, asked: more, file: "failed.db")
    try study.run(context: context())
    #expect(more.all == failing.map { asked.all[$0] })
    #expect(study.trials.map(\.candidate) == asked.all)
  }

  /// A box that no longer holds what was evaluated is told of before anything is.
  @Test func candidatesOutsideTheBoxAreToldOf() throws {
    try study("random", stream: 7).run(context: context())
    let asked = Asked()
    let narrow = try BoxToy.space(4, -0.5, 0.5)
    let wide = try study("random", stream: 8, asked: asked)
    let study = Study(
      oracle: wide.oracle, method: wide.method, budget: 30, random: RandomStream(seed: 8),
      space: narrow,
      recorder: StoredRecorder(
        try StudyStore.open(folder.path("lead.db")),
        study: try #require(try StudyStore.open(folder.path("lead.db")).lastStudy())))
    let failure = #expect(throws: Failure.self) { try study.run(context: context()) }
    #expect(failure?.message.contains("lies outside the box") == true, "\(failure as Any)")
    #expect(asked.all.isEmpty)
  }
}
