import Core
import Foundation
import Reporting

/// Plots that look like those of real use.
enum SamplePlots {
  static func convergence() throws -> Plot {
    func run(_ seed: UInt64, _ speed: Double) -> [Double] {
      var random = RandomStream(seed: seed)
      return (1...500).map { i in
        let score = 0.85 * (1 - exp(-speed * Double(i) / 200)) + 0.08 * random.normal()
        return random.uniform() < 0.05 ? .nan : score
      }
    }
    return try Plot.convergence(
      [
        Plot.Runs("nfbo", scores: (1...5).map { run($0, 1.5) }),
        Plot.Runs("random draws", scores: (6...10).map { run($0, 0.4) }),
        Plot.Runs("one run", scores: [run(11, 0.8)]),
      ], initial: 100, title: "lead_qed: 500 evaluations")
  }

  static func histogram() throws -> Plot {
    var random = RandomStream(seed: 1)
    let values = (0..<2_000).map { _ in 0.6 + 0.15 * random.normal() }
    return try Plot.histogram([("QED", values)], title: "Library of 2,000", label: "QED")
  }

  static func histograms() throws -> Plot {
    var random = RandomStream(seed: 2)
    return try Plot.histogram(
      [
        ("library", (0..<2_000).map { _ in 0.5 + 0.15 * random.normal() }),
        ("found", (0..<300).map { _ in 0.8 + 0.06 * random.normal() }),
      ], label: "QED")
  }

  static func scatter() throws -> Plot {
    var random = RandomStream(seed: 3)
    let x = (0..<400).map { _ in 350 + 60 * random.normal() }
    let y = x.map { 0.008 * $0 + random.normal() }
    return try Plot.scatter(
      x: x, y: y, name: "molecules", title: "Weight against logP", xLabel: "weight (Da)",
      yLabel: "logP")
  }

  static func heatmap() throws -> Plot {
    let axis: [Double] = (0..<40).map { -2 + 4 * Double($0) / 39 }
    var values: [Double] = []
    for y in axis {
      for x in axis { values.append(exp(-x * x - y * y) * cos(3 * x)) }
    }
    return try Plot.heatmap(
      Plot.Grid(x: axis, y: axis, values: values, label: "posterior mean"),
      title: "A slice of the surrogate", xLabel: "z_1", yLabel: "z_2")
  }

  static func similarities() throws -> Plot {
    let names = ["aspirin", "ibuprofen", "naproxen", "caffeine", "celecoxib"]
    let values: [Double] = (0..<25).map { i in
      let distance = abs(i / 5 - i % 5)
      return distance == 0 ? 1 : 1 / Double(2 + distance)
    }
    let places = (0..<5).map(Double.init)
    return try Plot.heatmap(
      Plot.Grid(
        x: places, y: places, values: values, label: "ECFP4 similarity", columnNames: names,
        rowNames: names))
  }

  static func logLoss() -> Plot {
    let steps = (1...200).map(Double.init)
    return Plot(
      title: "Training", x: Plot.Axis("epoch"), y: Plot.Axis("loss", scale: .log),
      series: [
        Plot.Series("training", .line(x: steps, y: steps.map { 40 / $0 + 0.01 })),
        Plot.Series("held out", .line(x: steps, y: steps.map { 45 / $0 + 0.3 })),
      ], rules: [Plot.Rule(.y(0.1), label: "target")])
  }

  /// A plane of Rosenbrock's function with a constraint, on a log scale, and trials over it.
  static func slice() throws -> Plot {
    let n = 60
    let axis: [Double] = (0..<n).map { -3 + 6 * (Double($0) + 0.5) / Double(n) }
    var values: [Double] = []
    var mask: [Bool] = []
    for y in axis {
      for x in axis {
        let (rise, rest) = (y - x * x, 1 - x)
        values.append(100 * rise * rise + rest * rest)
        mask.append(x * x + y * y > 4)
      }
    }
    var plot = try Plot.heatmap(
      Plot.Grid(
        x: axis, y: axis, values: values, label: "cost", scale: .log,
        mask: .init("infeasible", cells: mask)), xLabel: "x[0]", yLabel: "x[1]")
    var random = RandomStream(seed: 4)
    let (x, y) = (random.normals(60), random.normals(60))
    let inside = x.indices.filter { x[$0] * x[$0] + y[$0] * y[$0] <= 4 }
    let outside = x.indices.filter { !inside.contains($0) }
    plot.series += [
      Plot.Series(
        "\(outside.count) infeasible", .points(x: outside.map { x[$0] }, y: outside.map { y[$0] }),
        symbol: .cross),
      Plot.Series(
        "\(inside.count) feasible", .points(x: inside.map { x[$0] }, y: inside.map { y[$0] }),
        symbol: .dot), Plot.Series("best", .points(x: [0.9], y: [0.8]), symbol: .diamond),
    ]
    plot.hasEqualUnits = true
    plot.legend = .below
    plot.legendTitle = "points projected from 5 coordinates"
    return plot
  }

  static func manyCurves() -> Plot {
    let x = (0...40).map(Double.init)
    let falling: [Double] = x.map { exp(-0.05 * $0) }
    return Plot(
      x: Plot.Axis("evaluations", isWhole: true), y: Plot.Axis("cost"),
      series: (0..<16).map { i in
        Plot.Series("random seed=\(i)", .steps(x: x, y: falling.map { $0 * Double(i + 3) }))
      }, legend: .outside)
  }

  static func all() throws -> [(name: String, plot: Plot)] {
    [
      ("convergence", try convergence()), ("histogram", try histogram()),
      ("histograms", try histograms()), ("scatter", try scatter()), ("heatmap", try heatmap()),
      ("similarities", try similarities()), ("log", logLoss()), ("slice", try slice()),
      ("many_curves", manyCurves()),
    ]
  }
}
