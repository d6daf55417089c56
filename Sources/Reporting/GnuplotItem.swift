import Foundation

/// One part of gnuplot's `plot` command, with its data in binary.
///
/// Binary is some twenty times faster than text and loses no digit.
struct GnuplotItem {
  let command: String
  let data: Data
  let isBand: Bool

  /// The part for one series, or nil where nothing of it can be shown.
  /// - Parameter overlapping: bars of several series lie over each other.
  init?(
    _ series: Plot.Series, plot: Plot, color: String, medium: GnuplotScript.Medium,
    overlapping: Bool
  ) {
    let ink = medium == .picture ? "lc rgb '\(color)'" : ""
    let columns: [[Double]]
    let style: String
    switch series.mark {
    case .line(let x, let y):
      columns = [x, y]
      style = "with lines \(ink) \(medium == .picture ? "lw 2" : "")"
    case .points(let x, let y):
      columns = [x, y]
      let size = x.count > 2_000 ? 0.25 : x.count > 300 ? 0.45 : 0.8
      style = medium == .picture ? "with points pt 7 ps \(size) \(ink)" : "with points pt 'o'"
    case .steps(let x, let y):
      columns = [x, y]
      style = "with steps \(ink) \(medium == .picture ? "lw 2" : "")"
    case .band(let x, let low, let high):
      columns = [x, low, high]
      style =
        medium == .picture
        ? "with filledcurves fs transparent solid 0.22 noborder \(ink)" : "with filledcurves"
    case .bars(let edges, let heights):
      let middles = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }
      let widths = zip(edges, edges.dropFirst()).map { $1 - $0 }
      columns = [middles, heights, widths]
      let fill = overlapping ? "fs transparent solid 0.45" : "fs solid 0.85"
      style =
        medium == .picture
        ? "with boxes \(fill) border lc rgb '\(overlapping ? color : "#ffffff")' \(ink)"
        : "with boxes"
    case .grid(let grid):
      columns = GnuplotItem.cells(grid)
      style = "with boxxyerror fs solid 1.0 noborder lc palette"
    }
    isBand = if case .band = series.mark { true } else { false }
    let keepsGaps = isBand ? false : series.isLine
    let packed = GnuplotItem.pack(columns, plot: plot, isGrid: series.isGrid, gaps: keepsGaps)
    guard packed.rows > 0 else { return nil }
    data = packed.data
    let format = String(repeating: "%double", count: columns.count)
    let using = (1...columns.count).map(String.init).joined(separator: ":")
    let title = series.name.map { "title \(quoted($0))" } ?? "notitle"
    command =
      "'-' binary record=(\(packed.rows)) format='\(format)' using \(using) \(title) \(style)"
  }

  /// Centre, edges and number of each cell that has one.
  private static func cells(_ grid: Plot.Grid) -> [[Double]] {
    func edges(_ centres: [Double]) -> [(Double, Double)] {
      centres.indices.map { i in
        let before = i > 0 ? centres[i - 1] : nil
        let after = i + 1 < centres.count ? centres[i + 1] : nil
        let left = before.map { (centres[i] - $0) / 2 } ?? after.map { ($0 - centres[i]) / 2 }
        let right = after.map { ($0 - centres[i]) / 2 } ?? before.map { (centres[i] - $0) / 2 }
        return (centres[i] - (left ?? 0.5), centres[i] + (right ?? 0.5))
      }
    }
    let columns = edges(grid.x)
    let rows = edges(grid.y)
    var result = [[Double]](repeating: [], count: 7)
    for (r, row) in rows.enumerated() {
      for (c, column) in columns.enumerated() {
        let value = grid.values[r * grid.x.count + c]
        // A little over the next cell, which is drawn later: otherwise the paper shines through.
        let right = column.1 + 0.02 * (column.1 - column.0) * (c + 1 < columns.count ? 1 : 0)
        let top = row.1 + 0.02 * (row.1 - row.0) * (r + 1 < rows.count ? 1 : 0)
        let cell = [grid.x[c], grid.y[r], column.0, right, row.0, top, value]
        for (i, part) in cell.enumerated() { result[i].append(part) }
      }
    }
    return result
  }

  /// Rows of doubles, without those that cannot be shown; a line keeps one as the gap it makes.
  private static func pack(_ columns: [[Double]], plot: Plot, isGrid: Bool, gaps: Bool)
    -> (rows: Int, data: Data)
  {
    var values: [Double] = []
    values.reserveCapacity(columns[0].count * columns.count)
    var shownRows = 0
    var rows = 0
    for i in columns[0].indices {
      let shown =
        columns.allSatisfy { $0[i].isFinite }
        && (isGrid || Plot.isShown(columns[0][i], plot.x))
        && (isGrid || Plot.isShown(columns[1][i], plot.y))
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
  /// Whether a point that is left out breaks the mark in two.
  var isLine: Bool {
    switch mark {
    case .line, .steps: true
    default: false
    }
  }

  var isGrid: Bool {
    if case .grid = mark { return true }
    return false
  }
}
