import Core
import Engine
import Flows

extension CiBO {
  /// What one iteration searched, as it was then: the reward its models predict, in data space and
  /// in latent space, and the flow that joins the two.
  public struct Surface: Sendable {
    /// Where the points lie.
    public let space: BoxSpace
    let view: ScaledView
    let reward: any RewardModel
    /// Nil in the ablation that searches data space.
    let chart: LatentChart?

    /// r of points in the user's coordinates: the predicted Lagrangian y - lambda sum max(0, c),
    /// with y standardised, maximised and c in units of each constraint's scale.
    ///
    /// Points may lie outside the box. With `gamma` above 0 the ensemble's spread is part of it.
    /// - Throws: `.badArgument` for a point of another dimension or one that is not finite.
    public func rewards(at points: [[Double]]) throws -> [Double] {
      try reward.values(try scaled(points)).map(Double.init)
    }

    /// r(f(z)) of points z of latent space, where the prior is N(0, I).
    /// - Throws: `.badArgument` as `rewards`, and where the search has no latent space; `.numerical`
    ///   if the flow's equation diverges.
    public func latentRewards(at z: [[Double]], cancellation: Cancellation? = nil) throws
      -> [Double]
    {
      try reward.values(try points(z, cancellation)).map(Double.init)
    }

    /// f(z), brought into the box as the search does, in the user's coordinates. Errors as
    /// `latentRewards`.
    public func decode(_ z: [[Double]], cancellation: Cancellation? = nil) throws -> [[Double]] {
      let points = try points(z, cancellation)
      return (0..<points.rows).map { space.point(unit: view.unit(points, $0)) }
    }

    /// f^-1(x) of points in the user's coordinates. Errors as `latentRewards`.
    public func encode(_ points: [[Double]], cancellation: Cancellation? = nil) throws
      -> [[Double]]
    {
      let chart = try latent()
      let z = try chart.flow.inverse(
        try scaled(points), by: chart.solver, cancellation: cancellation)
      let d = space.dimension
      return (0..<z.rows).map { row in (0..<d).map { Double(z[row, $0]) } }
    }

    private func latent() throws(Failure) -> LatentChart {
      guard let chart else {
        throw Failure(
          .badArgument, "this study searches data space, so there is no latent space to look at",
          advice: "make the study with `space: \"latent\"`")
      }
      return chart
    }

    private func points(_ z: [[Double]], _ cancellation: Cancellation?) throws -> Tensor<Float> {
      let chart = try latent()
      try check(z)
      let d = space.dimension
      let rows = Tensor<Float>([z.count, d], z.flatMap { $0.map { Float($0) } })
      return try chart.points(rows, cancellation: cancellation ?? Cancellation())
    }

    /// The rows that models learn from.
    private func scaled(_ points: [[Double]]) throws(Failure) -> Tensor<Float> {
      try check(points)
      return view.scaled(points.map(space.unit))
    }

    private func check(_ points: [[Double]]) throws(Failure) {
      for point in points {
        guard point.count == space.dimension else {
          throw Failure(
            .badArgument,
            "a point of this study has \(space.dimension) coordinates, not \(point.count)")
        }
        guard point.allSatisfy(\.isFinite) else {
          throw Failure(.badArgument, "a coordinate of the point is not a finite number")
        }
      }
    }
  }
}
