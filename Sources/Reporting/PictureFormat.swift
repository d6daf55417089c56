import Core
import Foundation

/// A kind of picture file.
public enum PictureFormat: String, Sendable, CaseIterable {
  /// Pixels, for slides and web pages.
  case png
  /// Curves, for web pages.
  case svg
  /// Curves, for papers.
  case pdf

  /// The format that a file's name asks for.
  /// - Throws: `.badArgument` for a name that ends otherwise.
  public init(path: String) throws(Failure) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let ending = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
    guard let format = ending.flatMap({ PictureFormat(rawValue: $0.lowercased()) }) else {
      let what = ending.map { "ends in .\($0)" } ?? "has no ending"
      throw Failure(
        .badArgument, "cannot tell which kind of picture \"\(name)\" is: it \(what)",
        advice: "name it with .png, .svg or .pdf")
    }
    self = format
  }

  /// Arguments of gnuplot's `set terminal` for a picture of 800 by `height` units.
  func terminal(height: Int) -> String {
    switch self {
    case .png:
      "pngcairo noenhanced size 1600,\(2 * height) fontscale 1.9 linewidth 2 pointscale 2 "
        + "background rgb 'white' font 'DejaVu Sans,12'"
    case .svg:
      "svg noenhanced size 800,\(height) dynamic linewidth 1.2 background 'white' "
        + "font 'Helvetica, Arial, DejaVu Sans, sans-serif,15'"
    case .pdf:
      // The proportions of the others: text of some 9 points.
      "pdfcairo noenhanced size 16cm,\(Double(height) / 50)cm fontscale 0.57 linewidth 1.2 "
        + "pointscale 0.5 background rgb 'white' font 'DejaVu Sans,12'"
    }
  }

  /// What makes points as large as in the others: gnuplot's SVG takes no scale for all.
  var pointScale: Double { self == .svg ? 0.7 : 1 }

  /// Whether these bytes are a whole picture: gnuplot that dies half-way leaves a part.
  public func isWhole(_ bytes: Data) -> Bool {
    let end = bytes.suffix(64)
    switch self {
    case .png:
      return bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) && end.range(of: Data("IEND".utf8)) != nil
    case .svg: return end.range(of: Data("</svg>".utf8)) != nil
    case .pdf:
      return bytes.starts(with: Data("%PDF".utf8)) && end.range(of: Data("%%EOF".utf8)) != nil
    }
  }
}
