import Core

extension Plot {
  /// Something drawn from numbers, with its name in the legend.
  public struct Series: Sendable, Equatable {
    /// What is drawn. Numbers that are NaN or infinite are left out; a line breaks there.
    public enum Mark: Sendable, Equatable {
      /// A line through the points, in their order.
      case line(x: [Double], y: [Double])
      /// A dot at each point.
      case points(x: [Double], y: [Double])
      /// A line that keeps its height until the next x.
      case steps(x: [Double], y: [Double])
      /// The area between two heights over each x.
      case band(x: [Double], low: [Double], high: [Double])
      /// Bars side by side: `heights[i]` from `edges[i]` to `edges[i + 1]`.
      case bars(edges: [Double], heights: [Double])
      /// Coloured cells.
      case grid(Grid)
    }

    /// A point that stands out over coloured cells, whatever their colour, by a rim.
    public enum Symbol: Sendable, Equatable {
      /// White with a black rim.
      case dot
      /// Black with a white rim.
      case cross
      /// White with a black rim.
      case triangle
      /// Large, red with a black rim.
      case diamond

      /// Its sign in text; curves of gnuplot are made of "*".
      var character: Character {
        switch self {
        case .dot: "o"
        case .cross: "x"
        case .triangle: "v"
        case .diamond: "@"
        }
      }
    }

    /// The name in the legend, or nil for none.
    public var name: String?
    /// What is drawn.
    public var mark: Mark
    /// Index in the palette; nil takes the next one. A band and its line share one by giving it.
    public var color: Int?
    /// What points are drawn as; nil for dots of the series' colour.
    public var symbol: Symbol?

    /// A series in the next colour of the palette, unless one is given.
    public init(_ name: String? = nil, _ mark: Mark, color: Int? = nil, symbol: Symbol? = nil) {
      self.name = name
      self.mark = mark
      self.color = color
      self.symbol = symbol
    }
  }
}
