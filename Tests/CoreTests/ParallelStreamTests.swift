import Core
import Foundation
import Synchronization
import Testing

extension ParallelTests {
  @Suite struct Stream {
    private static func with(workers: Int, _ body: () -> Void) {
      let before = Parallel.workers
      Parallel.workers = workers
      defer { Parallel.workers = before }
      body()
    }

    @Test(arguments: [1, 2, 8])
    func everyResultIsTakenOnce(workers: Int) {
      Self.with(workers: workers) {
        var taken = [Int](repeating: 0, count: 500)
        Parallel.stream(500, { $0 * $0 }) { i, square in
          #expect(square == i * i)
          taken[i] += 1
          return true
        }
        #expect(taken == [Int](repeating: 1, count: 500))
        Parallel.stream(0, { $0 }) { _, _ in false }
      }
    }

    /// The first piece ends when all others have been taken: with a worker of its own it holds up none.
    @Test func noResultWaitsForAnother() {
      Self.with(workers: 2) {
        let left = Atomic<Int>(5)
        var order: [Int] = []
        Parallel.stream(6) { i in
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
    }

    @Test(arguments: [1, 2])
    func nothingIsBegunAfterNo(workers: Int) {
      Self.with(workers: workers) {
        let begun = Atomic<Int>(0)
        var taken = 0
        Parallel.stream(1000) { i in
          begun.add(1, ordering: .relaxed)
          usleep(200)
          return i
        } take: { _, _ in
          taken += 1
          return false
        }
        // What ran when the first was taken is taken as well.
        #expect(taken == begun.load(ordering: .relaxed))
        #expect(taken < 20)
      }
    }
  }
}
