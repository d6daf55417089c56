import Foundation
import Language
import Reporting
import Testing

struct SliceFunctionTests {
  private static let disc = """
    problem disc(x in box([-3, -3, 0], [3, 3, 1])) {
        if x[0] > 2.5 { fail("too far") }
        minimize cost: 10 * (x[1] - x[0]^2)^2 + (1 - x[0])^2 - 5
        subject to near: x[0]^2 + x[1]^2 <= 4
    }

    """

  private func plots(_ script: String) -> [String: Plot] {
    let r = run(Self.disc + script)
    #expect(r.errors == [])
    var result: [String: Plot] = [:]
    for name in ["a", "b", "c", "d", "e"] {
      if case .host(let object)? = r.session[name], let shown = object as? any Plottable {
        result[name] = shown.plot
      }
    }
    return result
  }

  private func grid(_ plot: Plot?) -> Plot.Grid? {
    if case .grid(let grid)? = plot?.series.first?.mark { grid } else { nil }
  }

  /// The whole box, whatever is feasible; what fails is neither a value nor infeasible.
  @Test func infeasibleCellsAreGreyInTheWholeBox() throws {
    let all = plots(
      """
      a = slice(disc, n: 30)
      b = slice(disc, n: 30, feasible: true)
      c = slice(disc, along: [0, 2], n: 4)
      """)
    let (plain, masked) = (try #require(grid(all["a"])), try #require(grid(all["b"])))
    #expect(all["b"]?.x.range == -3...3 && all["b"]?.y.range == -3...3)
    #expect(plain.mask == nil)
    let mask = try #require(masked.mask)
    #expect(mask.name == "infeasible")
    for (i, (x, y)) in masked.y.flatMap({ y in masked.x.map { ($0, y) } }).enumerated() {
      #expect(mask.cells[i] == (x <= 2.5 && x * x + y * y > 4), "\(x) \(y)")
      #expect(masked.values[i].isNaN == (x * x + y * y > 4), "\(x) \(y)")
      #expect(plain.values[i].isNaN == (x > 2.5), "\(x) \(y)")
    }
    // Sides of 6 and 6 are drawn alike, 6 and 1 fill the figure.
    #expect(all["b"]?.hasEqualUnits == true && all["c"]?.hasEqualUnits == false)
  }

  @Test func logarithmsOfValuesOrOfDistances() throws {
    let all = plots(
      """
      a = slice(x -> exp(-sum(x^2)), box(-2, 2, dim: 2), n: 5, log: true)
      b = slice(disc, n: 30, feasible: true, log: "gap")
      problem hill(x in box(-1, 1, dim: 2)) { maximize height: 3 - sum(x^2) }
      c = slice(hill, n: 5, log: "gap")
      d = slice(hill, n: 5, log: false)
      """)
    let density = try #require(grid(all["a"]))
    #expect(density.scale == .log && density.values[12] == 1)
    let gap = try #require(grid(all["b"]))
    #expect(gap.scale == .log && gap.values.filter(\.isFinite).min() == 0)
    #expect(gap.label.hasPrefix("cost above -4.9"), "\(gap.label)")
    let hill = try #require(grid(all["c"]))
    #expect(hill.label == "height below 3" && hill.values[12] == 0)
    #expect(abs(hill.values[0] - 1.28) < 1e-12)
    #expect(grid(all["d"])?.scale == .linear)
  }

  @Test func pointsOfAStudyAreToldApart() throws {
    let all = plots(
      """
      s = sobol(disc, initial: 32, budget: 8, seed: 3)
      run(s)
      a = slice(disc, n: 3, points: s)
      t = trials(s)
      print(len(t[t.feasible]))
      b = slice(disc, n: 3, points: t)
      c = slice(x -> x[0], box(0, 1, dim: 2), n: 3, points: [[0.5, 0.5], vector([0.1, 2])])
      d = slice(x -> x[0], box(0, 1, dim: 2), n: 3, points: [0.5, 0.25])
      z = random(disc, initial: 2, budget: 1)
      run(z)
      e = slice(disc, n: 3, at: s.best.x, points: [s.best.x])
      """)
    let a = try #require(all["a"])
    #expect(a.series.dropFirst().map(\.symbol) == [.triangle, .cross, .dot, .diamond])
    let names = a.series.dropFirst().compactMap(\.name)
    #expect(names[0].hasSuffix(" failed") && names[1].hasSuffix(" infeasible"))
    #expect(names[2].hasSuffix(" feasible") && names[3] == "best")
    #expect(a.series.dropFirst().dropLast().map(\.points.x.count).reduce(0, +) == 40)
    #expect(a.legendTitle == "points projected from 3 coordinates")
    // The table of the trials says as much.
    #expect(try #require(all["b"]).series.dropFirst() == a.series.dropFirst())
    // The second point lies outside.
    let c = try #require(all["c"])
    #expect(c.series[1].points == ([0.5], [0.5]) && c.series[1].name == "1 point")
    #expect(c.legendTitle.isEmpty)
    #expect(all["d"]?.series[1].points.y == [0.25])
    #expect(all["e"]?.series[1].points.x.count == 1)
  }

  private func line(_ series: Plot.Series?) -> (x: [Double], y: [Double])? {
    if case .line(let x, let y)? = series?.mark { (x, y) } else { nil }
  }

  /// One coordinate is a curve, from end to end, with what is infeasible apart and points at their goals.
  @Test func oneCoordinateIsACurve() throws {
    let all = plots(
      """
      problem hill(t in 0...4) { maximize height: 3 - (t - 1)^2
       subject to late: t >= 0.5 }
      a = slice(hill, n: 5)
      b = slice(hill, n: 9, feasible: true, points: [1, 2])
      c = slice(disc, along: 1, at: [1, 0, 0], n: 3, log: "gap")
      s = sobol(hill, initial: 8, budget: 4, seed: 3)
      run(s)
      d = slice(hill, points: s, log: "gap")
      problem steps(n in [1, 2, 4]) { minimize n^2 }
      e = slice(steps)
      """)
    let a = try #require(all["a"])
    let curve = try #require(line(a.series.first))
    #expect(curve.x == [0, 1, 2, 3, 4] && curve.y == [2, 3, 2, -1, -6])
    #expect(a.x.label == "t" && a.y.label == "height" && a.series.count == 1)
    let b = try #require(all["b"])
    #expect(b.series.map(\.name) == ["height", "infeasible", "2 points"])
    let (holds, violated) = (try #require(line(b.series[0])), try #require(line(b.series[1])))
    #expect(holds.y[0].isNaN && violated.y[0] == 2 && holds.y[1] == 2.75 && violated.y[1].isNaN)
    #expect(b.series[2].points == ([1, 2], [3, 2]))
    // Along the third of a parabola's sides: 10 (x1 - 1)^2 - 5 at -3, 0 and 3.
    let c = try #require(all["c"])
    #expect(c.y.scale == .log && line(c.series[0])?.y == [150, 0, 30])
    let d = try #require(all["d"])
    #expect(d.series.last?.name == "best" && d.series.last?.symbol == .diamond)
    for series in d.series.dropFirst() {
      for (x, y) in zip(series.points.x, series.points.y) {
        // Below the greatest one shown; what is better than that is none of this axis.
        let gap = (d.series.first?.points.y.min() ?? 0) + (x - 1) * (x - 1)
        #expect(abs(y - gap) < 1e-3)
      }
    }
    // A level says nothing of what lies between it and the next.
    let e = try #require(line(all["e"]?.series.first))
    #expect(e.x == [0.5, 1.5, 1.5, 3, 3, 5] && e.y == [1, 1, 4, 4, 16, 16])
    #expect(all["e"]?.x.tics == [1, 2, 4])
  }

  /// A study shows what is expected, with its bounds, its trials, and what it expects to be infeasible.
  @Test func aStudyShowsWhatItExpects() throws {
    let all = plots(
      """
      problem hill(t in 0...4) { maximize height: 3 - (t - 1)^2
       subject to late: t >= 0.5 }
      s = sobol(hill, initial: 12, budget: 4, seed: 3)
      run(s)
      a = slice(s, n: 41)
      b = slice(s, n: 41, feasible: true, points: none)
      z = sobol(disc, initial: 40, budget: 8, seed: 3)
      run(z)
      c = slice(z, n: 5)
      d = slice(z, along: 1, n: 5)
      """)
    let a = try #require(all["a"])
    #expect(a.series.map(\.name).prefix(2) == ["90% of results", "expected height"])
    let curve = try #require(line(a.series[1]))
    guard case .band(_, let low, let high) = a.series[0].mark else {
      Issue.record("no band")
      return
    }
    for i in curve.x.indices {
      // Sixteen points of a parabola leave no doubt.
      #expect(abs(curve.y[i] - (3 - (curve.x[i] - 1) * (curve.x[i] - 1))) < 0.1, "\(curve.x[i])")
      #expect(low[i] <= curve.y[i] && curve.y[i] <= high[i])
    }
    #expect(a.series.last?.name == "best")
    let b = try #require(all["b"])
    #expect(b.series.map(\.name) == ["90% of results", "expected height", "infeasible"])
    let infeasible = try #require(line(b.series[2]))
    #expect(!infeasible.y[0].isNaN && infeasible.y[20].isNaN)
    let c = try #require(all["c"])
    #expect(grid(c)?.label == "expected cost" && c.series.last?.name == "best")
    #expect(all["d"]?.x.label == "x[1]  (points projected from 3 coordinates)")
  }

  /// Coordinates with levels are shown at these, each half way to the next.
  @Test func levelsAreShownWhereTheyAre() throws {
    let all = plots(
      """
      problem two(a in 0...2, n in [1, 2, 4, 8]) { minimize a + n }
      a = slice(two, along: ["a", "n"], n: 4)
      b = slice(two, along: "n", at: {a: 1, n: 1})
      """)
    let a = try #require(grid(all["a"]))
    #expect(a.x == [0.25, 0.75, 1.25, 1.75] && a.y == [1, 2, 4, 8])
    #expect(all["a"]?.y.range == 0.5...10 && a.values[15] == 9.75)
    #expect(line(all["b"]?.series.first)?.y == [2, 2, 3, 3, 5, 5, 9, 9])
    #expect(all["a"]?.y.tics == [1, 2, 4, 8] && all["a"]?.x.tics == nil)
  }

  @Test(arguments: [
    ("slice(disc, along: [0, 1, 2])", "one or two different coordinates"),
    ("slice(disc, along: \"x\")", "one or two different coordinates"),
    ("slice(disc, along: 3)", "from 0 to 2"), ("slice(3)", "a problem, a study or a function"),
    ("slice(sobol(disc, budget: 3))", "no evaluations yet"),
    (
      "s = sobol(disc, initial: 9, budget: 3)\nrun(s)\nslice(s, along: 0, log: \"gap\")",
      "no place for the bounds"
    ),
    ("slice(disc, at: [0, 0, 2])", "`at` lies outside the box"),
    ("slice(x -> [1], box(0, 1, dim: 2))", "not a list of 1"),
    ("slice(disc, space: box(0, 1, dim: 2))", "`space` has 2 coordinates, but `f` has 3"),
    (
      "problem bad(x in box(0, 1, dim: 2)) { minimize fail(\"no mesh\") + x[0] }\nslice(bad)",
      "that failed: no mesh"
    ),
    (
      "problem two(a in 0...2, n in [1, 2, 4]) { minimize a + n }\nslice(two, along: \"a\", at: {n: 3})",
      "none of its values; they are 1, 2, 4"
    ),
    ("slice(disc, log: true)", "needs values above 0, but those in this plane are down to"),
    (
      "slice(disc, log: true)",
      "`log: \"gap\"` takes the logarithm of their distances from the least"
    ),
    ("slice(x -> 0, box(0, 1, dim: 2), log: true)", "are all 0"),
    ("slice(x -> 2, box(0, 1, dim: 2), log: \"gap\")", "has no distances"),
    ("slice(disc, log: \"gaps\")", "`log` is true, false or \"gap\""),
    ("slice(x -> 0 / 0, box(0, 1, dim: 2))", "no finite value"),
    ("slice(x -> 1, box(0, 1, dim: 2), feasible: true)", "about a problem's constraints"),
    ("slice(disc, points: 3)", "a study, a list of vectors"),
    ("slice(disc, points: [])", "`points` is an empty list"),
    ("slice(disc, points: [[1, 2]])", "point 0 has 2 coordinates, but the box has 3"),
    ("slice(disc, points: [\"CCO\"])", "point 0 is no vector"),
    ("slice(disc, points: [[9, 9, 9]])", "none of `points` lies within the box"),
    ("slice(disc, points: sobol(disc, budget: 3))", "nothing was evaluated yet"),
    ("slice(disc, points: table({y: [1, 2]}))", "no column `x` of points"),
    (
      "problem never(x in box(0, 1, dim: 2)) { minimize x[0]\n subject to no: x[0] <= -1 }\n"
        + "slice(never, feasible: true)", "no cell of this plane is feasible"
    ),
  ])
  func mistakesAreTold(script: String, words: String) {
    let r = run(Self.disc + script)
    #expect(r.errors.first?.contains(words) == true, "\(r.errors)")
  }
}
