import Core
import Engine

/// Points found by several chains, and what each of several judges thinks of all of them.
package struct CandidatePool: Sendable {
  /// Scaled points, P x d.
  package let points: Tensor<Float>
  /// The chain that each point belongs to.
  package let chains: [Int]
  /// Each judge's reward of each point.
  package let rewards: [[Float]]

  /// Judges every point.
  package init(points: Tensor<Float>, chains: [Int], judges: [any RewardModel]) throws {
    self.points = points
    self.chains = chains
    rewards = try Parallel.map(judges.count) { try judges[$0].values(points) }
  }

  /// A point, and the judge that chose it.
  package struct Pick: Sendable {
    package var row: Int
    package var judge: Int
  }

  /// Judges take turns, by their shares: each takes the point it likes best of those whose chain has
  /// given none. There are fewer picks than `count` where chains or admitted points run out.
  /// - Parameter admit: whether a row may be picked; asked once for each row that is picked or passed
  ///   over, in the order of picking.
  package func picks(
    _ count: Int, shares: [Double], admit: (_ row: Int) throws -> Bool = { _ in true }
  ) rethrows -> [Pick] {
    let orders = Parallel.map(rewards.count) { k in
      let own = rewards[k]
      return own.indices.sorted { own[$0] != own[$1] ? own[$0] > own[$1] : $0 < $1 }
    }
    let most = min(count, Set(chains).count)
    var next = [Int](repeating: 0, count: orders.count)
    var taken = [Double](repeating: 0, count: orders.count)
    var used = Set<Int>()
    var refused = Set<Int>()
    var chosen: [Pick] = []
    while chosen.count < most {
      let turn = Double(chosen.count + 1)
      var k = 0
      for other in orders.indices
      where shares[other] * turn - taken[other] > shares[k] * turn - taken[k] + 1e-9 { k = other }
      var found: Int?
      while found == nil, next[k] < orders[k].count {
        let row = orders[k][next[k]]
        next[k] += 1
        if used.contains(chains[row]) || refused.contains(row) { continue }
        if try admit(row) { found = row } else { refused.insert(row) }
      }
      // Every judge sees the same rows, so there is nothing left for the others either.
      guard let row = found else { break }
      used.insert(chains[row])
      taken[k] += 1
      chosen.append(Pick(row: row, judge: k))
    }
    return chosen
  }

  /// Mean over picks of the reward by the judge that chose them.
  package func meanReward(_ picks: [Pick]) -> Double {
    picks.reduce(0) { $0 + Double(rewards[$1.judge][$1.row]) } / Double(max(1, picks.count))
  }
}
