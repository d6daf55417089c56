import Core
import Foundation
import Synchronization
import Testing

@Suite struct ParallelStreamTests {
  @Test(arguments: [1, 2, 8])
  func everyResultIsTakenOnce(workers: Int) {
    var taken = [Int](repeating: 0, count: 500)
    Parallel.stream(500, on: workers, { $0 * $0 }) { i, square in
      #expect(square == i * i)
      taken[i] += 1
      return true
    }
    #expect(taken == [Int](repeating: 1, count: 500))
    Parallel.stream(0, on: workers, { $0 }) { _, _ in false }
  }

  /// The first piece ends when all others have been taken: with a worker of its own it holds up none.
  @Test func noResultWaitsForAnother() {
    let left = Atomic<Int>(5)
    var order: [Int] = []
    Parallel.stream(6, on: 2) { i in
      while i == 0, left.load(ordering: .relaxed) > 0 { usleep(100) }
      return i
    } take: { i, _ in
      order.append(i)
      left.subtract(1, ordering: .relaxed)
      return true
    }
    #expect(order.sorted() == Array(0..<6))
    #expect(order.last == 0)
  }

  /// All pieces but the first end only after the caller has said no and waits for what runs. However slow
  /// anything is, each worker has begun one piece then, and the one that had the first piece one more.
  @Test(arguments: [1, 2, 8])
  func nothingIsBegunAfterNo(workers: Int) {
    let begun = Atomic<Int>(0)
    let hasClosed = Atomic<Bool>(false)
    var taken = 0
    Parallel.stream(1000, on: workers) { i in
      begun.add(1, ordering: .relaxed)
      while i > 0, !hasClosed.load(ordering: .relaxed) { usleep(100) }
      return i
    } pause: {
      if taken > 0 { hasClosed.store(true, ordering: .relaxed) }
    } take: { _, _ in
      taken += 1
      return false
    }
    // What ran when the first was taken is taken as well.
    #expect(taken == begun.load(ordering: .relaxed))
    #expect(taken <= workers + 1)
    if workers == 1 { #expect(taken == 1) }
  }
}
