import Foundation

/// A heatmap as gnuplot draws it.
///
/// Cells in equal steps are one image: drawn cell by cell, the paper shines through between them
/// where edges are smoothed. Each cell is a square of several pixels, because many programs that show
/// a PDF or SVG blur pixels they enlarge. Colours are chosen here, so that grey cells are a part of the
/// image: there would be a seam round an image of their own.
extension GnuplotItem {
  /// What an image has along its longer side, at the least, unless cells are that many already.
  private static let pixels = 800

  /// The cells with a colour, those in grey, and what grey means.
  static func grids(_ grid: Plot.Grid, _ series: Plot.Series, _ plot: Plot) -> [GnuplotItem] {
    let isEven =
      Plot.Grid.isEven(grid.x) && Plot.Grid.isEven(grid.y) && plot.x.scale == .linear
      && plot.y.scale == .linear
    var items = isEven ? [scale(), image(grid, series.name)] : [boxes(grid, series.name)]
    guard let mask = grid.mask, mask.cells.contains(true) else { return items }
    if !isEven { items.append(greyBoxes(grid)) }
    items.append(
      GnuplotItem(
        command: "keyentry with boxes fs solid 1 border lc rgb '#8a8a8a' lc rgb '\(grey)' "
          + title(mask.name), data: Data()))
    return items
  }

  private static var grey: String {
    Palette.hex([Palette.neutral, Palette.neutral, Palette.neutral])
  }

  // MARK: Images

  /// Nothing drawn, which has gnuplot show the scale of colours.
  private static func scale() -> GnuplotItem {
    GnuplotItem(command: "NaN with points lc palette z notitle", data: Data())
  }

  private static func image(_ grid: Plot.Grid, _ name: String?) -> GnuplotItem {
    let range = grid.colorRange
    let frame = Frame(grid)
    let pixels = frame.pixels { index -> [UInt8] in
      if grid.isMasked(index) {
        return [Palette.neutral, Palette.neutral, Palette.neutral, .max]
      }
      guard let range, grid.values[index].isFinite else { return [.max, .max, .max, 0] }
      return Palette.viridis(at: grid.share(grid.values[index], of: range)) + [.max]
    }
    return GnuplotItem(
      command: "'-' binary \(frame.words) format='%uchar%uchar%uchar%uchar' using 1:2:3:4 "
        + "\(title(name)) with rgbalpha", data: pixels)
  }

  /// The pixels of an image of cells.
  private struct Frame {
    let columns: Int
    let rows: Int
    /// Pixels along a cell's sides.
    let times: Int
    /// gnuplot's words for where the pixels lie.
    let words: String

    init(_ grid: Plot.Grid) {
      columns = grid.x.count
      rows = grid.y.count
      times = max(1, (GnuplotItem.pixels + max(columns, rows) - 1) / max(columns, rows))
      let (x, y) = (Plot.Grid.extent(grid.x), Plot.Grid.extent(grid.y))
      let dx = (x.upperBound - x.lowerBound) / Double(columns * times)
      let dy = (y.upperBound - y.lowerBound) / Double(rows * times)
      words =
        "array=(\(columns * times),\(rows * times)) "
        + "origin=(\(number(x.lowerBound + dx / 2)),\(number(y.lowerBound + dy / 2))) "
        + "dx=\(number(dx)) dy=\(number(dy))"
    }

    /// Row by row the bytes that `of` gives for the cell that a pixel belongs to.
    func pixels(_ of: (Int) -> [UInt8]) -> Data {
      var result = Data()
      for row in 0..<rows {
        var line = Data()
        for column in 0..<columns {
          let pixel = of(row * columns + column)
          for _ in 0..<times { line.append(contentsOf: pixel) }
        }
        for _ in 0..<times { result.append(line) }
      }
      return result
    }
  }

  // MARK: Cells of different sizes

  /// A value with a colour, or NaN.
  private static func value(_ grid: Plot.Grid, _ index: Int, _ range: ClosedRange<Double>?)
    -> Double
  {
    let value = grid.values[index]
    guard let range, value.isFinite, !grid.isMasked(index) else { return .nan }
    return min(range.upperBound, max(range.lowerBound, value))
  }

  private static func boxes(_ grid: Plot.Grid, _ name: String?) -> GnuplotItem {
    let range = grid.colorRange
    let rows = cells(grid) { value(grid, $0, range) }
    return GnuplotItem(
      command: record(rows: rows.count / 7, columns: 7) + " \(title(name)) "
        + "with boxxyerror fs solid 1.0 noborder lc palette",
      data: rows.withUnsafeBytes { Data($0) })
  }

  private static func greyBoxes(_ grid: Plot.Grid) -> GnuplotItem {
    let rows = cells(grid) { grid.isMasked($0) ? 0 : .nan }
    return GnuplotItem(
      command: record(rows: rows.count / 7, columns: 7)
        + " notitle with boxxyerror fs solid 1.0 noborder lc rgb '\(grey)'",
      data: rows.withUnsafeBytes { Data($0) })
  }

  /// Centre, edges and number of each cell that has a number, cell by cell.
  private static func cells(_ grid: Plot.Grid, _ value: (Int) -> Double) -> [Double] {
    let columns = Plot.Grid.edges(grid.x)
    let rows = Plot.Grid.edges(grid.y)
    var result: [Double] = []
    for (r, row) in rows.enumerated() {
      for (c, column) in columns.enumerated() {
        let number = value(r * columns.count + c)
        guard number.isFinite else { continue }
        // A little over the next cell, which is drawn later: otherwise the paper shines through.
        let right =
          column.high + 0.02 * (column.high - column.low) * (c + 1 < columns.count ? 1 : 0)
        let top = row.high + 0.02 * (row.high - row.low) * (r + 1 < rows.count ? 1 : 0)
        result += [grid.x[c], grid.y[r], column.low, right, row.low, top, number]
      }
    }
    return result
  }
}
