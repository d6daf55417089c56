import Core

/// Shows a plot to whoever sits there: in a window where one can be opened, else as text.
public struct PlotDisplay: Sendable {
  /// What draws.
  public var renderer: GnuplotRenderer
  /// Whether windows may be opened; false where the output goes to a file or another program.
  public var opensWindows: Bool

  /// A display that opens windows unless told otherwise.
  public init(renderer: GnuplotRenderer = GnuplotRenderer(), opensWindows: Bool = true) {
    self.renderer = renderer
    self.opensWindows = opensWindows
  }

  /// Opens a window, or gives the text to print for a terminal of this size.
  /// - Returns: the text; nil when a window shows the plot.
  /// - Throws: as `GnuplotRenderer.picture`.
  public func show(_ plot: Plot, columns: Int = 79, rows: Int = 24) throws(Failure) -> String? {
    if opensWindows, try renderer.show(plot) { return nil }
    // Low enough to be seen whole with the input above it.
    return try renderer.text(plot, columns: min(columns, 100), rows: min(max(rows - 3, 12), 26))
  }
}
