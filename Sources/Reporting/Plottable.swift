/// Something that is shown as a figure: what the language's plots are to the prompt.
public protocol Plottable: Sendable {
  /// The figure.
  var plot: Plot { get }
}
