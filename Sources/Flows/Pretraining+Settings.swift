import Core
import Foundation

extension Pretraining {
  /// How Adam's rate goes over a run.
  public enum Schedule: String, Sendable, Codable, CaseIterable {
    /// The same rate at every step, as published.
    case constant
    /// Falls as half a cosine to a hundredth of itself at the last step (Loshchilov and Hutter 2017,
    /// without restarts).
    case cosine
  }

  /// How a run is done. Runs of equal settings, data and seed give the same flow.
  public struct Settings: Sendable, Equatable, Codable {
    /// Epochs of the run.
    public var epochs = 10
    /// Sequences of a step (the authors' 128).
    public var batchSize = 128
    /// Adam's rate, or the largest one of a schedule (the authors' 1e-3).
    public var rate = 1e-3
    /// How the rate goes.
    public var schedule = Schedule.constant
    /// Steps over which the rate rises evenly from nothing; nil is 0 for a constant rate, and for
    /// `cosine` a fiftieth of all steps, at most 1,000.
    public var warmup: Int?
    /// Epochs without a better held-out likelihood after which the run ends and the best epoch's
    /// flow is kept; nil goes on to the last epoch and keeps the last flow.
    public var patience: Int?
    /// Batches of nearly equal lengths, three quarters without their padding (`TrainingWindow`).
    public var buckets = false
    /// Whether embeddings about to collapse end the run; else each epoch warns.
    public var stopsAtCollapse = true
    /// Sequences drawn after each epoch to see how many are valid, unique and new.
    public var drawn = 100

    /// The published settings: constant rate, no early stop, all positions in every batch.
    public init() {}

    /// Adam's rate at a step counted from 0, in a run of `total` steps.
    func rate(at step: Int, of total: Int) -> Double {
      let rising = warmup ?? (schedule == .constant ? 0 : min(1000, total / 50))
      if step < rising { return rate * Double(step + 1) / Double(rising) }
      switch schedule {
      case .constant: return rate
      case .cosine:
        let share = min(1, Double(step - rising) / Double(max(1, total - rising)))
        return rate * (0.01 + 0.99 * 0.5 * (1 + cos(Double.pi * share)))
      }
    }
  }
}
