/// Named values in order: `{name: "x", n: 3}`.
public struct Record: Sendable, Sequence {
  /// Above this many keys a look-up table is kept beside the keys; below, a scan is faster.
  private static let indexedCount = 12

  /// Keys in order of insertion, each once.
  public private(set) var keys: [String] = []
  /// Values in the order of `keys`.
  public private(set) var values: [Value] = []
  private var positions: [String: Int]?

  /// An empty record.
  public init() {}

  /// A record of these pairs; a key that repeats keeps its first place and its last value.
  public init(_ pairs: [(String, Value)]) {
    keys.reserveCapacity(pairs.count)
    values.reserveCapacity(pairs.count)
    for (key, value) in pairs { self[key] = value }
  }

  /// Number of fields.
  public var count: Int { keys.count }

  private func position(_ key: String) -> Int? {
    if let positions { return positions[key] }
    return keys.firstIndex(of: key)
  }

  /// The value of a field; assigning nil removes it.
  public subscript(_ key: String) -> Value? {
    get { position(key).map { values[$0] } }
    set {
      switch (position(key), newValue) {
      case (let i?, let value?): values[i] = value
      case (nil, let value?):
        keys.append(key)
        values.append(value)
        positions?[key] = keys.count - 1
        if positions == nil, keys.count > Record.indexedCount { index() }
      case (let i?, nil):
        keys.remove(at: i)
        values.remove(at: i)
        if positions != nil { index() }
      case (nil, nil): break
      }
    }
  }

  /// Takes a field's value out, leaving `none` in its place, so that it can be changed without a
  /// copy and stored back.
  mutating func take(_ key: String) -> Value? {
    guard let i = position(key) else { return nil }
    let value = values[i]
    values[i] = .none
    return value
  }

  private mutating func index() {
    positions = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
  }

  /// Pairs of key and value in order.
  public func makeIterator() -> Zip2Sequence<[String], [Value]>.Iterator {
    zip(keys, values).makeIterator()
  }
}
