/// How many columns text takes on a terminal, and how to cut it to a number of columns.
public enum DisplayWidth {
  /// Columns that `text` takes; control characters count as none.
  public static func of(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  /// `text` if it fits in `columns`, else its beginning with an ellipsis that fits.
  public static func cut(_ text: String, to columns: Int) -> String {
    if of(text) <= columns { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let next = width(character)
      if used + next > columns - 1 { break }
      result.append(character)
      used += next
    }
    return result + "…"
  }

  /// `text` followed (or, with `leading`, preceded) by spaces up to `columns`.
  public static func pad(_ text: String, to columns: Int, leading: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, columns - of(text)))
    return leading ? spaces + text : text + spaces
  }

  /// `text` broken at spaces into lines of at most `columns`, of which all but the first begin with
  /// `indent` spaces; a word that is longer stands alone.
  public static func lines(_ text: String, to columns: Int, indent: Int = 0) -> [String] {
    if of(text) <= columns { return [text] }
    let margin = String(repeating: " ", count: indent)
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    var lines: [String] = []
    var line = String(words[0])
    for word in words.dropFirst() {
      if of(line) + 1 + of(word) <= columns || line.allSatisfy({ $0 == " " }) {
        line += " " + word
      } else {
        lines.append(line)
        line = margin + word
      }
    }
    return lines + [line]
  }

  /// The lines of `text`, each broken as by `lines`.
  public static func paragraphs(_ text: String, to columns: Int, indent: Int = 0) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
      lines(String($0), to: columns, indent: indent)
    }
  }

  /// Columns of one grapheme: 0, 1 or 2.
  private static func width(_ character: Character) -> Int {
    var widest = 0
    for scalar in character.unicodeScalars {
      // U+FE0F asks for the emoji form of a character, which is wide.
      if scalar.value == 0xFE0F, widest > 0 { return 2 }
      widest = max(widest, width(scalar))
    }
    return widest
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) { return 0 }
    if scalar.value < 0x300 { return scalar.value == 0xAD ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control, .surrogate: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Blocks whose characters have the property East_Asian_Width W or F (Unicode Standard Annex 11).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18CFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
  ]
}
