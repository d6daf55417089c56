import Core
import Engine
import Neural

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The trajectory-balance residual of a diffusion sampler and its gradients.
///
/// Published: delta = log Z + sum log P_F - sum log P_B - log R(s_T). With Brownian bridges as backward
/// kernels all that does not depend on the drift telescopes (Girsanov):
/// sum log P_F - sum log P_B = G + log N(s_T; 0, v I),
/// G = sum_i [ mu_i . (s_{i+1} - s_i) - dt |mu_i|^2 / 2 ] / v.
/// So delta = log Z + G + log N(s_T; 0, v I) - log R(s_T), and for R = N(s_T; 0, v I) exp(beta r) the
/// two large terms cancel: delta = log Z + G - beta r.
public enum TrajectoryBalance {
  /// What is squared.
  public enum Form: String, Sendable, CaseIterable {
    /// The mean of delta^2 / 2 with a learned log Z, as published.
    case learnedLogZ = "trajectory_balance"
    /// The variance of delta over the batch, halved: log Z drops out (VarGrad, Richter et al.,
    /// NeurIPS 2020; the log-variance loss).
    case logVariance = "log_variance"
  }

  /// A batch's loss, its gradients and what it says about the sampler.
  public struct Result: Sendable {
    /// Mean of delta^2 / 2, or half its variance.
    public var loss: Double
    /// Of the policy's parameters.
    public var gradients: Gradients<Float>
    /// Of log Z: the mean of delta; 0 in the log-variance form.
    public var logZGradient: Double
    /// log dTarget/dPath up to log Z, for each path: minus delta without log Z.
    public var logWeights: [Double]

    /// log of the mean importance weight: an estimate of log Z from below if paths are the sampler's.
    public var logZEstimate: Double {
      let top = logWeights.max() ?? 0
      return top + log(logWeights.reduce(0) { $0 + exp($1 - top) } / Double(logWeights.count))
    }

    /// (sum w)^2 / sum w^2 of the paths' importance weights.
    public var effectiveSampleSize: Double {
      let top = logWeights.max() ?? 0
      let weights = logWeights.map { exp($0 - top) }
      let total = weights.reduce(0, +)
      return total * total / weights.reduce(0) { $0 + $1 * $1 }
    }
  }

  /// The loss of these paths and its gradients, on all cores; no gradient flows through the target.
  /// - Parameters:
  ///   - logTilt: log R(s_T) - log N(s_T; 0, v I) of each path, [N].
  ///   - logZ: the learned log Z; not used by the log-variance form.
  /// - Throws: `.numerical` if the loss is not finite, `.cancelled`.
  public static func loss(
    of paths: Trajectories, logTilt: [Double], logZ: Double, policy: DiffusionPolicy,
    form: Form, cancellation: Cancellation? = nil
  ) throws(Failure) -> Result {
    precondition(logTilt.count == paths.count && paths.count > 0)
    let pieces = Parallel.ranges(paths.count, by: Trajectories.pathsOfPiece)
    // Recorded first and differentiated when all deltas are known: the mean needs every path.
    let records = Parallel.map(pieces.count) { p -> Record? in
      cancellation?.isRequested == true ? nil : Record(paths, pieces[p], policy)
    }
    try cancellation?.check("training the sampler was stopped")
    let logWeights = zip(records.flatMap { $0!.girsanov.value.entries }, logTilt).map {
      $1 - Double($0)
    }
    let count = Double(logWeights.count)
    let shift = form == .learnedLogZ ? logZ : logWeights.reduce(0, +) / count
    let deltas = logWeights.map { shift - $0 }
    let loss = deltas.reduce(0) { $0 + $1 * $1 } / (2 * count)
    guard loss.isFinite else {
      throw Failure(
        .numerical, "training the sampler broke down: its loss is not finite",
        advice: "lower the sampler's rate, or check the reward for extreme values")
    }
    let parts = Parallel.map(pieces.count) { p in
      records[p]!.gradients(deltas[pieces[p]].map { Float($0 / count) })
    }
    var gradients = Gradients<Float>()
    for part in parts { gradients.add(part) }
    return Result(
      loss: loss, gradients: gradients,
      logZGradient: form == .learnedLogZ ? deltas.reduce(0, +) / count : 0,
      logWeights: logWeights)
  }

  /// G of each path, [N], without gradients.
  public static func girsanov(_ paths: Trajectories, policy: DiffusionPolicy) -> [Double] {
    let pieces = Parallel.ranges(paths.count, by: Trajectories.pathsOfPiece)
    return Parallel.map(pieces.count) { p in
      Record(paths, pieces[p], policy).girsanov.value.entries.map(Double.init)
    }.flatMap { $0 }
  }

  /// The recorded drift of a piece of paths. One thread at a time uses it.
  private final class Record: @unchecked Sendable {
    let tape = Tape<Float>()
    let girsanov: Variable<Float>

    init(_ paths: Trajectories, _ range: Range<Int>, _ policy: DiffusionPolicy) {
      let part = Trajectories(paths.states.rows(range), reference: paths.reference)
      let drift = policy(tape.constant(part.starts), times: part.reference.times)
      girsanov = drift.girsanov(part.changes, reference: part.reference)
    }

    func gradients(_ weights: [Float]) -> Gradients<Float> {
      let weights = tape.constant(Tensor([weights.count], weights))
      return tape.gradients(of: (girsanov * weights).sum())
    }
  }
}

extension Variable<Float> {
  /// G of each path, [N], for the drift self before clipping (N T x D) and the changes of the states
  /// (N T x D). Entries that are clipped have no gradient.
  func girsanov(_ changes: Tensor<Float>, reference: BrownianReference) -> Variable<Float> {
    let drift = value
    let size = reference.steps * drift.columns
    let paths = drift.count / max(1, size)
    let (step, inverse) = (Float(reference.timeStep), Float(1 / reference.variance))
    let clip = DiffusionPolicy.clip
    var sums = Tensor<Float>.zeros([paths])
    let (mu, ds) = (drift.pointer, changes.pointer)
    for path in 0..<paths {
      var sum = 0.0
      for i in path * size..<(path + 1) * size {
        let m = max(-clip, min(clip, mu[i]))
        sum += Double(m * (ds[i] - 0.5 * step * m))
      }
      sums[path] = Float(sum) * inverse
    }
    return tape.record([self], sums) { g in
      var gradient = Tensor<Float>(uninitialized: drift.shape)
      let to = gradient.mutablePointer
      let (mu, ds) = (drift.pointer, changes.pointer)
      for path in 0..<paths {
        let weight = g[path] * inverse
        for i in path * size..<(path + 1) * size {
          to[i] = abs(mu[i]) > clip ? 0 : weight * (ds[i] - step * mu[i])
        }
      }
      return [gradient]
    }
  }
}
