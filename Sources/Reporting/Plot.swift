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
    public var scale: Scale
    /// The part shown; nil fits the data.
    public var range: ClosedRange<Double>?

    public init(_ label: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
      self.label = label
      self.scale = scale
      self.range = range
    }
  }

  /// Where the names of the series stand.
  public enum Legend: Sendable, Equatable {
    /// A corner where little is drawn over, chosen from the data.
    case automatic
    case topLeft, topRight, bottomLeft, bottomRight
    /// Right of the axes.
    case outside
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

    public var position: Position
    /// Written beside it.
    public var label: String?

    public init(_ position: Position, label: String? = nil) {
      self.position = position
      self.label = label
    }
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  /// Drawn in this order, bands behind everything else.
  public var series: [Series]
  public var rules: [Rule]
  public var legend: Legend

  public init(
    title: String = "", x: Axis = Axis(), y: Axis = Axis(), series: [Series] = [],
    rules: [Rule] = [], legend: Legend = .automatic
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.rules = rules
    self.legend = legend
  }
}
