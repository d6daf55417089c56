/// The extents of a tensor, outermost first (row-major).
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public let extents: [Int]

  public init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 >= 0 }, "a shape has no negative extent: \(extents)")
    self.extents = extents
  }

  public init(arrayLiteral extents: Int...) { self.init(extents) }

  /// Number of axes.
  public var rank: Int { extents.count }
  /// Number of entries.
  public var count: Int { extents.reduce(1, *) }
  public subscript(_ axis: Int) -> Int { extents[axis] }
  public var description: String { extents.map(String.init).joined(separator: " x ") }
}
