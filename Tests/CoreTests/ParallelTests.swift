import Core
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct ParallelTests {
  private static func with<Result>(workers: Int, _ body: () throws -> Result) rethrows -> Result {
    let before = Parallel.workers
    Parallel.workers = workers
    defer { Parallel.workers = before }
    return try body()
  }

  @Test func resultsAreInOrderForAnyNumberOfWorkers() {
    func run() -> [Double] {
      Parallel.map(100) { index in
        var stream = RandomStream(seed: 1).stream("piece", index)
        return (0...stream.integer(below: 2000)).reduce(0) { sum, _ in sum + stream.uniform() }
      }
    }
    let one = Self.with(workers: 1, run)
    #expect(one.count == 100)
    for workers in [2, 4, 16] { #expect(Self.with(workers: workers, run) == one) }
    #expect(Parallel.map(0) { $0 } == [])
  }

  @Test func everyPieceRunsOnce() {
    for workers in [1, 2, 4] {
      let counts = (0..<1000).map { _ in Counter() }
      Self.with(workers: workers) { Parallel.forEach(1000) { counts[$0].add() } }
      #expect(counts.allSatisfy { $0.value == 1 })
    }
  }

  @Test func theFirstErrorByIndexIsThrownWhicheverComesFirst() {
    // Piece 9 fails at once, piece 2 after a while: piece 2's error is the one to see.
    for workers in [1, 2, 4] {
      for _ in 0..<50 {
        let error = Self.with(workers: workers) {
          #expect(throws: Failure.self) {
            _ = try Parallel.map(64) { index -> Int in
              if index == 2 { usleep(200) }
              if index == 2 || index >= 3 { throw Failure(.badData, "piece \(index)") }
              return index
            }
          }
        }
        #expect(error?.message == "piece 2")
      }
    }
  }

  @Test func rangesCoverAllOnce() {
    #expect(Parallel.ranges(10, by: 4) == [0..<4, 4..<8, 8..<10])
    #expect(Parallel.ranges(8, by: 4) == [0..<4, 4..<8])
    #expect(Parallel.ranges(0, by: 4).isEmpty)
    #expect(Parallel.ranges(2, by: 0) == [0..<1, 1..<2])
  }

  private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func add() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
  }
}

@Suite struct CancellationTests {
  @Test func aRequestIsSeenUntilItIsForgotten() throws {
    let context = RunContext(seed: 1)
    try context.checkCancellation()
    context.scoped("part", 3).cancellation.request()
    do throws(Failure) {
      try context.checkCancellation("stopped after 3 trials")
      Issue.record("no error")
    } catch {
      #expect(error == Failure(.cancelled, "stopped after 3 trials"))
    }
    context.cancellation.reset()
    try context.checkCancellation()
  }

  @Test func aScopedContextHasItsOwnRandomnessAndTheSameEvents() {
    let seen = Mutex<[String]>([])
    let context = RunContext(random: RandomStream(seed: 2)) { event in
      if case .notice(let text) = event { seen.withLock { $0.append(text) } }
    }
    let part = context.scoped("part", 1)
    #expect(part.random == context.stream("part", 1))
    part.report(.notice("from the part"))
    #expect(seen.withLock { $0 } == ["from the part"])
  }
}
