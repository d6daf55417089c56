import Core
import Engine
import Samplers
import Testing

struct ReplayBufferTests {
  @Test func drawsByRank() throws {
    var buffer = ReplayBuffer(dimension: 1)
    buffer.add(Tensor([4, 1], [0, 1, 2, 3]), rewards: [5, 8, -1, 7])
    var random = RandomStream(seed: 1)
    let (points, rewards) = try buffer.draw(20_000, using: &random)
    // Ranks 0, 1, 2, 3 are points 1, 3, 0, 2.
    let weights = [0: 1 / 2.04, 1: 1 / 0.04, 2: 1 / 3.04, 3: 1 / 1.04]
    let total = weights.values.reduce(0, +)
    for (point, weight) in weights {
      let share = points.entries.filter { $0 == Float(point) }.count
      let expected = weight / total
      #expect(
        abs(Double(share) / 20_000 - expected)
          < 4 * (expected * (1 - expected) / 20_000).squareRoot())
    }
    #expect(zip(points.entries, rewards).allSatisfy { $1 == [5, 8, -1, 7][Int($0)] })
  }

  /// With k = 1 the weights of ranks 0 and 1 of two points are 1 / 2 and 1 / 3.
  @Test func ranksCountAsMuchAsTheyAreToldTo() throws {
    var buffer = ReplayBuffer(dimension: 1, rankShare: 1)
    buffer.add(Tensor([2, 1], [0, 1]), rewards: [5, 8])
    var random = RandomStream(seed: 1)
    let share = try buffer.draw(20_000, using: &random).points.entries.count { $0 == 1 }
    #expect(abs(Double(share) / 20_000 - 0.6) < 4 * (0.24 / 20_000).squareRoot())
  }

  @Test func theOldestMakeRoom() throws {
    var buffer = ReplayBuffer(dimension: 2, capacity: 3)
    buffer.add(Tensor([4, 2], [0, 0, 1, 1, 2, 2, 3, 3]), rewards: [0, 1, 2, 3])
    #expect(buffer.count == 3)
    #expect(Set(buffer.rewards) == [1, 2, 3])
    try buffer.rescore { x in (0..<x.rows).map { Double(x[$0, 1]) * 10 } }
    #expect(Set(buffer.rewards) == [10, 20, 30])
    buffer.removeAll()
    var random = RandomStream(seed: 1)
    #expect(throws: Failure.self) { try buffer.draw(1, using: &random) }
  }
}
