import Foundation
import Reporting
import Testing

@Suite struct PaletteTests {
  /// Full sight, and none of the receptors for green and for red: matrices on linear RGB of Machado,
  /// Oliveira and Fernandes (2009), severity 1.
  private static let sights: [[[Double]]] = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [
      [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
      [-0.011820, 0.042940, 0.968881],
    ],
    [
      [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
  ]

  /// CIE L*a*b* (D65) of a colour as a kind of sight has it.
  private func lab(_ color: String, _ sight: [[Double]]) -> [Double] {
    let linear = stride(from: 1, to: 7, by: 2).map { start -> Double in
      let digits = color.dropFirst(start).prefix(2)
      let x = Double(UInt8(digits, radix: 16) ?? 0) / 255
      return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4)
    }
    let seen = sight.map { row in min(1, max(0, zip(row, linear).map(*).reduce(0, +))) }
    func dot(_ a: Double, _ b: Double, _ c: Double) -> Double {
      let t = a * seen[0] + b * seen[1] + c * seen[2]
      return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116
    }
    let x = dot(0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047)
    let y = dot(0.2126729, 0.7151522, 0.0721750)
    let z = dot(0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }

  /// How far two colours are apart for whoever sees them least apart.
  private func distance(_ a: String, _ b: String) -> Double {
    Self.sights.map { sight in
      sqrt(zip(lab(a, sight), lab(b, sight)).map { ($0 - $1) * ($0 - $1) }.reduce(0, +))
    }.min() ?? 0
  }

  /// 5 is about what is told apart side by side; thin lines and pale bands need several times that.
  @Test func neighboursAreFarApartForTheColourBlindToo() {
    for i in Palette.colors.indices {
      #expect(distance(Palette.color(i), Palette.color(i + 1)) > 35, "\(i)")
    }
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
      #expect(distance(Palette.color(i), Palette.color(j)) > 50, "\(i) and \(j)")
    }
  }

  @Test func aColourThatComesAgainHasAnotherDashAndMark() {
    let curves = (0..<28).map { "\(Palette.color($0)) \(Palette.dash($0))" }
    #expect(Set(curves).count == 28)
    let marks = (0..<28).map { "\(Palette.color($0)) \(Palette.pointType($0))" }
    #expect(Set(marks).count == 28)
    #expect(Palette.color(-1) == Palette.colors.last)
  }

  @Test func tenCurvesAreToldApartInPicturesAndText() throws {
    let x = [0.0, 1, 2, 3]
    let plot = Plot(
      series: (0..<10).map { i in
        Plot.Series("curve \(i)", .steps(x: x, y: x.map { $0 * Double(i) }))
      }, legend: .outside)
    let svg = String(decoding: try GnuplotRenderer().picture(plot, as: .svg), as: UTF8.self)
    // Three curves are of the second round; their samples in the legend are dashed too.
    #expect(svg.components(separatedBy: "stroke-dasharray").count - 1 >= 6)
    let text = try GnuplotRenderer().text(plot, columns: 90, rows: 26)
    let samples = (0..<10).compactMap { i in
      text.split(separator: "\n").first { $0.hasSuffix("curve \(i)") }?
        .split(separator: "│").last?.replacingOccurrences(of: "curve \(i)", with: "")
    }
    #expect(samples.count == 10 && Set(samples).count == 10, "\(text)")
  }

  @Test func pointsOfSeveralSeriesHaveSignsOfTheirOwnInText() throws {
    var plot = Plot(
      series: [
        Plot.Series("a", .points(x: [1, 2], y: [1, 2])),
        Plot.Series("b", .points(x: [1, 2], y: [2, 1])),
      ], legend: .outside)
    // Away from the frame, which is drawn over points.
    (plot.x.range, plot.y.range) = (0...3, 0...3)
    let text = try GnuplotRenderer().text(plot)
    #expect(text.count { $0 == "o" } == 3 && text.count { $0 == "x" } == 3, "\(text)")
  }
}
