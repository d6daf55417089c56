import Foundation

/// The commands and binary data that make gnuplot draw one plot.
struct GnuplotScript {
  /// What differs between a picture and text made of characters.
  enum Medium: Equatable {
    case picture
    case characters
  }

  private(set) var bytes = Data()
  private let medium: Medium
  /// How large gnuplot draws a point of size 1 there, beside the other kinds of pictures.
  private let pointScale: Double

  /// A script for a plot that `validate` has accepted.
  /// - Parameter terminal: gnuplot's `set terminal` arguments.
  init(_ plot: Plot, terminal: String, medium: Medium, pointScale: Double = 1) {
    self.medium = medium
    self.pointScale = pointScale
    command("set terminal \(terminal)")
    command("set encoding utf8")
    style()
    labels(plot)
    axes(plot)
    rules(plot)
    series(plot)
  }

  // MARK: Parts

  private mutating func style() {
    guard medium == .picture else {
      command("set format '%g'; set tics nomirror scale 0; unset mxtics; unset mytics")
      return
    }
    command("set border 3 lw 1 lc rgb '#555555'")
    command("set tics nomirror out scale 0.6 textcolor rgb '#333333'")
    command("set mxtics 1; set mytics 1")
    command("set grid lw 0.7 dt 1 lc rgb '#d4d4d4'")
    command("set format '%g'")
    command("set style fill transparent solid 1.0 noborder")
  }

  private mutating func labels(_ plot: Plot) {
    let color = medium == .picture ? " textcolor rgb '#222222'" : ""
    if !plot.title.isEmpty { command("set title \(quoted(plot.title)) noenhanced\(color)") }
    if !plot.x.label.isEmpty {
      // Names under the axes come close to it.
      let raised =
        plot.placedLegend == .below && plot.hasNames && medium == .picture ? " offset 0,0.5" : ""
      command("set xlabel \(quoted(plot.x.label)) noenhanced\(color)\(raised)")
    }
    if medium == .characters {
      // Characters do not turn: the label stands above the axis, not beside it.
      command("set tmargin 2")
      command(
        "set label \(quoted(plot.y.label)) at graph 0, graph 1 left offset char -4,1 noenhanced")
    } else if !plot.y.label.isEmpty {
      command("set ylabel \(quoted(plot.y.label)) noenhanced\(color)")
    }
    key(plot)
  }

  /// The legend.
  private mutating func key(_ plot: Plot) {
    let place =
      switch plot.placedLegend {
      case .topLeft: "inside top left Left reverse"
      case .topRight, .automatic: "inside top right Left reverse"
      case .bottomLeft: "inside bottom left Left reverse"
      case .bottomRight: "inside bottom right Left reverse"
      case .outside: "outside right top Left reverse"
      case .below: "outside bottom center horizontal Left reverse"
      case .none: ""
      }
    guard !place.isEmpty, plot.hasNames else { return command("unset key") }
    // Names under the axes begin right under the label, which a small empty line keeps apart.
    var title = medium == .picture && plot.placedLegend == .below ? "title ' ' font ',4'" : ""
    if !plot.legendTitle.isEmpty {
      let color = medium == .picture ? " textcolor rgb '#555555'" : ""
      title =
        "title \(quoted(plot.legendTitle)) \(plot.placedLegend == .below ? "center" : "left")\(color)"
    }
    if medium == .picture {
      // Dashes are told apart along a longer piece of line.
      let length = plot.hasDashes ? 3.5 : 1.5
      command(
        "set key \(place) noenhanced samplen \(length) spacing 1.2 opaque fc rgb '#f8ffffff' nobox "
          + title)
    } else {
      command("set key \(place) noenhanced samplen 2 \(title)")
    }
  }

  private mutating func axes(_ plot: Plot) {
    let bounds = plot.bounds
    for (name, axis, data) in [("x", plot.x, bounds.x), ("y", plot.y, bounds.y)] {
      if axis.scale == .log { command("set logscale \(name)") }
      if axis.isWhole, axis.scale == .linear { whole(name, axis.range ?? data) }
      tics(name, axis, data)
      if let given = axis.range {
        let range =
          medium == .characters ? Self.widened([given.lowerBound, given.upperBound], axis) : given
        command("set \(name)range [\(number(range.lowerBound)):\(number(range.upperBound))]")
        continue
      }
      let ruled = plot.rules.compactMap { rule -> Double? in
        switch rule.position {
        case .x(let at): name == "x" && Plot.isShown(at, axis) ? at : nil
        case .y(let at): name == "y" && Plot.isShown(at, axis) ? at : nil
        }
      }
      if medium == .characters, !plot.series.contains(where: \.isBars) {
        let range = Self.widened(([data.lowerBound, data.upperBound] + ruled), axis)
        command("set \(name)range [\(number(range.lowerBound)):\(number(range.upperBound))]")
        continue
      }
      // gnuplot does not count arrows when it chooses the range.
      if let low = ruled.min(), low < data.lowerBound {
        command("set \(name)range [\(number(low - margin(low, data, axis))):*]")
      }
      if let high = ruled.max(), high > data.upperBound {
        command("set \(name)range [*:\(number(high + margin(high, data, axis)))]")
      }
    }
    if plot.hasEqualUnits, medium == .picture { command("set size ratio -1") }
    if plot.series.contains(where: \.isBars), plot.y.scale == .linear, plot.y.range == nil {
      command("set yrange [0:*]")
    }
    if medium == .picture, plot.x.scale == .log || plot.y.scale == .log {
      command("set grid mxtics mytics")
    }
  }

  /// Numbers at places of their own, and with as many digits as tell them apart.
  private mutating func tics(_ name: String, _ axis: Plot.Axis, _ data: ClosedRange<Double>) {
    let (low, high) = (data.lowerBound, data.upperBound)
    if axis.scale == .linear, low < high, (high - low).isFinite {
      let digits = Int(log10(max(abs(low), abs(high)) / (high - low)).rounded(.up)) + 2
      if digits > 6 { command("set format \(name) '%.\(min(15, digits))g'") }
    }
    if let tics = axis.tics {
      command("set \(name)tics (\(tics.map(number).joined(separator: ", ")))")
    }
  }

  /// The range of these numbers and a margin: in characters the frame covers what lies on it.
  private static func widened(_ values: [Double], _ axis: Plot.Axis) -> ClosedRange<Double> {
    let scaled = axis.scale == .log ? values.map { log($0) } : values
    guard let low = scaled.min(), let high = scaled.max() else { return 0...1 }
    let margin = low < high ? 0.04 * (high - low) : max(0.5 * abs(low), 0.5)
    let (start, end) = (low - margin, high + margin)
    return axis.scale == .log ? exp(start)...exp(end) : start...end
  }

  /// Numbers of an axis that counts: without a point or an exponent, and never closer than 1.
  private mutating func whole(_ name: String, _ range: ClosedRange<Double>) {
    // More digits than a Double has would be made up.
    if range.upperBound < 1e12 { command("set format \(name) '%.0f'") }
    // gnuplot chooses steps of 1 or more by itself where there is room for no more than so many.
    if range.upperBound - range.lowerBound <= 12 { command("set \(name)tics 1") }
  }

  private func margin(_ at: Double, _ data: ClosedRange<Double>, _ axis: Plot.Axis) -> Double {
    if axis.scale == .log { return 0.1 * at }
    return 0.05 * max(abs(at - data.lowerBound), abs(at - data.upperBound))
  }

  private mutating func rules(_ plot: Plot) {
    let pictured = medium == .picture
    let look = pictured ? "lc rgb '#777777' lw 1.5 dt 2" : ""
    let text = pictured ? "noenhanced textcolor rgb '#555555'" : "noenhanced front"
    // In characters an end on the frame lies outside it.
    let ends = pictured ? ("0", "1") : ("0.01", "0.98")
    for (index, rule) in plot.rules.enumerated() {
      let line: String
      let place: String
      switch rule.position {
      case .x(let at):
        guard Plot.isShown(at, plot.x) else { continue }
        line = "\(number(at)), graph \(ends.0) to \(number(at)), graph \(ends.1)"
        // Labels of neighbouring rules stand at different heights.
        let height = number(0.96 - 0.06 * Double(index % 3))
        place = "\(number(at)), graph \(height) left offset char \(pictured ? 0.6 : 1),0"
      case .y(let at):
        guard Plot.isShown(at, plot.y) else { continue }
        line = "graph \(ends.0), first \(number(at)) to graph \(ends.1), first \(number(at))"
        place = "graph 0.97, first \(number(at)) right offset char 0,\(pictured ? 0.6 : 1)"
      }
      command("set arrow from \(line) nohead \(look)")
      if let label = rule.label { command("set label \(quoted(label)) at \(place) \(text)") }
    }
  }

  private mutating func series(_ plot: Plot) {
    var items: [GnuplotItem] = []
    let bars = plot.series.count(where: \.isBars)
    let bands = plot.series.count(where: \.isBand)
    for (one, color) in zip(plot.series, plot.colors) {
      // A band in characters hides the lines.
      if medium == .characters, one.isBand { continue }
      if case .grid(let grid) = one.mark { cells(grid, plot) }
      items += GnuplotItem.items(
        one, plot: plot,
        look: GnuplotItem.Look(
          medium: medium, color: color, pointScale: pointScale, hasOverlappingBars: bars > 1,
          bandCount: bands))
    }
    let drawn = items.filter(\.isBand) + items.filter { !$0.isBand }
    command("plot " + drawn.map(\.command).joined(separator: ", "))
    for item in drawn { bytes.append(item.data) }
  }

  /// Axes round all cells, those without a colour too, and the scale of colours.
  private mutating func cells(_ grid: Plot.Grid, _ plot: Plot) {
    command("unset grid; set border 0; set colorbox noborder; set cbtics scale 0.4")
    for (name, axis, centres) in [("x", plot.x, grid.x), ("y", plot.y, grid.y)]
    where axis.range == nil {
      let extent = Plot.Grid.extent(centres)
      command("set \(name)range [\(number(extent.lowerBound)):\(number(extent.upperBound))]")
    }
    let colors = Palette.viridis.enumerated().map { "\($0) '\(Palette.hex($1))'" }
    command("set palette defined (\(colors.joined(separator: ", ")))")
    if let range = grid.colorRange { colorScale(range, grid.scale) }
    if !grid.label.isEmpty {
      command("set cblabel \(quoted(grid.label)) noenhanced offset 1,0 textcolor rgb '#222222'")
    }
    for (axis, names, places) in [("x", grid.columnNames, grid.x), ("y", grid.rowNames, grid.y)] {
      guard let names else { continue }
      let tics = zip(names, places).map { "\(quoted($0)) \(number($1))" }
      let turned = axis == "x" && names.map(\.count).reduce(0, +) > 60 ? " rotate by 45 right" : ""
      command("set \(axis)tics noenhanced\(turned) (\(tics.joined(separator: ", ")))")
    }
  }

  private mutating func colorScale(_ range: ClosedRange<Double>, _ scale: Plot.Scale) {
    var (low, high) = (range.lowerBound, range.upperBound)
    if low == high { (low, high) = scale == .log ? (low / 2, low * 2) : (low - 0.5, low + 0.5) }
    command("set cbrange [\(number(low)):\(number(high))]")
    guard scale == .log else { return }
    let tics = Plot.Grid.logTics(low...high).map(number).joined(separator: ", ")
    command("set logscale cb; set cbtics (\(tics))")
  }

  // MARK: Writing

  private mutating func command(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// A number as gnuplot reads it.
func number(_ value: Double) -> String { "\(value)" }

/// A text as gnuplot reads it: nothing in it is a command, an escape or a format.
func quoted(_ text: String) -> String {
  var plain = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "'": plain += "''"
    case "\n", "\t", "\r": plain += " "
    default:
      if scalar.properties.generalCategory != .control { plain.unicodeScalars.append(scalar) }
    }
  }
  return "'\(plain)'"
}
