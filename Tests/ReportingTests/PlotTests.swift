import Core
import Reporting
import Testing

@Suite struct PlotTests {
  private func message(_ body: () throws(Failure) -> Void) -> String? {
    do throws(Failure) { try body() } catch { return error.message }
    return nil
  }

  @Test func bestSoFarSkipsFailuresAndFollowsTheGoal() {
    let best = Plot.bestSoFar([.nan, 1, 3, .nan, 2])
    #expect(best[0].isNaN)
    #expect(Array(best.dropFirst()) == [1, 3, 3, 3])
    #expect(Plot.bestSoFar([3, 5, 1], goal: .minimize) == [3, 3, 1])
  }

  @Test func convergenceOfSeveralRunsIsMedianAndQuartiles() throws {
    let plot = try Plot.convergence([
      Plot.Runs("m", scores: [[1, 2, 9], [3, 3, 3], [.nan, 7, 8, 9], [5, 5, 5], [2, 4, 6]])
    ])
    guard case .band(let x, let low, let high) = plot.series[0].mark,
      case .steps(_, let middle) = plot.series[1].mark
    else {
      Issue.record("a band and a line")
      return
    }
    // The run that has no score yet counts as the worst of five.
    #expect(middle == [2, 4, 6])
    #expect(x == [1, 2, 2, 3, 3])
    #expect(low == [1, 1, 3, 3, 5])
    #expect(high == [3, 3, 5, 5, 8])
    #expect(plot.series[0].color == plot.series[1].color)
    #expect(plot.series[1].name == "m" && plot.legendTitle == "median of 5 runs, quartiles")
  }

  /// What all entries of a legend share is said once; how many runs there are where that differs.
  @Test func legendsSayOnceWhatCurvesShare() throws {
    let two = [[1.0, 2], [2, 3]]
    func legend(_ methods: [Plot.Runs]) throws -> (title: String, names: [String?]) {
      let plot = try Plot.medians(methods, xLabel: "iteration", yLabel: "share")
      return (plot.legendTitle, plot.series.filter { !isBand($0) }.map(\.name))
    }
    func isBand(_ one: Plot.Series) -> Bool { if case .band = one.mark { true } else { false } }
    let alike = try legend([Plot.Runs("a", scores: two), Plot.Runs("b", scores: two)])
    #expect(alike.title == "median of 2 runs, quartiles" && alike.names == ["a", "b"])
    let mixed = try legend([Plot.Runs("a", scores: two + two), Plot.Runs("b", scores: two)])
    #expect(mixed.title == "medians of several runs, quartiles")
    #expect(mixed.names == ["a (4 runs)", "b (2 runs)"])
    let single = try legend([Plot.Runs("a", scores: two), Plot.Runs("b", scores: [[1, 2]])])
    #expect(single.title == "median of 2 runs, quartiles")
    #expect(single.names == ["a", "b (1 run)"])
    let plain = try legend([Plot.Runs(scores: two)])
    #expect(plain.title.isEmpty && plain.names == ["median of 2 runs, quartiles"])
    // A method without this column is no run of another number.
    let lacking = try legend([Plot.Runs("a", scores: two), Plot.Runs("b", scores: [[], []])])
    #expect(lacking.names == ["a", "b"])
  }

  /// Two of four runs find something late: there is no median before more than half have, a quartile
  /// that falls on a run without a score is drawn at the worst score there is, and no median rises.
  @Test func runsWithoutAScoreCountAsWorst() throws {
    let plot = try Plot.convergence(
      [Plot.Runs("m", scores: [[1, 1, 1], [2, 2, 2], [.nan, 9, 9], [.nan, .nan, 8]])],
      goal: .minimize)
    guard case .band(_, _, let high) = plot.series[0].mark,
      case .steps(let x, let middle) = plot.series[1].mark
    else {
      Issue.record("a band and a line")
      return
    }
    #expect(x == [2, 3] && middle == [5.5, 5])
    #expect(high == [9, 9, 8.25])
  }

  @Test func convergenceOfOneRunStartsAtItsFirstScore() throws {
    let plot = try Plot.convergence([Plot.Runs(scores: [[.nan, .nan, 4, 1]])], initial: 2)
    #expect(plot.series == [Plot.Series(nil, .steps(x: [3, 4], y: [4, 4]), color: 0)])
    #expect(plot.rules == [Plot.Rule(.x(2), label: "initial")])
    #expect(
      message { () throws(Failure) in
        _ = try Plot.convergence([Plot.Runs(scores: [[.nan, .nan]])])
      }?.contains("every evaluation failed") == true)
  }

  @Test func histogramCountsEveryFiniteNumberOnce() throws {
    let values: [Double] = [0, 0.1, 0.25, 0.5, 0.75, 1, .nan, .infinity]
    let plot = try Plot.histogram([(nil, values)], bins: 4)
    guard case .bars(let edges, let heights) = plot.series[0].mark else {
      Issue.record("bars")
      return
    }
    #expect(edges == [0, 0.25, 0.5, 0.75, 1])
    #expect(heights == [2, 1, 1, 2])
    #expect(plot.y.label == "count")
  }

  @Test func histogramOfWholeNumbersHasABarForEach() throws {
    let plot = try Plot.histogram([(nil, [1, 2, 2, 3, 3, 3, 5])])
    guard case .bars(let edges, let heights) = plot.series[0].mark else {
      Issue.record("bars")
      return
    }
    #expect(edges == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    #expect(heights == [1, 2, 3, 0, 1])
    #expect(plot.x.isWhole && plot.y.isWhole)
    #expect(try Plot.histogram([(nil, [1, 2.5])]).x.isWhole == false)
  }

  @Test func severalHistogramsShowShares() throws {
    let plot = try Plot.histogram([("a", [0, 1]), ("b", [0, 0, 0, 1])], bins: 2)
    #expect(plot.series.map(\.points.y) == [[0.5, 0.5, 0], [0.75, 0.25, 0]])
  }

  @Test func histogramOfOneValueOrNone() throws {
    let plot = try Plot.histogram([(nil, [2, 2])])
    #expect(plot.series[0].points.x == [1.5, 2.5])
    #expect(
      message { () throws(Failure) in _ = try Plot.histogram([(nil, [.nan])]) } != nil)
    #expect(
      message { () throws(Failure) in _ = try Plot.histogram([(nil, [1])], bins: 0) }
        == "a histogram has 1 to 10000 bins, not 0")
  }

  /// Neighbouring, huge and tiny numbers, whose intervals could vanish.
  @Test(
    arguments: [
      [1e19], [1e300], [1, 1.0000000000000002], [Double.leastNonzeroMagnitude, 0], [-1e19, 1e19],
      [1e16, 1e16 + 8],
    ] as [[Double]])
  func histogramOfExtremesHasIntervals(_ values: [Double]) throws {
    let plot = try Plot.histogram([(nil, values)])
    guard case .bars(let edges, let heights) = plot.series[0].mark else {
      Issue.record("bars")
      return
    }
    #expect(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 })
    #expect(heights.reduce(0, +) == Double(values.count))
  }

  @Test func histogramAcrossAllNumbersIsRefused() {
    #expect(
      message { () throws(Failure) in _ = try Plot.histogram([(nil, [1e308, -1e308])]) }?
        .contains("too far apart") == true)
  }

  @Test func namesWhatDoesNotFit() throws {
    let uneven = Plot(series: [Plot.Series("a", .line(x: [1, 2], y: [1]))])
    #expect(
      message { () throws(Failure) in try uneven.validate() }
        == "the plot has 2 x values of \"a\" but 1 y values")
    let negative = Plot(
      y: Plot.Axis(scale: .log), series: [Plot.Series("a", .points(x: [1], y: [-1]))])
    #expect(message { () throws(Failure) in try negative.validate() } != nil)
    #expect(
      message { () throws(Failure) in
        _ = try Plot.Grid(x: [0, 1], y: [0], values: [1])
      } == "a heatmap of 1 rows by 2 columns has 2 numbers, not 1")
    let flat = Plot(
      x: Plot.Axis(range: 1...1), series: [Plot.Series("a", .points(x: [1], y: [1]))])
    #expect(
      message { () throws(Failure) in try flat.validate() } == "the axis cannot run from 1.0 to 1.0"
    )
  }

  @Test func legendAvoidsTheData() {
    let rising = (0..<100).map(Double.init)
    let plot = Plot(series: [Plot.Series("a", .line(x: rising, y: rising))])
    #expect(plot.emptiestCorner == .bottomRight)
    let falling = Plot(series: [Plot.Series("a", .line(x: rising, y: rising.reversed()))])
    #expect(falling.emptiestCorner == .topRight)
  }
}
