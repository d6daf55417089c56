import Core
import Foundation

extension Plot {
  /// The grid, where the plot is one heatmap and nothing else.
  var onlyGrid: Grid? {
    guard series.count == 1, case .grid(let grid) = series[0].mark else { return nil }
    return grid
  }
}

/// A heatmap as text: five shades of grey, since character plots of gnuplot have no colours.
struct GridText {
  private static let shades: [Character] = ["·", "░", "▒", "▓", "█"]
  let columns: Int
  let rows: Int

  /// The heatmap with its names, its first row at the bottom, and what the shades mean.
  func callAsFunction(_ grid: Plot.Grid, plot: Plot) -> String {
    let finite = grid.values.filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    let numbers = NumberText(fitting: grid.y, significant: 3)
    let names = (grid.rowNames ?? grid.y.map { numbers($0) }).map { DisplayWidth.cut($0, to: 16) }
    let margin = names.map { DisplayWidth.of($0) }.max() ?? 0
    // Cells are two characters wide where there is room, which is about square.
    let room = max(10, columns - margin - 1)
    let shownColumns = stepped(grid.x.count, room)
    let wide = shownColumns.count * 2 <= room ? 2 : 1
    let shownRows = stepped(grid.y.count, max(5, rows - 5))
    var lines: [String] = []
    if !plot.title.isEmpty { lines.append(DisplayWidth.cut(plot.title, to: columns)) }
    for r in shownRows.reversed() {
      let cells = shownColumns.map { c -> String in
        let value = grid.values[r * grid.x.count + c]
        return String(repeating: shade(value, low, high), count: wide)
      }
      lines.append(
        DisplayWidth.pad(names[r], to: margin, leading: true) + " " + cells.joined())
    }
    let indent = String(repeating: " ", count: margin + 1)
    lines.append(indent + ends(grid, width: shownColumns.count * wide))
    let labels = [plot.x.label, plot.y.label]
    if labels.contains(where: { !$0.isEmpty }) {
      lines.append(indent + "across: \(labels[0])   up: \(labels[1])")
    }
    let scale = NumberText(fitting: [low, high])
    let label = grid.label.isEmpty ? "" : "\(grid.label): "
    lines.append(indent + label + "\(scale(low)) \(String(GridText.shades)) \(scale(high))")
    if shownColumns.count < grid.x.count || shownRows.count < grid.y.count {
      lines.append(indent + "(every cell does not fit: some rows and columns are left out)")
    }
    return lines.joined(separator: "\n")
  }

  private func shade(_ value: Double, _ low: Double, _ high: Double) -> Character {
    guard value.isFinite else { return " " }
    let share = low < high ? (value - low) / (high - low) : 0.5
    return GridText.shades[min(GridText.shades.count - 1, Int(share * 5))]
  }

  /// Indices of at most `room` of `count`, at equal distances.
  private func stepped(_ count: Int, _ room: Int) -> [Int] {
    count <= room ? Array(0..<count) : (0..<room).map { $0 * count / room }
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
