/// A batch that was stopped part way while its study went on afterwards.
///
/// A study made again must stop there too, or it would ask for other candidates than those that
/// were paid for.
public struct StoredPause: Sendable, Equatable {
  /// The number of the batch's first trial.
  public var firstTrial: Int
  /// All candidates of the batch, in order.
  public var asked: [StoredTrial.Candidate]
  /// Positions in `asked` of those that were evaluated, ascending.
  public var evaluated: [Int]

  /// A pause of these values.
  public init(firstTrial: Int, asked: [StoredTrial.Candidate], evaluated: [Int]) {
    self.firstTrial = firstTrial
    self.asked = asked
    self.evaluated = evaluated
  }
}
