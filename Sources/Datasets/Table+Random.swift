import Core

extension Table {
  /// All rows in random order.
  public func shuffled(using random: inout RandomStream) -> Table {
    rows(random.permutation(rowCount))
  }

  /// `count` distinct rows in random order.
  /// - Throws: `.badArgument` if the table has fewer.
  public func sampled(_ count: Int, using random: inout RandomStream) throws(Failure) -> Table {
    guard (0...rowCount).contains(count) else {
      throw Failure(
        .badArgument, "\(count) rows cannot be drawn from a table of \(rowCount)",
        advice: "ask for at most \(rowCount)")
    }
    return rows(random.sample(count, of: rowCount))
  }
}
