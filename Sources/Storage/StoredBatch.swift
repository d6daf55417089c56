/// A batch that a study asked for.
///
/// The study made again asks for the same, whatever its method would choose now.
public struct StoredBatch: Sendable, Equatable {
  /// The number of the batch's first trial.
  public var firstTrial: Int
  /// All candidates, in order.
  public var asked: [StoredTrial.Candidate]
  /// Whether the method was asked for no more than these, and might have given more.
  public var isCut: Bool

  /// A batch of these values.
  public init(firstTrial: Int, asked: [StoredTrial.Candidate], isCut: Bool) {
    self.firstTrial = firstTrial
    self.asked = asked
    self.isCut = isCut
  }
}
