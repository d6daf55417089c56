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

    /// The name in the legend, or nil for none.
    public var name: String?
    /// What is drawn.
    public var mark: Mark
    /// Index in the palette; nil takes the next one. A band and its line share one by giving it.
    public var color: Int?

    /// A series in the next colour of the palette, unless one is given.
    public init(_ name: String? = nil, _ mark: Mark, color: Int? = nil) {
      self.name = name
      self.mark = mark
      self.color = color
    }
  }

  /// Numbers over a rectangle, shown as coloured cells.
  public struct Grid: Sendable, Equatable {
    /// Cell centres along x, at least one.
    public var x: [Double]
    /// Cell centres along y, at least one.
    public var y: [Double]
    /// Row by row (the first row at `y[0]`): `values[row * x.count + column]`. NaN stays empty.
    public var values: [Double]
    /// What the numbers are; stands beside the colour scale.
    public var label: String
    /// Names of the columns instead of their numbers, or nil.
    public var columnNames: [String]?
    /// Names of the rows instead of their numbers, or nil.
    public var rowNames: [String]?

    /// A grid of `y.count` rows by `x.count` columns.
    /// - Throws: `.badArgument` when the number of values or of names is another.
    public init(
      x: [Double], y: [Double], values: [Double], label: String = "",
      columnNames: [String]? = nil, rowNames: [String]? = nil
    ) throws(Failure) {
      guard !x.isEmpty, !y.isEmpty, values.count == x.count * y.count else {
        throw Failure(
          .badArgument,
          "a heatmap of \(y.count) rows by \(x.count) columns has \(x.count * y.count) numbers, "
            + "not \(values.count)")
      }
      for (names, count, what) in [(columnNames, x.count, "column"), (rowNames, y.count, "row")] {
        if let names, names.count != count {
          throw Failure(
            .badArgument, "the heatmap has \(count) \(what)s but \(names.count) \(what) names")
        }
      }
      self.x = x
      self.y = y
      self.values = values
      self.label = label
      self.columnNames = columnNames
      self.rowNames = rowNames
    }
  }
}
