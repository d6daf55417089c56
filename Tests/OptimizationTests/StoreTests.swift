import Core
import Foundation
import Optimization
import Oracles
import Storage
import Synchronization
import Testing

struct StoreTests {
  private let folder = Folder()

  /// Counts what an oracle was asked.
  private final class Counter: Sendable {
    let asked = Mutex<[String]>([])
    var count: Int { asked.withLock { $0.count } }
  }

  private struct Stop: Error {}

  /// A study over the toy space that keeps its trials in a file.
  private func study(
    _ name: String, counter: Counter, budget: Int = 30, seed: UInt64 = 1, stopAfter: Int = .max,
    cancel: Cancellation? = nil
  ) throws -> Study {
    let inner = WordOracle(constraints: ["few"]) { text in
      let count = counter.asked.withLock {
        $0.append(text)
        return $0.count
      }
      if count == stopAfter { cancel?.request() }
      return Evaluation(
        objective: text.hasPrefix("b") ? nil : Toy.score(text) + 0.1 / 3,
        constraints: [
          .init(name: "few", violation: Double(text.count) - 8, isIndicator: false)
        ], recorded: [.init("letters", .number(Double(text.count)))],
        failure: text.hasPrefix("b") ? "the assay failed" : nil)
    }
    let store = try StudyStore.open(folder.path(name))
    try store.check(.init(inner.statement))
    let recorder = StoredRecorder(
      store,
      study: StoredStudy(
        problem: .init(inner.statement), method: "nfbo", seed: RandomStream(seed: seed)))
    let plain = try Toy.study(budget: budget, seed: seed, oracle: inner)
    return Study(
      oracle: RecordedOracle(inner, recorder: recorder), method: plain.method, budget: budget,
      random: RandomStream(seed: seed), recorder: recorder)
  }

  private func context(_ cancellation: Cancellation = Cancellation()) -> RunContext {
    RunContext(random: RandomStream(seed: 0), cancellation: cancellation)
  }

  /// Trials without their wall times.
  private func content(_ study: Study) -> [Trial] {
    study.trials.map { trial in
      var trial = trial
      trial.seconds = 0
      return trial
    }
  }

  @Test(arguments: [1, 17, 30, 43, 60])
  func anInterruptedStudyGoesOnBitForBit(_ stop: Int) throws {
    let whole = try study("whole.db", counter: Counter())
    try whole.run(context: context())
    #expect(whole.trials.count == 60)

    do {
      let cancellation = Cancellation()
      let first = try study(
        "part.db", counter: Counter(), stopAfter: stop, cancel: cancellation)
      do { try first.run(context: context(cancellation)) } catch let error as Failure {
        #expect(error.kind == .cancelled)
      }
      #expect(first.trials.count == stop)
    }
    let counter = Counter()
    let second = try study("part.db", counter: counter)
    try second.run(context: context())
    #expect(content(second) == content(whole))
    #expect(counter.count == 60 - stop)
    #expect(try StudyStore.open(folder.path("part.db")).trialCount() == 60)
  }

  /// What a study did that was stopped within a batch and went on.
  private func stopped(
    at count: Int, until limit: Int? = nil, counter: Counter, thenOn goOn: (Study) throws -> Void
  ) throws -> [Trial] {
    let cancellation = Cancellation()
    let first = try study("lead.db", counter: counter, stopAfter: count, cancel: cancellation)
    #expect(throws: Failure.self) {
      try first.run(until: limit, context: context(cancellation))
    }
    #expect(first.trials.count == count)
    cancellation.reset()
    try goOn(first)
    return content(first)
  }

  @Test func aStudyThatWentOnAfterAStopIsRepeatedWithTheStop() throws {
    let counter = Counter()
    let original = try stopped(at: 44, counter: counter) {
      try $0.run(iterations: 1, context: context())
    }
    #expect(original.count == 54)
    let again = Counter()
    let second = try study("lead.db", counter: again)
    try second.run(context: context())
    #expect(Array(content(second).prefix(54)) == original)
    #expect(again.count == 6)
    #expect(Set(counter.asked.withLock { $0 }).isDisjoint(with: again.asked.withLock { $0 }))
  }

  /// A batch that a limit cut, and that was stopped within: made again, it is cut and stops there.
  @Test func aStopWithinACutBatchIsRepeated() throws {
    let original = try stopped(at: 42, until: 45, counter: Counter()) {
      try $0.run(until: 47, context: context())
    }
    #expect(original.count == 47)
    let again = Counter()
    let second = try study("lead.db", counter: again)
    try second.run(context: context())
    #expect(Array(content(second).prefix(47)) == original)
    #expect(again.count == 13 && second.trials.count == 60)
  }

  /// An oracle that has the later results first, and is then killed: what was there is not asked again.
  @Test func whatIsThereBeforeItsTurnSurvivesAKill() throws {
    struct Backwards: Oracle {
      let inner: WordOracle
      let dies: Bool
      var statement: ProblemStatement { inner.statement }

      func evaluate(
        _ candidates: [Candidate], firstTrial: Int, context: RunContext,
        ahead: (Int, Evaluation) throws -> Void, completed: (Int, Evaluation) throws -> Void
      ) throws {
        let results = candidates.compactMap(\.text).map(inner.evaluate)
        for i in results.indices.dropFirst() { try ahead(i, results[i]) }
        if dies { throw Stop() }
        for i in results.indices { try completed(i, results[i]) }
      }
    }
    let counter = Counter()
    let inner = WordOracle { text in
      counter.asked.withLock { $0.append(text) }
      return Evaluation(objective: Toy.score(text))
    }
    let store = try StudyStore.open(folder.path("lead.db"))
    let named = StoredStudy(
      problem: .init(inner.statement), method: "nfbo", seed: RandomStream(seed: 1))
    func made(dies: Bool) throws -> Study {
      let recorder = StoredRecorder(store, study: named)
      return Study(
        oracle: RecordedOracle(Backwards(inner: inner, dies: dies), recorder: recorder),
        method: try Toy.study(budget: 10, oracle: inner).method, budget: 10,
        random: RandomStream(seed: 1), recorder: recorder)
    }
    #expect(throws: Stop.self) { try made(dies: true).step(context()) }
    #expect(counter.count == 30)
    #expect(try store.trialCount() == 29 && store.trials().isEmpty)
    let study = try made(dies: false)
    try study.step(context())
    #expect(study.trials.map(\.index) == Array(0..<30))
    // Only the first, of which nothing was there, is asked again.
    #expect(counter.count == 31)
    #expect(try store.trialCount() == 30 && store.trials().count == 30)
  }

  @Test func otherConstraintsAreToldByTheFirstEvaluation() throws {
    try study("lead.db", counter: Counter()).step(context())
    let counter = Counter()
    let inner = WordOracle(constraints: ["few"]) { text in
      counter.asked.withLock { $0.append(text) }
      return Evaluation(
        objective: 1,
        constraints: ["few[0]", "few[1]"].map { .init(name: $0, violation: 0, isIndicator: false) })
    }
    let recorder = StoredRecorder(
      try StudyStore.open(folder.path("lead.db")),
      study: StoredStudy(
        problem: .init(inner.statement), method: "nfbo", seed: RandomStream(seed: 1)))
    let other = Study(
      oracle: RecordedOracle(inner, recorder: recorder),
      method: try Toy.study(budget: 10, oracle: inner).method, budget: 10,
      random: RandomStream(seed: 1), recorder: recorder)
    try other.step(context())
    let failure = #expect(throws: Failure.self) { try other.step(context()) }
    #expect(
      failure?.message.contains("2: few[0], few[1]") == true, "\(String(describing: failure))")
    #expect(counter.count == 1)
  }

  @Test func aChangedStudyPaysOnlyForWhatIsNew() throws {
    let first = Counter()
    try study("lead.db", counter: first).run(context: context())
    let second = Counter()
    let other = try study("lead.db", counter: second, seed: 2)
    try other.run(context: context())
    let paid = Set(first.asked.withLock { $0 })
    #expect(other.trials.count == 60)
    #expect(second.count <= 30)
    #expect(paid.isDisjoint(with: second.asked.withLock { $0 }))
    let stored = try StudyStore.open(folder.path("lead.db")).trials()
    #expect(Set(stored.map(\.candidate)).count == stored.count)
    // The stored order is that of payment; the study's own trials are all there.
    #expect(stored.count == paid.count + second.count)
  }

  @Test func anotherProblemIsRefused() throws {
    try study("lead.db", counter: Counter()).step(context())
    let store = try StudyStore.open(folder.path("lead.db"))
    let others = [
      ProblemStatement(name: "other", goal: "score", isMinimized: false, constraints: ["few"]),
      ProblemStatement(name: "words", goal: "size", isMinimized: false, constraints: ["few"]),
      ProblemStatement(name: "words", goal: "score", isMinimized: true, constraints: ["few"]),
      ProblemStatement(name: "words", goal: "score", isMinimized: false),
    ]
    for other in others {
      #expect {
        try store.check(.init(other))
      } throws: {
        ($0 as? Failure)?.kind == .badArgument && "\($0)".contains("a file of its own")
      }
    }
  }

  /// How it is written may change, and older files do not tell; a dimension may not.
  @Test func theSameProblemInOtherWordsIsTaken() {
    func problem(_ dimension: Int?, _ text: String?) -> StoredStudy.Problem {
      StoredStudy.Problem(
        name: "words", goal: "score", isMinimized: false, constraints: [], dimension: dimension,
        text: text)
    }
    #expect(problem(3, "maximize x").isLike(problem(3, "maximize y")))
    #expect(problem(nil, nil).isLike(problem(3, "maximize y")))
    #expect(!problem(4, "maximize x").isLike(problem(3, "maximize x")))
  }

  @Test func failuresAreAskedForAgainWhereThatIsWanted() throws {
    let first = Counter()
    try study("lead.db", counter: first).step(context())
    let store = try StudyStore.open(folder.path("lead.db"))
    let failed = try store.failureCount()
    #expect(failed > 0)
    try store.forgetFailures()
    #expect(try store.failureCount() == 0 && store.trialCount() == first.count - failed)
    let second = Counter()
    try study("lead.db", counter: second).step(context())
    #expect(second.count == failed)
    #expect(second.asked.withLock { $0 }.allSatisfy { $0.hasPrefix("b") })
    #expect(try store.trialCount() == first.count)
  }

  @Test func nothingIsPaidForWhileTheFileIsGone() throws {
    let counter = Counter()
    let study = try study("lead.db", counter: counter)
    try study.step(context())
    let path = folder.path("lead.db")
    try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
    #expect(throws: Failure.self) { try study.step(context()) }
    #expect(counter.count == 30)
    #expect(study.trials.count == 30)
    try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
    try study.run(context: context())
    #expect(study.trials.count == 60)
    #expect(try StudyStore.open(path).trialCount() == 60)
  }

  @Test func whatCouldNotBeWrittenIsKeptAndWrittenLater() throws {
    let path = folder.path("lead.db")
    let away = path + ".away"
    let inner = WordOracle { text in
      // The file goes away in the middle of the start set.
      if text == Toy.start(30)[10] {
        try? FileManager.default.moveItem(atPath: path, toPath: away)
      }
      return Evaluation(objective: Toy.score(text))
    }
    let plain = try Toy.study(budget: 10, oracle: inner)
    let recorder = StoredRecorder(
      try StudyStore.open(path),
      study: StoredStudy(
        problem: .init(inner.statement), method: "nfbo", seed: RandomStream(seed: 1)))
    let study = Study(
      oracle: RecordedOracle(inner, recorder: recorder), method: plain.method, budget: 10,
      random: RandomStream(seed: 1), recorder: recorder)
    #expect(throws: Failure.self) { try study.step(context()) }
    #expect(study.trials.count == 11)
    #expect(try recorder.store.trialCount() == 10)
    try FileManager.default.moveItem(atPath: away, toPath: path)
    try recorder.flush()
    #expect(try recorder.store.trialCount() == 11)
  }
}
