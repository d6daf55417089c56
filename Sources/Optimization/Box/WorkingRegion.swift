import Core
import Engine
import Surrogates

/// Where evaluations work, as a Gaussian process of -1/2 where they did and 1/2 where they failed.
struct WorkingRegion: Sendable {
  /// The process; without an output while nothing failed.
  private(set) var model: ExactGP<StationaryKernel>

  /// - Parameter model: one that has learned nothing, whose kernel and bounds are taken over.
  init(_ model: ExactGP<StationaryKernel>) { self.model = model }

  /// Learns from some points of an archive, and from all that failed.
  mutating func learn(
    _ archive: BoxArchive, _ rows: [Int], focus: [Double]?, _ context: RunContext
  ) throws(Failure) {
    if archive.failed.isEmpty { return }
    let points = rows.map { archive.points[$0] } + archive.failed
    let x = Tensor<Double>([points.count, archive.space.dimension], points.flatMap { $0 })
    let y = Tensor<Double>([points.count, 1], points.indices.map { $0 < rows.count ? -0.5 : 0.5 })
    model.focus = focus
    try model.update(x, y, in: context)
  }
}

extension BoxArchive {
  /// A point's constraints as Gaussian processes learn them, at most 0 where they hold: by the bilog, an indicator
  /// as -1/2 or 1/2 (SCBO, arXiv 2002.08526, section 4).
  func bilogs(_ i: Int) -> [Double] {
    zip(constraints[i], indicators).map { value, isIndicator in
      isIndicator ? (value > 0 ? 0.5 : -0.5) : SCBOTransforms.bilog(value)
    }
  }
}
