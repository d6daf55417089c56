import Core
import Foundation
import Reporting
import Testing

/// Heatmaps: their axes, colour scale, grey cells and points.
@Suite struct GridTests {
  /// x^2 + y^2 over -3…3, grey outside the disc of radius 2.
  private func disc(_ n: Int = 30, masked: Bool = true, high: Double = 3) throws -> Plot {
    let centres: [Double] = (0..<n).map { -3 + 6 * (Double($0) + 0.5) / Double(n) }
    let across: [Double] = centres.map { $0 * high / 3 }
    let values: [Double] = centres.flatMap { (y: Double) -> [Double] in
      across.map { $0 * $0 + y * y }
    }
    let grid = try Plot.Grid(
      x: across, y: centres, values: values, label: "cost",
      mask: masked ? .init("infeasible", cells: values.map { $0 > 4 }) : nil)
    var plot = try Plot.heatmap(grid)
    plot.hasEqualUnits = true
    plot.legend = .below
    return plot
  }

  private func svg(_ plot: Plot) throws -> String {
    String(decoding: try GnuplotRenderer().picture(plot, as: .svg), as: UTF8.self)
  }

  /// Numbers of an attribute of the picture's images.
  private func images(_ svg: String, _ attribute: String) -> [Double] {
    svg.components(separatedBy: "<image").dropFirst().compactMap { part in
      part.components(separatedBy: " \(attribute)='").dropFirst().first?
        .split(separator: "'").first.flatMap { Double($0) }
    }
  }

  /// The texts of a picture.
  private func words(_ svg: String) -> [String] {
    svg.components(separatedBy: "<text").dropFirst().compactMap { part in
      part.components(separatedBy: "</text>").first?
        .replacingOccurrences(of: "<[^>]*>", with: "", options: .regularExpression)
        .split(separator: ">").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// One image, not a patch for each cell with the paper between them, what is grey included.
  @Test func cellsAreImagesWithoutSeams() throws {
    #expect(images(try svg(try disc(masked: false)), "width").count == 1)
    let picture = try svg(try disc())
    #expect(images(picture, "width").count == 1)
    // The scale of colours has 128; the cells would be 900.
    #expect(picture.components(separatedBy: "<polygon").count < 200)
    #expect(picture.contains(">infeasible<"))
  }

  @Test func axesCoverCellsWithoutAColourAndTheScaleDoesNot() throws {
    let words = words(try svg(try disc()))
    #expect(words.contains("-3") && words.contains("3"))
    guard case .grid(let grid) = try disc().series[0].mark else { return }
    #expect(try #require(grid.colorRange).upperBound <= 4)
  }

  /// A circle is round: width and height of the image are those of the axes' ranges.
  @Test func equalUnitsAreDrawnAlike() throws {
    for (high, ratio) in [(3.0, 1.0), (4.5, 1.5)] {
      let picture = try svg(try disc(high: high))
      let (width, height) = (images(picture, "width")[0], images(picture, "height")[0])
      #expect(abs(width / height - ratio) < 0.01)
      let text = try GnuplotRenderer().text(try disc(high: high), columns: 100, rows: 26)
      let rows = text.split(separator: "\n").filter { $0.contains("╱") && !$0.contains("cost") }
      let wide = rows[0].count { "╱·░▒▓█".contains($0) }
      #expect(abs(Double(wide) / Double(2 * rows.count) - ratio) < 0.06, "\(text)")
    }
  }

  /// On linear axes uneven cells are an image too, each as wide as it is; along a log axis they are drawn one by one.
  @Test func unevenCellsAreAnImageOrDrawnOneByOne() throws {
    let grid = try Plot.Grid(
      x: [0, 1, 5], y: [0, 1], values: [1, 2, 3, 4, 5, 6],
      mask: .init("out", cells: [true, false, false, false, false, false]))
    var plot = try Plot.heatmap(grid)
    plot.legend = .below
    let picture = try svg(plot)
    #expect(images(picture, "width").count == 1 && picture.contains(">out<"))
    plot.series = try Plot.heatmap(
      try Plot.Grid(
        x: [1, 10, 100], y: [1, 2], values: [1, 2, 3, 4, 5, 6],
        mask: .init("out", cells: [true, false, false, false, false, false]))
    ).series
    plot.x.scale = .log
    let other = try svg(plot)
    #expect(images(other, "width").isEmpty && other.contains(">out<"))
  }

  /// A cell narrower than a pixel shifts none of the others: above and below, the first cells have one colour.
  @Test func aCellMayBeNarrowerThanAPixel() throws {
    func picture(_ x: [Double], _ values: [Double]) throws -> Data {
      try GnuplotRenderer().picture(
        try Plot.heatmap(try Plot.Grid(x: x, y: [0, 1], values: values)), as: .png)
    }
    let narrow = [0, 1, 2, 2 + 1e-9]
    #expect(
      try picture(narrow, [0, 1, 2, 2, 0, 1, 2, 2]) == picture(narrow, [0, 1, 2, 1, 0, 1, 2, 1]))
  }

  /// An axis whose length is no number is drawn or refused, and nothing else.
  @Test func anAxisMayBeLongerThanANumber() {
    let plot = Plot(series: [Plot.Series(nil, .line(x: [0, 1], y: [-1e308, 1e308]))])
    do throws(Failure) { _ = try GnuplotRenderer().text(plot) } catch {
      #expect(error.kind == .external)
    }
  }

  @Test func aLogScaleIsNotStretchedByAMinimumThatIsHit() throws {
    let values: [Double] = [0, 1e-30] + (1...98).map { Double($0) }
    let grid = try Plot.Grid(
      x: (0..<10).map(Double.init), y: (0..<10).map(Double.init), values: values, scale: .log)
    // Four powers of ten below what a twentieth of the positive values keeps under: 5 or less.
    let range = try #require(grid.colorRange)
    #expect(range.upperBound == 98 && range.lowerBound > 1e-4 && range.lowerBound < 1e-3)
    #expect(images(try svg(try Plot.heatmap(grid)), "width").count == 1)
    let text = try GnuplotRenderer().text(try Plot.heatmap(grid))
    #expect(text.contains("(log)"))
  }

  @Test func aLogScaleOfNegativeNumbersIsAnError() throws {
    let grid = try Plot.Grid(x: [0, 1], y: [0], values: [-1, 1], scale: .log)
    var message = ""
    do throws(Failure) { _ = try Plot.heatmap(grid) } catch { message = error.message }
    #expect(message.contains("no place for -1"))
  }

  @Test(arguments: [
    (0.01, 13_000, [0.01, 0.1, 1, 10, 100, 1_000, 10_000]),
    (1e-9, 1e9, [1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9]),
    (0.9, 30, [1, 2, 5, 10, 20]),
    (2, 3.1, [2, 2.2, 2.4, 2.6, 2.8, 3]),
  ])
  func logScalesHaveRoundNumbers(low: Double, high: Double, expected: [Double]) {
    let tics = Plot.Grid.logTics(low...high)
    #expect(tics.count == expected.count, "\(tics)")
    #expect(zip(tics, expected).allSatisfy { abs($0 / $1 - 1) < 1e-9 }, "\(tics)")
  }

  @Test func pointsLieOverTheCells() throws {
    var plot = try disc(20)
    plot.series += [
      Plot.Series("2 infeasible", .points(x: [-2.9, 2.9], y: [-2.9, 2.9]), symbol: .cross),
      Plot.Series("1 feasible", .points(x: [1], y: [0]), symbol: .dot),
      Plot.Series("best", .points(x: [0], y: [0]), symbol: .diamond),
    ]
    plot.legendTitle = "points projected from 7 coordinates"
    let text = try GnuplotRenderer().text(plot, columns: 80, rows: 30)
    let lines = text.split(separator: "\n")
    let field = lines.filter { $0.contains("╱") && !$0.contains("cost") }
    #expect(field.first?.hasSuffix("╱x╱") == true || field.first?.hasSuffix("x") == true, "\(text)")
    #expect(field.joined().count { $0 == "x" } == 2)
    #expect(field.joined().count { $0 == "@" } == 1 && field.joined().count { $0 == "o" } == 1)
    #expect(text.contains("x 2 infeasible   o 1 feasible   @ best"))
    #expect(text.contains("projected from 7") && lines.count <= 30)
    let picture = try svg(plot)
    for word in ["2 infeasible", "1 feasible", "best", "points projected from 7 coordinates"] {
      #expect(picture.contains(">\(word)<"), "\(word)")
    }
  }

  @Test func countsHaveNumbersAtWholePlacesOnly() throws {
    let plot = try Plot.medians(
      [Plot.Runs("a", scores: [[0.1, 0.3, 0.25]])], xLabel: "iteration", yLabel: "share")
    let words = words(try svg(plot))
    #expect(words.contains("0") && words.contains("1") && words.contains("2"))
    #expect(!words.contains("0.5") && !words.contains("1.5"))
    let text = try GnuplotRenderer().text(plot)
    let axis = try #require(
      text.split(separator: "\n").last { $0.contains("0") && $0.contains("2") })
    #expect(!axis.contains("."), "\(text)")
    // A single iteration, and many.
    for count in [1, 2, 200_000] {
      var many = plot
      many.series = [
        Plot.Series(
          "a", .line(x: (0..<count).map(Double.init), y: [Double](repeating: 1, count: count)))
      ]
      many.y.range = 0.1...0.9
      many.series.append(Plot.Series("b", .points(x: [0], y: [0.5])))
      let numbers = self.words(try svg(many)).filter { Double($0) != nil }
      #expect(!numbers.contains { $0.contains("e") }, "\(numbers)")
    }
  }
}
