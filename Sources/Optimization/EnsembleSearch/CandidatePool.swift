import Core
import Engine

/// Points found by several chains, and what each of several judges thinks of all of them.
struct CandidatePool: Sendable {
  /// Scaled points, P x d.
  let points: Tensor<Float>
  /// The chain that each point belongs to.
  let chains: [Int]
  /// Each judge's reward of each point.
  let rewards: [[Float]]

  /// Judges every point.
  init(points: Tensor<Float>, chains: [Int], judges: [any RewardModel]) throws {
    self.points = points
    self.chains = chains
    rewards = try Parallel.map(judges.count) { try judges[$0].values(points) }
  }

  /// A point, and the judge that chose it.
  struct Pick: Sendable {
    var row: Int
    var judge: Int
  }

  /// Judges take turns, by their shares: each takes the point it likes best of those whose chain has
  /// given none.
  func picks(_ count: Int, shares: [Double]) -> [Pick] {
    let orders = Parallel.map(rewards.count) { k in
      let own = rewards[k]
      return own.indices.sorted { own[$0] != own[$1] ? own[$0] > own[$1] : $0 < $1 }
    }
    let most = min(count, Set(chains).count)
    var next = [Int](repeating: 0, count: orders.count)
    var taken = [Double](repeating: 0, count: orders.count)
    var used = Set<Int>()
    var chosen: [Pick] = []
    while chosen.count < most {
      let turn = Double(chosen.count + 1)
      var k = 0
      for other in orders.indices
      where shares[other] * turn - taken[other] > shares[k] * turn - taken[k] + 1e-9 { k = other }
      while used.contains(chains[orders[k][next[k]]]) { next[k] += 1 }
      let row = orders[k][next[k]]
      used.insert(chains[row])
      taken[k] += 1
      chosen.append(Pick(row: row, judge: k))
    }
    return chosen
  }

  /// Mean over picks of the reward by the judge that chose them.
  func meanReward(_ picks: [Pick]) -> Double {
    picks.reduce(0) { $0 + Double(rewards[$1.judge][$1.row]) } / Double(max(1, picks.count))
  }
}
