import Foundation

/// Makes gnuplot's character plots easier on the eye: no empty margin, a frame of lines.
enum CharacterFrame {
  /// `text` without blank lines around it, spaces at line ends, and with lines as its frame.
  static func tidied(_ text: String) -> String {
    var lines = text.replacingOccurrences(of: "\u{0C}", with: "").components(separatedBy: "\n")
      .map { Array($0) }
    frame(&lines)
    var plain = lines.map { line in
      String(line[..<(line.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0)])
    }
    while plain.first?.isEmpty == true { plain.removeFirst() }
    while plain.last?.isEmpty == true { plain.removeLast() }
    return plain.joined(separator: "\n")
  }

  /// Replaces the border, found by its two long rows of dashes between plus signs.
  private static func frame(_ lines: inout [[Character]]) {
    let rows = lines.indices.filter { row in
      let dashes = lines[row].count { $0 == "-" }
      return dashes > 20 && 2 * dashes > lines[row].count - 20
        && lines[row].contains("+")
    }
    guard let top = rows.first, let bottom = rows.last, top < bottom,
      let left = lines[top].firstIndex(of: "+"), let right = lines[top].lastIndex(of: "+"),
      lines[bottom].indices.contains(right), lines[bottom][left] == "+"
    else { return }
    for row in [top, bottom] {
      for column in left...right where lines[row][column] == "-" { lines[row][column] = "─" }
    }
    for row in (top + 1)..<bottom where lines[row].count > right {
      // A number beside the frame belongs to a tic.
      let tic = left >= 2 && lines[row][left - 2].isNumber
      if lines[row][left] == "|" { lines[row][left] = tic ? "├" : "│" }
      if lines[row][right] == "|" { lines[row][right] = "│" }
    }
    lines[top][left] = "┌"
    lines[top][right] = "┐"
    lines[bottom][left] = "└"
    lines[bottom][right] = "┘"
  }
}
