import Core

/// Rows divided at random in two parts.
public struct Split: Sendable, Equatable {
  /// The rows to train on, in random order.
  public let train: [Int]
  /// The rows held out, in random order.
  public let test: [Int]

  /// Divides 0..<count; `test` rows are held out.
  /// - Throws: `.badArgument` if either part would be empty.
  public init(count: Int, test held: Int, using random: inout RandomStream) throws(Failure) {
    guard held > 0, held < count else {
      throw Failure(
        .badArgument, "\(held) of \(count) rows cannot be held out",
        advice: "hold out at least 1 and leave at least 1")
    }
    let order = random.permutation(count)
    test = Array(order[..<held])
    train = Array(order[held...])
  }

  /// Divides 0..<count; a share between 0 and 1, rounded to whole rows, is held out.
  /// - Throws: `.badArgument` if the share is not between 0 and 1 or either part would be empty.
  public init(
    count: Int, testShare share: Double, using random: inout RandomStream
  ) throws(Failure) {
    guard share > 0, share < 1 else {
      throw Failure(
        .badArgument, "a share of \(share) cannot be held out",
        advice: "give a number between 0 and 1, such as 0.1")
    }
    try self.init(count: count, test: Int((Double(count) * share).rounded()), using: &random)
  }
}
