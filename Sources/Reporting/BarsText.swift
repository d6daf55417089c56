import Core
import Foundation

extension Plot {
  /// Edges and heights, where the plot is one histogram on linear axes and nothing else.
  var onlyBars: (edges: [Double], heights: [Double])? {
    guard series.count == 1, rules.isEmpty, y.scale == .linear, x.range == nil, y.range == nil,
      case .bars(let edges, let heights) = series[0].mark,
      edges.allSatisfy(\.isFinite), heights.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { return nil }
    return (edges, heights)
  }
}

/// A histogram as text: a row per interval, with its bar lying.
///
/// Lying bars are exact to an eighth of a character; the standing ones of gnuplot's character
/// terminal are outlines of stars.
struct BarsText {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  let columns: Int
  let rows: Int

  /// The histogram; neighbouring intervals are put together where there are more than rows.
  func callAsFunction(edges: [Double], heights: [Double], plot: Plot) -> String {
    var lines: [String] = []
    if !plot.title.isEmpty { lines.append(DisplayWidth.cut(plot.title, to: columns)) }
    let room = max(5, rows - 2)
    let together = (heights.count + room - 1) / room
    let starts = stride(from: 0, to: heights.count, by: together).map { $0 }
    let sums = starts.map { start in
      heights[start..<min(start + together, heights.count)].reduce(0, +)
    }
    let from = starts.map { edges[$0] }
    let to = starts.map { edges[min($0 + together, heights.count)] }
    let places = NumberText(fitting: edges, significant: 3)
    let names = zip(from, to).map { "\(places($0)) … \(places($1))" }
    let numbers = NumberText(fitting: sums, significant: 3)
    let margin = names.map { DisplayWidth.of($0) }.max() ?? 0
    let tail = sums.map { DisplayWidth.of(numbers($0)) }.max() ?? 0
    let width = max(8, columns - margin - tail - 3)
    let largest = sums.max() ?? 0
    let head = plot.x.label.isEmpty ? (plot.series[0].name ?? "") : plot.x.label
    lines.append(
      DisplayWidth.cut(
        DisplayWidth.pad(head, to: margin, leading: true) + "  " + plot.y.label, to: columns))
    for (name, sum) in zip(names, sums) {
      let share = largest > 0 ? sum / largest : 0
      let label = DisplayWidth.pad(name, to: margin, leading: true)
      lines.append("\(label) │\(bar(share, width)) \(numbers(sum))")
    }
    return lines.joined(separator: "\n")
  }

  /// A bar of `share` of `width`; never nothing for something.
  private func bar(_ share: Double, _ width: Int) -> String {
    let exact = share * Double(width) * 8
    let parts = share > 0 ? max(1, Int(exact.rounded())) : 0
    return String(repeating: "█", count: parts / 8) + BarsText.eighths[parts % 8]
  }
}
