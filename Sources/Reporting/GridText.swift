import Core
import Foundation

extension Plot {
  /// The grid and the points over it, where the plot is one heatmap and nothing else but such points.
  var gridWithPoints: (grid: Grid, points: [Series])? {
    guard let first = series.first, case .grid(let grid) = first.mark else { return nil }
    let others = series.dropFirst()
    let arePoints = others.allSatisfy { if case .points = $0.mark { true } else { false } }
    return arePoints ? (grid, Array(others)) : nil
  }
}

/// A heatmap as text: five shades of grey, since character plots of gnuplot have no colours.
struct GridText {
  private static let shades: [Character] = ["·", "░", "▒", "▓", "█"]
  /// Hatching, which is no shade: cells that are out of the question.
  private static let hatch: Character = "╱"
  let columns: Int
  let rows: Int

  /// The heatmap with its names, its first row at the bottom, and what the shades and signs mean.
  func callAsFunction(_ grid: Plot.Grid, _ points: [Plot.Series] = [], plot: Plot) -> String {
    let numbers = NumberText(fitting: grid.y, significant: 3)
    let names = (grid.rowNames ?? grid.y.map { numbers($0) }).map { DisplayWidth.cut($0, to: 16) }
    let margin = names.map { DisplayWidth.of($0) }.max() ?? 0
    let indent = String(repeating: " ", count: margin + 1)
    let legend = legend(points, plot)
    let room = (width: max(10, columns - margin - 1), height: max(5, rows - 5 - legend.count))
    let size = size(grid, plot, room)
    var lines: [String] = []
    if !plot.title.isEmpty { lines.append(DisplayWidth.cut(plot.title, to: columns)) }
    for (r, row) in field(grid, points, plot, size).enumerated().reversed() {
      let name = names[Self.cell(r, of: size.height, among: grid.y.count)]
      lines.append(DisplayWidth.pad(name, to: margin, leading: true) + " " + String(row))
    }
    lines.append(indent + ends(grid, width: size.width))
    let labels = [plot.x.label, plot.y.label]
    if labels.contains(where: { !$0.isEmpty }) {
      lines.append(indent + "across: \(labels[0])   up: \(labels[1])")
    }
    lines.append(DisplayWidth.cut(indent + scale(grid), to: columns))
    lines += legend.map { DisplayWidth.cut(indent + $0, to: columns) }
    if size.width < grid.x.count || size.height < grid.y.count {
      lines.append(indent + "(every cell does not fit: some rows and columns are left out)")
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Cells and points

  /// Characters across and up. A character is about twice as high as wide, so cells are two of them
  /// wide where there is room, and a circle is round where it should be.
  private func size(_ grid: Plot.Grid, _ plot: Plot, _ room: (width: Int, height: Int))
    -> (width: Int, height: Int)
  {
    let (nx, ny) = (grid.x.count, grid.y.count)
    guard plot.hasEqualUnits else {
      return (nx * 2 <= room.width ? nx * 2 : min(nx, room.width), min(ny, room.height))
    }
    let (x, y) = (Plot.Grid.extent(grid.x), Plot.Grid.extent(grid.y))
    let ratio = 2 * (x.upperBound - x.lowerBound) / (y.upperBound - y.lowerBound)
    let height = max(2, min(ny, room.height, Int(Double(room.width) / ratio)))
    return (max(2, min(room.width, Int((ratio * Double(height)).rounded()))), height)
  }

  /// The cell in the middle of place `i` of `count`.
  private static func cell(_ i: Int, of count: Int, among cells: Int) -> Int {
    (2 * i + 1) * cells / (2 * count)
  }

  /// The characters, the lowest row first.
  private func field(
    _ grid: Plot.Grid, _ points: [Plot.Series], _ plot: Plot, _ size: (width: Int, height: Int)
  ) -> [[Character]] {
    let range = grid.colorRange ?? 0...1
    var field = (0..<size.height).map { r in
      let row = Self.cell(r, of: size.height, among: grid.y.count) * grid.x.count
      return (0..<size.width).map { c in
        sign(grid, row + Self.cell(c, of: size.width, among: grid.x.count), range)
      }
    }
    let (x, y) = (Plot.Grid.extent(grid.x), Plot.Grid.extent(grid.y))
    func place(_ value: Double, _ range: ClosedRange<Double>, _ count: Int) -> Int? {
      guard range.contains(value) else { return nil }
      let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      return min(count - 1, Int(share * Double(count)))
    }
    for (series, color) in zip(points, plot.colors.dropFirst()) {
      let (px, py) = series.points
      for (across, up) in zip(px, py) {
        if let c = place(across, x, size.width), let r = place(up, y, size.height) {
          field[r][c] = Self.sign(of: series, color)
        }
      }
    }
    return field
  }

  private func sign(_ grid: Plot.Grid, _ index: Int, _ range: ClosedRange<Double>) -> Character {
    if grid.isMasked(index) { return Self.hatch }
    let value = grid.values[index]
    guard value.isFinite else { return " " }
    return Self.shades[min(Self.shades.count - 1, Int(grid.share(value, of: range) * 5))]
  }

  private static func sign(of series: Plot.Series, _ color: Int) -> Character {
    series.symbol?.character ?? Palette.sign(color)
  }

  // MARK: Words

  /// What the shades and the hatching mean.
  private func scale(_ grid: Plot.Grid) -> String {
    let range = grid.colorRange ?? 0...1
    let (low, high) = (range.lowerBound, range.upperBound)
    let numbers = NumberText(fitting: [low, high])
    // On a log scale the ends have digits of their own, since their sizes differ.
    let ends =
      grid.scale == .log
      ? [low, high].map { NumberText(fitting: [$0], significant: 3)($0) }
      : [low, high].map { numbers($0) }
    let label = grid.label.isEmpty ? "" : "\(grid.label): "
    var text = label + "\(ends[0]) \(String(Self.shades)) \(ends[1])"
    if grid.scale == .log { text += " (log)" }
    if let mask = grid.mask, mask.cells.contains(true) { text += "   \(Self.hatch) \(mask.name)" }
    return text
  }

  /// What the signs of points mean.
  private func legend(_ points: [Plot.Series], _ plot: Plot) -> [String] {
    let names = zip(points, plot.colors.dropFirst()).compactMap { series, color in
      series.name.map { "\(Self.sign(of: series, color)) \($0)" }
    }
    guard !names.isEmpty else { return [] }
    let title = plot.legendTitle.isEmpty ? [] : [plot.legendTitle]
    return title + [names.joined(separator: "   ")]
  }

  /// Names of the first and the last column at their ends.
  private func ends(_ grid: Plot.Grid, width: Int) -> String {
    let numbers = NumberText(fitting: [grid.x[0], grid.x[grid.x.count - 1]])
    let first = grid.columnNames?.first ?? numbers(grid.x[0])
    let last = grid.columnNames?.last ?? numbers(grid.x[grid.x.count - 1])
    let gap = width - DisplayWidth.of(first) - DisplayWidth.of(last)
    return gap > 0 ? first + String(repeating: " ", count: gap) + last : "\(first) … \(last)"
  }
}
