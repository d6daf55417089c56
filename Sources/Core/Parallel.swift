import Dispatch
import Foundation
import Synchronization

/// The one way to use all cores.
///
/// Work is cut in pieces whose number and size depend on the problem, never on the machine;
/// workers take pieces as they come free, and results are put in the order of the pieces. So the
/// number of cores changes the time and nothing else.
public enum Parallel {
  private static let chosen = Atomic<Int>(0)

  /// Threads that work at once: `LBO_THREADS` if set, else the processors this process may use.
  public static var workers: Int {
    get {
      let value = chosen.load(ordering: .relaxed)
      if value > 0 { return value }
      let wanted = ProcessInfo.processInfo.environment["LBO_THREADS"].flatMap(Int.init) ?? 0
      let count = wanted > 0 ? wanted : ProcessInfo.processInfo.activeProcessorCount
      chosen.store(count, ordering: .relaxed)
      return count
    }
    set { chosen.store(max(1, newValue), ordering: .relaxed) }
  }

  /// Runs `body(0)` … `body(count - 1)`, each once, on up to `workers` threads.
  public static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let threads = min(workers, count)
    guard threads > 1 else {
      for i in 0..<count { body(i) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        let i = next.add(1, ordering: .relaxed).oldValue
        if i >= count { return }
        body(i)
      }
    }
  }

  /// `body(0)` … `body(count - 1)` in order of index. The first error by index is thrown; later
  /// pieces may then not have run.
  public static func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    let slots = Slots<Swift.Result<Result, any Error>>(count)
    // Pieces before a failed one still run, so that which error is thrown is no matter of luck.
    let firstFailed = Atomic<Int>(count)
    forEach(count) { i in
      if firstFailed.load(ordering: .relaxed) < i { return }
      let result = Swift.Result { try body(i) }
      if case .failure = result { firstFailed.min(i, ordering: .relaxed) }
      slots.set(i, result)
    }
    for case .failure(let error)? in slots.values { throw error }
    return try slots.values.map { try $0!.get() }
  }

  /// As `map`, for bodies that cannot fail.
  public static func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    let slots = Slots<Result>(count)
    forEach(count) { i in slots.set(i, body(i)) }
    return slots.values.map { $0! }
  }

  /// 0..<count in consecutive ranges of `size` (the last may be shorter).
  public static func ranges(_ count: Int, by size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: max(1, size)).map { $0..<min($0 + max(1, size), count) }
  }
}

/// One place per piece; each is written by one thread, and read after all have ended.
private final class Slots<Value: Sendable>: @unchecked Sendable {
  private let storage: UnsafeMutableBufferPointer<Value?>

  init(_ count: Int) {
    storage = .allocate(capacity: count)
    storage.initialize(repeating: nil)
  }

  deinit {
    storage.deinitialize()
    storage.deallocate()
  }

  func set(_ index: Int, _ value: Value) { storage[index] = value }
  var values: [Value?] { Array(storage) }
}
