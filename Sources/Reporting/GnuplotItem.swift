import Foundation

/// One part of gnuplot's `plot` command, with its data in binary.
///
/// Binary is some twenty times faster than text and loses no digit.
struct GnuplotItem {
  let command: String
  let data: Data
  let isBand: Bool

  /// How a series is drawn beside others.
  struct Look {
    var medium: GnuplotScript.Medium
    /// The series' index in the palette.
    var color: Int
    /// How large a point of size 1 is to be given.
    var pointScale: Double
    /// Whether bars of several series lie over each other.
    var hasOverlappingBars: Bool
    /// How many bands lie over each other.
    var bandCount: Int

    /// gnuplot's colour.
    fileprivate var ink: String {
      medium == .picture ? "lc rgb '\(Palette.color(color))'" : ""
    }

    /// gnuplot's style of a curve: lines, or in text beyond gnuplot's own characters a letter on it.
    fileprivate var curve: String {
      if medium == .picture { return "with lines \(ink) lw 2 \(Palette.dash(color))" }
      return Palette.letter(color).map { "with linespoints pt '\($0)'" } ?? "with lines"
    }
  }

  /// The parts for one series; none where nothing of it can be shown.
  static func items(_ series: Plot.Series, plot: Plot, look: Look) -> [GnuplotItem] {
    switch series.mark {
    case .line(let x, let y):
      [plain(series, [x, y], plot, look.curve, gaps: true)].compactMap { $0 }
    case .points(let x, let y): points(series, [x, y], plot, look)
    case .steps(let x, let y): [steps(series, x, y, plot, look)].compactMap { $0 }
    case .band(let x, let low, let high):
      band(series, x, low, high, plot, look)
    case .bars(let edges, let heights):
      [bars(series, edges, heights, plot, look)].compactMap { $0 }
    case .grid(let grid): grids(grid, series, plot)
    }
  }

  // MARK: Kinds of marks

  private static func points(
    _ series: Plot.Series, _ columns: [[Double]], _ plot: Plot, _ look: Look
  ) -> [GnuplotItem] {
    let count = columns[0].count
    if look.medium == .characters {
      let sign = series.symbol?.character ?? Palette.sign(look.color)
      let style = "with points pt '\(sign)'"
      return [plain(series, columns, plot, style)].compactMap { $0 }
    }
    guard let symbol = series.symbol else {
      let size = look.pointScale * (count > 2_000 ? 0.25 : count > 300 ? 0.45 : 0.8)
      let style = "with points pt \(Palette.pointType(look.color)) ps \(size) \(look.ink)"
      return [plain(series, columns, plot, style)].compactMap { $0 }
    }
    return layers(symbol, count, look).compactMap { layer in
      var one = series
      if !layer.isNamed { one.name = nil }
      return plain(one, columns, plot, "with points \(layer.style)")
    }
  }

  /// The layers of a symbol, the lowest first. The legend shows one: that which is seen on white paper.
  private static func layers(_ symbol: Plot.Series.Symbol, _ count: Int, _ look: Look)
    -> [(style: String, isNamed: Bool)]
  {
    let size = look.pointScale * (count > 1_000 ? 0.45 : count > 200 ? 0.65 : 0.9)
    func layer(_ type: Int, _ size: Double, _ color: String, width: Double = 1) -> String {
      "pt \(type) ps \(size) lw \(width) lc rgb '\(color)'"
    }
    switch symbol {
    case .dot:
      return [
        (layer(7, size, "#ffffff"), false), (layer(6, size, "#000000", width: 1.2), true),
      ]
    case .cross:
      // A thicker cross under it would be no rim in SVG, where points have lines of one width.
      return [
        (layer(7, 1.15 * size, "#ffffff"), false),
        (layer(2, size, "#000000", width: count > 200 ? 1 : 1.5), true),
      ]
    case .triangle:
      return [
        (layer(11, size, "#ffffff"), false), (layer(10, size, "#000000", width: 1.2), true),
      ]
    case .diamond:
      let large = look.pointScale < 1 ? 1 : 1.9
      return [
        (layer(13, large, "#e8384f"), true), (layer(12, large, "#000000", width: 1.5), false),
      ]
    }
  }

  private static func steps(
    _ series: Plot.Series, _ x: [Double], _ y: [Double], _ plot: Plot, _ look: Look
  ) -> GnuplotItem? {
    if look.medium == .picture {
      let style = "with steps \(look.ink) lw 2 \(Palette.dash(look.color))"
      return plain(series, [x, y], plot, style, gaps: true)
    }
    guard Palette.letter(look.color) != nil else {
      return plain(series, [x, y], plot, "with steps", gaps: true)
    }
    // gnuplot has no steps with points: the corners make a line of them.
    let corners = [
      x.indices.flatMap { $0 == 0 ? [x[0]] : [x[$0], x[$0]] },
      y.indices.flatMap { $0 == 0 ? [y[0]] : [y[$0 - 1], y[$0]] },
    ]
    return plain(series, corners, plot, look.curve, gaps: true)
  }

  private static func band(
    _ series: Plot.Series, _ x: [Double], _ low: [Double], _ high: [Double], _ plot: Plot,
    _ look: Look
  ) -> [GnuplotItem] {
    // Bands over each other mix to one colour: they are pale then, and their edges tell them apart.
    let opacity = look.bandCount > 2 ? 0.1 : 0.2
    let fill = "with filledcurves fs transparent solid \(opacity) noborder \(look.ink)"
    var items = [plain(series, [x, low, high], plot, fill, isBand: true)]
    if look.bandCount > 1 {
      let pale = Palette.color(look.color).dropFirst()
      let edge = "with lines lc rgb '#80\(pale)' lw 0.8"
      for y in [low, high] {
        items.append(plain(Plot.Series(nil, series.mark), [x, y], plot, edge, isBand: true))
      }
    }
    return items.compactMap { $0 }
  }

  private static func bars(
    _ series: Plot.Series, _ edges: [Double], _ heights: [Double], _ plot: Plot, _ look: Look
  ) -> GnuplotItem? {
    let middles = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }
    let widths = zip(edges, edges.dropFirst()).map { $1 - $0 }
    var style = "with boxes"
    if look.medium == .picture {
      let isOver = look.hasOverlappingBars
      let border = isOver ? Palette.color(look.color) : "#ffffff"
      let fill = isOver ? "fs transparent solid 0.45" : "fs solid 0.85"
      style += " \(fill) border lc rgb '\(border)' \(look.ink)"
    }
    return plain(series, [middles, heights, widths], plot, style)
  }

  // MARK: Writing

  init(command: String, data: Data, isBand: Bool = false) {
    self.command = command
    self.data = data
    self.isBand = isBand
  }

  /// Rows of numbers in a style; nil where none can be shown.
  private static func plain(
    _ series: Plot.Series, _ columns: [[Double]], _ plot: Plot, _ style: String,
    gaps: Bool = false, isBand: Bool = false
  ) -> GnuplotItem? {
    let packed = pack(columns, plot: plot, gaps: gaps)
    guard packed.rows > 0 else { return nil }
    return GnuplotItem(
      command: record(rows: packed.rows, columns: columns.count) + " "
        + title(series.name) + " " + style, data: packed.data, isBand: isBand)
  }

  /// gnuplot's words for rows of numbers that follow in binary.
  static func record(rows: Int, columns: Int) -> String {
    let format = String(repeating: "%double", count: columns)
    let using = (1...columns).map(String.init).joined(separator: ":")
    return "'-' binary record=(\(rows)) format='\(format)' using \(using)"
  }

  /// gnuplot's words for a name in the legend.
  static func title(_ name: String?) -> String {
    // gnuplot leaves out the whole legend where a name has no room.
    name.map { "title \(quoted($0.count > 84 ? $0.prefix(83) + "…" : $0))" } ?? "notitle"
  }

  /// Rows of doubles, without those that cannot be shown; a line keeps one as the gap it makes.
  private static func pack(_ columns: [[Double]], plot: Plot, gaps: Bool)
    -> (rows: Int, data: Data)
  {
    var values: [Double] = []
    values.reserveCapacity(columns[0].count * columns.count)
    var shownRows = 0
    var rows = 0
    for i in columns[0].indices {
      let shown =
        columns.allSatisfy { $0[i].isFinite } && Plot.isShown(columns[0][i], plot.x)
        && Plot.isShown(columns[1][i], plot.y)
      if shown {
        for column in columns { values.append(column[i]) }
        shownRows += 1
        rows += 1
      } else if gaps {
        values += [Double](repeating: .nan, count: columns.count)
        rows += 1
      }
    }
    return (shownRows == 0 ? 0 : rows, values.withUnsafeBytes { Data($0) })
  }
}

extension Plot.Series {
  var isGrid: Bool {
    if case .grid = mark { return true }
    return false
  }

  var isBand: Bool {
    if case .band = mark { return true }
    return false
  }
}
