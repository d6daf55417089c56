/// Colours that stay apart for the colour-blind, on screen and in print.
enum Palette {
  /// Okabe and Ito (2008), "Color Universal Design", without yellow and black: too pale for lines,
  /// and the colour of text. Ordered so that the first ones also differ in lightness.
  private static let colors = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6b6b6b",
  ]

  /// The colour at `index`; they repeat.
  static func color(_ index: Int) -> String {
    colors[((index % colors.count) + colors.count) % colors.count]
  }

  /// Matplotlib's "viridis" (van der Walt and Smith, 2015) at nine equal distances: lightness rises
  /// steadily, so it also reads in grey.
  static let viridis = [
    "#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30",
    "#fde725",
  ].enumerated().map { "\($0.offset) '\($0.element)'" }.joined(separator: ", ")
}
