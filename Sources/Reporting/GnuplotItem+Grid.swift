import Foundation

/// A heatmap as gnuplot draws it.
///
/// On linear axes cells are one image: drawn cell by cell, the paper shines through between them
/// where edges are smoothed. Each cell is several pixels, because many programs that show a PDF or SVG
/// blur pixels they enlarge. Colours are chosen here, so that grey cells are a part of the image: there
/// would be a seam round an image of their own.
extension GnuplotItem {
  /// What an image has along its longer side, at the least, unless cells are that many already.
  private static let pixels = 800

  /// The cells with a colour, those in grey, and what grey means.
  static func grids(_ grid: Plot.Grid, _ series: Plot.Series, _ plot: Plot) -> [GnuplotItem] {
    let isImage =
      [plot.x.scale, plot.y.scale].allSatisfy { $0 == .linear }
      && [grid.x, grid.y].allSatisfy { zip($0, $0.dropFirst()).allSatisfy(<) }
    var items = isImage ? [scale(), image(grid, series.name)] : [boxes(grid, series.name)]
    guard let mask = grid.mask, mask.cells.contains(true) else { return items }
    if !isImage { items.append(greyBoxes(grid)) }
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
    private let across, up: Side
    /// Cells along x, of which one narrower than a pixel may have none.
    private let columns: Int
    /// gnuplot's words for where the pixels lie.
    let words: String

    init(_ grid: Plot.Grid) {
      columns = grid.x.count
      let times = max(1, (GnuplotItem.pixels - 1) / max(grid.x.count, grid.y.count) + 1)
      across = Side(grid.x, times: times)
      up = Side(grid.y, times: times)
      words =
        "array=(\(across.cells.count),\(up.cells.count)) "
        + "origin=(\(number(across.first)),\(number(up.first))) "
        + "dx=\(number(across.step)) dy=\(number(up.step))"
    }

    /// The pixels along one side.
    private struct Side {
      /// The cell that each pixel belongs to.
      let cells: [Int]
      /// The middle of the first pixel, and how far it is to the next.
      let first, step: Double

      /// - Parameter times: pixels of a cell, where cells are alike.
      init(_ centres: [Double], times: Int) {
        let extent = Plot.Grid.extent(centres)
        let isEven = Plot.Grid.isEven(centres)
        let count = isEven ? centres.count * times : max(GnuplotItem.pixels, centres.count)
        let step = (extent.upperBound - extent.lowerBound) / Double(count)
        let ends = Plot.Grid.edges(centres).map(\.high)
        var cell = 0
        cells = (0..<count).map { pixel in
          if isEven { return pixel / times }
          let middle = extent.lowerBound + step * (Double(pixel) + 0.5)
          while cell + 1 < ends.count, middle > ends[cell] { cell += 1 }
          return cell
        }
        first = extent.lowerBound + step / 2
        self.step = step
      }
    }

    /// Row by row the bytes that `of` gives for the cell that a pixel belongs to.
    func pixels(_ of: (Int) -> [UInt8]) -> Data {
      var result = Data()
      var line = Data()
      var drawn: Int?
      for row in up.cells {
        if row != drawn {
          let colors = (0..<columns).map { of(row * columns + $0) }
          line = Data(across.cells.flatMap { colors[$0] })
          drawn = row
        }
        result.append(line)
      }
      return result
    }
  }

  // MARK: Cells along logarithmic axes

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
