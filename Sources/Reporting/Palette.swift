/// How series are told apart: colours that stay apart for the colour-blind, on screen and in print,
/// then dashes and point marks.
package enum Palette {
  /// Okabe and Ito (2008), "Color Universal Design", without yellow and black: too pale for lines,
  /// and the colour of text.
  ///
  /// Of all orders from blue on, round the end to the beginning, this one keeps neighbours furthest
  /// apart (38 in CIE L*a*b*, at the worst of full sight, no red and no green receptors as Machado et al.
  /// 2009 model them) whose first three, which most figures stop at, are as far apart as 50.
  package static let colors = [
    "#0072b2", "#009e73", "#e69f00", "#cc79a7", "#d55e00", "#56b4e9", "#6b6b6b",
  ]

  /// The place of the grey: what is out of the question, among curves.
  package static let grey = 6

  /// gnuplot's dash types; each serves one round of the colours.
  private static let dashes = ["", "dt (8,4)", "dt (2,3)", "dt (10,3,2,3)"]
  /// gnuplot's filled point types: circle, square, triangle, diamond.
  private static let pointTypes = [7, 5, 9, 13]
  private static let signs = Array("ox+#%&@")

  /// The colour at `index`; they repeat.
  package static func color(_ index: Int) -> String { colors[modulo(index, colors.count)] }

  /// gnuplot's dash of the series at `index`: another one where its colour was had before.
  package static func dash(_ index: Int) -> String { dashes[round(index, of: dashes.count)] }

  /// gnuplot's point type of the series at `index`: another one where its colour was had before.
  package static func pointType(_ index: Int) -> Int {
    pointTypes[round(index, of: pointTypes.count)]
  }

  /// The character that stands for a point of the series at `index` in text.
  package static func sign(_ index: Int) -> Character { signs[modulo(index, signs.count)] }

  /// The letter on a text's line at `index`; nil for the first ones, which gnuplot draws with characters
  /// of their own.
  package static func letter(_ index: Int) -> Character? {
    let own = 7
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return index < own ? nil : letters[modulo(index - own, letters.count)]
  }

  private static func round(_ index: Int, of count: Int) -> Int {
    modulo(max(0, index) / colors.count, count)
  }

  private static func modulo(_ index: Int, _ count: Int) -> Int {
    ((index % count) + count) % count
  }

  /// What is known to be out of the question, beside a scale of colours that has no grey: the level of
  /// red, green and blue.
  static let neutral: UInt8 = 0xBD

  /// Matplotlib's "viridis" (van der Walt and Smith, 2015) at nine equal distances: lightness rises
  /// steadily, so it also reads in grey.
  static let viridis: [[UInt8]] = [
    [0x44, 0x01, 0x54], [0x47, 0x2D, 0x7B], [0x3B, 0x52, 0x8B], [0x2C, 0x72, 0x8E],
    [0x21, 0x91, 0x8C], [0x28, 0xAE, 0x80], [0x5E, 0xC9, 0x62], [0xAD, 0xDC, 0x30],
    [0xFD, 0xE7, 0x25],
  ]

  /// Red, green and blue on the scale, from 0 to 1, as gnuplot draws it: linear between the colours.
  package static func viridis(at share: Double) -> [UInt8] {
    let place = min(1, max(0, share)) * Double(viridis.count - 1)
    let below = min(viridis.count - 2, Int(place))
    let part = place - Double(below)
    return zip(viridis[below], viridis[below + 1]).map { low, high -> UInt8 in
      let (from, to) = (Double(low), Double(high))
      return UInt8((from + part * (to - from)).rounded())
    }
  }

  /// A colour as gnuplot reads it.
  static func hex(_ levels: [UInt8]) -> String {
    "#" + levels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
