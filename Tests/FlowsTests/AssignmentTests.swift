import Core
import Engine
import Flows
import Neural
import Testing

struct AssignmentTests {
  private func cost(_ n: Int, _ costs: [Float], _ columns: [Int]) -> Double {
    (0..<n).reduce(0) { $0 + Double(costs[$1 * n + columns[$1]]) }
  }

  private func columns(_ n: Int, _ costs: [Float]) -> [Int] {
    costs.withUnsafeBufferPointer { Assignment.columns(n, costs: $0.baseAddress!) }
  }

  private func bestByTrying(_ n: Int, _ costs: [Float]) -> Double {
    func best(_ row: Int, _ taken: Set<Int>) -> Double {
      if row == n { return 0 }
      return (0..<n).filter { !taken.contains($0) }.map {
        Double(costs[row * n + $0]) + best(row + 1, taken.union([$0]))
      }.min()!
    }
    return best(0, [])
  }

  /// Whole numbers make ties, also negative ones.
  @Test(arguments: 1...6) func costsAreTheLeast(_ n: Int) {
    var random = RandomStream(seed: UInt64(n))
    for trial in 0..<40 {
      let costs = (0..<n * n).map { _ in
        trial % 2 == 0 ? Float(random.normal()) : Float(random.integer(below: 4)) - 1
      }
      let found = columns(n, costs)
      #expect(Set(found) == Set(0..<n))
      #expect(abs(cost(n, costs, found) - bestByTrying(n, costs)) < 1e-5)
    }
  }

  /// On a line, the best plan for squared distances pairs points in their order.
  @Test func sortedPointsOnALine() {
    var random = RandomStream(seed: 9)
    let n = 128
    let (a, b) = (random.normals(n), random.normals(n))
    let costs = (0..<n * n).map { Float((a[$0 / n] - b[$0 % n]) * (a[$0 / n] - b[$0 % n])) }
    let inOrder = zip(a.sorted(), b.sorted()).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect(abs(cost(n, costs, columns(n, costs)) - inOrder) < 1e-4 * inOrder)
  }
}
