import Core
import Flows
import Reporting

/// The epochs of a pretraining as a table and as plots.
enum FlowHistory {
  static func table(_ reports: [Pretraining.EpochReport]) throws(Failure) -> Table {
    func column(_ value: (Pretraining.EpochReport) -> Double) -> Table.Column {
      .numbers(reports.map(value))
    }
    return try Table([
      ("epoch", column { Double($0.epoch) }),
      ("loss", column { $0.training.loss }),
      ("nll", column { $0.training.negativeLogLikelihoodPerToken }),
      ("held_out", column(\.heldOutLoss)),
      ("exact", column(\.exact)),
      ("smallest_angle", column(\.smallestAngle)),
      ("valid", column(\.validShare)),
      ("unique", column(\.uniqueShare)),
      ("novel", column(\.novelShare)),
      ("rate", column(\.rate)),
      ("tokens_per_second", column { $0.training.tokensPerSecond }),
      ("seconds", column { $0.training.seconds }),
    ])
  }

  /// A column by epoch; "convergence" is -log p a token in training and on held-out sequences.
  static func plot(_ reports: [Pretraining.EpochReport], _ kind: String) throws -> Plot {
    guard !reports.isEmpty else {
      throw Failure(.badArgument, "the flow has no epochs to plot", advice: "pretrain it first")
    }
    let history = try table(reports)
    let epochs = reports.map { Double($0.epoch) }
    func line(_ name: String?, _ column: String) throws(Failure) -> Plot.Series {
      guard case .numbers(let values) = try history.column(column) else {
        return .init(name, .line(x: [], y: []))
      }
      return Plot.Series(name, .line(x: epochs, y: values))
    }
    let isConvergence = kind == "convergence"
    var figure = Plot(
      x: Plot.Axis("epoch", isWhole: true), y: Plot.Axis(isConvergence ? "-log p a token" : kind))
    figure.series =
      isConvergence
      ? [try line("training", "nll"), try line("held out", "held_out")] : [try line(nil, kind)]
    return figure
  }
}
