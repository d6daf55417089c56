import Core

/// A figure as a value: what is drawn, not how or where.
///
/// Renderers turn it into a picture (`GnuplotRenderer`); the same value gives a window, a file for a
/// paper and text in a plain terminal.
public struct Plot: Sendable, Equatable {
  /// How numbers lie along an axis.
  public enum Scale: Sendable, Equatable {
    case linear
    /// Powers of ten at equal distances; values that are not positive are left out.
    case log
  }

  /// One axis.
  public struct Axis: Sendable, Equatable {
    /// What is shown along it, with its unit.
    public var label: String
    /// Whether equal distances are equal differences or equal ratios.
    public var scale: Scale
    /// The part shown; nil fits the data.
    public var range: ClosedRange<Double>?
    /// Whether it counts something: its numbers are written at whole places only.
    public var isWhole: Bool
    /// Where numbers are written; nil for round places.
    public var tics: [Double]?

    /// An axis that fits the data unless a range is given.
    public init(
      _ label: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil,
      isWhole: Bool = false, tics: [Double]? = nil
    ) {
      self.tics = tics
      self.label = label
      self.scale = scale
      self.range = range
      self.isWhole = isWhole
    }
  }

  /// Where the names of the series stand.
  public enum Legend: Sendable, Equatable {
    /// A corner where little is drawn over, chosen from the data.
    case automatic
    case topLeft, topRight, bottomLeft, bottomRight
    /// Right of the axes.
    case outside
    /// In a row under the axes.
    case below
    case none
  }

  /// A straight line over the whole figure, e.g. a target or the end of the initial design.
  public struct Rule: Sendable, Equatable {
    /// Where it stands.
    public enum Position: Sendable, Equatable {
      /// Vertical, at this x.
      case x(Double)
      /// Horizontal, at this y.
      case y(Double)
    }

    /// Which way the line runs and where it stands.
    public var position: Position
    /// Written beside it.
    public var label: String?

    /// A dashed line.
    public init(_ position: Position, label: String? = nil) {
      self.position = position
      self.label = label
    }
  }

  /// Written above the axes; empty for none.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// Drawn in this order, bands behind everything else.
  public var series: [Series]
  /// Straight lines over the whole figure.
  public var rules: [Rule]
  /// Where the names stand.
  public var legend: Legend
  /// Written above the names: what holds for all of them; empty for none.
  public var legendTitle: String
  /// Whether a step along x is drawn as long as the same step along y, so that a circle is round.
  public var hasEqualUnits: Bool

  /// A figure; what is not given is empty or fits the data.
  public init(
    title: String = "", x: Axis = Axis(), y: Axis = Axis(), series: [Series] = [],
    rules: [Rule] = [], legend: Legend = .automatic, legendTitle: String = "",
    hasEqualUnits: Bool = false
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.rules = rules
    self.legend = legend
    self.legendTitle = legendTitle
    self.hasEqualUnits = hasEqualUnits
  }
}
