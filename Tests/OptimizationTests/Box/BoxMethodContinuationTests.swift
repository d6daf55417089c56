import Core
import Foundation
import Optimization
import Oracles
import Storage
import Synchronization
import Testing

/// Same seed, same bits: on any number of cores, after a stop, and from a file.
///
/// Serialized, as the number of workers is one for the process.
@Suite(.serialized)
struct BoxMethodContinuationTests {
  private static let makers: [String] = ["megs", "cibo", "sampler", "published"]

  private func method(_ name: String) throws -> any SearchMethod {
    let space = try BoxToy.space(4)
    let start = try BoxToy.start(space, 12)
    switch name {
    case "megs": return try BoxMethods.megs(space, start)
    case "sampler":
      return try BoxMethods.cibo(space, start, ["search": .text("sampler")])
    case "published":
      return try BoxMethods.cibo(space, start, ["preset": .text("published")])
    default: return try BoxMethods.cibo(space, start)
    }
  }

  private func study(
    _ name: String, path: String? = nil,
    _ evaluate: @escaping @Sendable ([Double]) -> Evaluation = BoxMethods.quadratic
  ) throws -> Study {
    let oracle = PointOracle(evaluate: evaluate)
    let random = RandomStream(seed: 7)
    guard let path else { return BoxToy.study(try method(name), budget: 33, evaluate) }
    let recorder = StoredRecorder(
      try StudyStore.open(path),
      study: StoredStudy(problem: .init(oracle.statement), method: name, seed: random))
    return Study(
      oracle: RecordedOracle(oracle, recorder: recorder), method: try method(name), budget: 33,
      random: random, recorder: recorder)
  }

  private func content(_ study: Study) -> [Trial] {
    study.trials.map { trial in
      var trial = trial
      trial.seconds = 0
      return trial
    }
  }

  @Test(arguments: makers) func sameBitsOnAnyNumberOfCores(_ name: String) throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    var runs: [[Trial]] = []
    for workers in [1, 3] {
      Parallel.workers = workers
      let study = try study(name)
      try study.run(context: RunContext(seed: 1))
      runs.append(content(study))
    }
    #expect(runs[0].count == 45)
    #expect(runs[0] == runs[1])
  }

  /// A stop in the middle of a batch: what was evaluated is told, and the search goes on.
  @Test(arguments: makers) func aStopKeepsTrials(_ name: String) throws {
    let cancellation = Cancellation()
    let count = Mutex(0)
    let study = try study(name) { x in
      let done = count.withLock {
        $0 += 1
        return $0
      }
      if done == 27 { cancellation.request() }
      return BoxMethods.quadratic(x)
    }
    let context = RunContext(random: RandomStream(seed: 1), cancellation: cancellation)
    let failure = #expect(throws: Failure.self) { try study.run(context: context) }
    #expect(failure?.kind == .cancelled)
    #expect(study.trials.count == 27)
    cancellation.reset()
    try study.run(context: context)
    #expect(study.trials.count == 45)
    BoxMethods.checkSound(study, budget: 33, space: try BoxToy.space(4))
  }

  /// A stop while the method thinks: the next step asks the same as one that was not stopped.
  @Test(arguments: ["megs", "cibo", "sampler"])
  func aStoppedThoughtIsThoughtAgain(_ name: String) throws {
    let whole = try study(name)
    try whole.run(context: RunContext(seed: 1))
    let stopped = try study(name)
    let cancellation = Cancellation()
    let context = RunContext(random: RandomStream(seed: 1), cancellation: cancellation)
    try stopped.run(iterations: 2, context: context)
    cancellation.request()
    #expect(throws: Failure.self) { try stopped.step(context) }
    #expect(stopped.trials.count == 22)
    cancellation.reset()
    try stopped.run(context: context)
    #expect(content(stopped) == content(whole))
  }

  @Test(arguments: ["megs", "cibo", "sampler"], [12, 19, 32])
  func aStoredStudyGoesOnBitForBit(_ name: String, _ stop: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try study(name, path: folder.path + "/whole.db")
    try whole.run(context: RunContext(seed: 1))
    let path = folder.path + "/part.db"
    let cancellation = Cancellation()
    let count = Mutex(0)
    do {
      let first = try study(name, path: path) { x in
        let done = count.withLock {
          $0 += 1
          return $0
        }
        if done == stop { cancellation.request() }
        return BoxMethods.quadratic(x)
      }
      #expect(throws: Failure.self) {
        try first.run(
          context: RunContext(random: RandomStream(seed: 1), cancellation: cancellation))
      }
      #expect(first.trials.count == stop)
    }
    count.withLock { $0 = 0 }
    let second = try study(name, path: path) { x in
      count.withLock { $0 += 1 }
      return BoxMethods.quadratic(x)
    }
    try second.run(context: RunContext(seed: 1))
    #expect(content(second) == content(whole))
    #expect(count.withLock { $0 } == 45 - stop)
  }
}
