import Oracles

/// Results of a batch that come in any order and are handed over in the order of their candidates.
struct HandingOver {
  private var results: [Result<Evaluation, any Error>?]
  /// The first that has not been handed over.
  private var next = 0
  /// Since when that one is waited for, and what waits for it and has not been told of.
  private var since = ContinuousClock.now
  private var untold: [Int] = []
  /// The first error by candidate of those that came.
  private var failure: (index: Int, error: any Error)?
  /// How many came with an evaluation.
  private(set) var taken = 0

  init(count: Int) { results = .init(repeating: nil, count: count) }

  /// Whether anything went wrong, so that nothing more should be begun.
  var hasFailed: Bool { failure != nil }

  /// How long results wait for an earlier one before they are told of.
  private static let patience = Duration.milliseconds(50)

  /// Takes a result: it is handed over with those that waited for it, or waits itself.
  mutating func take(
    _ index: Int, _ result: Result<Evaluation, any Error>,
    ahead: (Int, Evaluation) throws -> Void, completed: (Int, Evaluation) throws -> Void
  ) {
    results[index] = result
    if case .success = result {
      taken += 1
      untold.append(index)
    }
    while next < results.count, let result = results[next] { hand(next, result, completed) }
    tell(ahead)
  }

  /// Tells of what has waited for an earlier result for some time, once each.
  mutating func tell(_ ahead: (Int, Evaluation) throws -> Void) {
    guard .now - since > Self.patience else { return }
    for index in untold where index >= next {
      guard case .success(let evaluation)? = results[index] else { continue }
      attempt(index) { try ahead(index, evaluation) }
    }
    untold = []
  }

  /// Hands over what still waits for candidates that were never begun or failed to be evaluated.
  /// - Throws: the first error by candidate.
  mutating func finish(completed: (Int, Evaluation) throws -> Void) throws {
    while next < results.count {
      if let result = results[next] { hand(next, result, completed) } else { next += 1 }
    }
    if let failure { throw failure.error }
  }

  private mutating func hand(
    _ index: Int, _ result: Result<Evaluation, any Error>,
    _ completed: (Int, Evaluation) throws -> Void
  ) {
    attempt(index) { try completed(index, try result.get()) }
    next = index + 1
    since = .now
  }

  private mutating func attempt(_ index: Int, _ body: () throws -> Void) {
    do { try body() } catch {
      if index < failure?.index ?? .max { failure = (index, error) }
    }
  }
}
