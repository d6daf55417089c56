import Core
import Language
import Reporting

/// A figure in the language; shown when it is the value of a statement, or written with `to:`.
final class PlotHandle: HostObject, Plottable {
  let plot: Plot

  init(_ plot: Plot) { self.plot = plot }

  let typeName = "plot"
  var summary: String { plot.title.isEmpty ? "a plot" : "plot: \(plot.title)" }
}
