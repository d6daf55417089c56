import Synchronization

/// Values that were worked out before, by key, as many as a bound allows: for work that comes again
/// and whose result depends on the key alone.
///
/// A value that is shared by copies, safe to use from any thread. What is remembered changes how long
/// an answer takes, never the answer.
public final class BoundedMemo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// Two generations: when the younger one is full it becomes the older one, and what was not asked
  /// for since is dropped with the one before.
  private struct Generations {
    var young: [Key: Value] = [:]
    var old: [Key: Value] = [:]
  }

  private let generations = Mutex(Generations())
  private let bound: Int

  /// - Parameter bound: values kept at most, in either generation.
  public init(bound: Int) { self.bound = max(1, bound) }

  /// The values of some keys, in their order; those that are not remembered are worked out together,
  /// each once.
  /// - Parameter make: gives the values of the keys at these places, in their order.
  public func values(of keys: [Key], _ make: (_ places: [Int]) throws -> [Value]) rethrows
    -> [Value]
  {
    let known = generations.withLock { generations in
      keys.map { generations.young[$0] ?? generations.old[$0] }
    }
    var asked: Set<Key> = []
    let missing = keys.indices.filter { known[$0] == nil && asked.insert(keys[$0]).inserted }
    let made = try make(missing)
    precondition(made.count == missing.count, "each key has a value")
    let new = Dictionary(uniqueKeysWithValues: zip(missing.map { keys[$0] }, made))
    let values = keys.indices.compactMap { known[$0] ?? new[keys[$0]] }
    generations.withLock { generations in
      for (key, value) in zip(keys, values) where generations.young[key] == nil {
        if generations.young.count >= bound {
          (generations.old, generations.young) = (generations.young, [:])
        }
        generations.young[key] = value
      }
    }
    return values
  }
}
