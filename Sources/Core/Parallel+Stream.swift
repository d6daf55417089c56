import Dispatch
import Synchronization

extension Parallel {
  /// Runs `body(0)`, `body(1)` … on up to `threads` threads and hands each result over as soon as it is
  /// there, in whatever order that is. No worker waits for another one, however long that takes.
  ///
  /// - Parameters:
  ///   - threads: how many work at once; one keeps the order.
  ///   - take: called on the caller's thread; once it returns false no piece is begun any more, and what
  ///     runs is waited for and handed over.
  ///   - goesOn: asked by workers before each piece.
  ///   - pause: called on the caller's thread now and then while nothing comes.
  public static func stream<Result: Sendable>(
    _ count: Int, on threads: Int = workers,
    while goesOn: @escaping @Sendable () -> Bool = { true },
    _ body: @escaping @Sendable (Int) -> Result, pause: () -> Void = {},
    take: (Int, Result) -> Bool
  ) {
    let threads = min(threads, count)
    guard threads > 1 else {
      var i = 0
      while i < count, goesOn(), take(i, body(i)) { i += 1 }
      return
    }
    let inbox = Inbox<Result>()
    let next = Atomic<Int>(0)
    for _ in 0..<threads {
      DispatchQueue.global().async {
        while goesOn(), !inbox.isClosed {
          let i = next.add(1, ordering: .relaxed).oldValue
          guard i < count else { break }
          inbox.put(i, body(i))
        }
        inbox.leave()
      }
    }
    var gone = 0
    while gone < threads {
      let (results, left) = inbox.next()
      gone = left
      if results.isEmpty { pause() }
      for (i, result) in results where !take(i, result) { inbox.close() }
    }
  }
}

/// Results on their way from workers to the thread that waits for them.
private final class Inbox<Result: Sendable>: Sendable {
  private struct State {
    var results: [(Int, Result)] = []
    var gone = 0
  }

  private let state = Mutex(State())
  private let closed = Atomic<Bool>(false)
  private let news = DispatchSemaphore(value: 0)

  var isClosed: Bool { closed.load(ordering: .relaxed) }
  func close() { closed.store(true, ordering: .relaxed) }

  func put(_ index: Int, _ result: Result) {
    state.withLock { $0.results.append((index, result)) }
    news.signal()
  }

  /// A worker has ended.
  func leave() {
    state.withLock { $0.gone += 1 }
    news.signal()
  }

  /// Waits for news, but not long; what came since the last time, and how many workers have ended.
  func next() -> (results: [(Int, Result)], gone: Int) {
    _ = news.wait(timeout: .now() + .milliseconds(50))
    return state.withLock { state in
      defer { state.results = [] }
      return (state.results, state.gone)
    }
  }
}
