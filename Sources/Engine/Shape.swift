/// The extents of a tensor, outermost first (row-major).
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// Extent of each axis.
  public let extents: [Int]

  /// A shape of these extents; none is negative.
  public init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 >= 0 }, "a shape has no negative extent: \(extents)")
    self.extents = extents
  }

  /// A shape written as `[rows, columns]`.
  public init(arrayLiteral extents: Int...) { self.init(extents) }

  /// Number of axes.
  public var rank: Int { extents.count }
  /// Number of entries.
  public var count: Int { extents.reduce(1, *) }
  /// Extent of one axis.
  public subscript(_ axis: Int) -> Int { extents[axis] }
  /// The extents as in "3 x 4".
  public var description: String { extents.map(String.init).joined(separator: " x ") }
}
