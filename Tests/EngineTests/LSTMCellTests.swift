import Core
import Engine
import Foundation
import Testing

@Suite struct LSTMCellTests {
  /// One step by the definition: activations, c and h of one entry from its four pre-activations.
  private static func step(_ gates: [Double], _ before: Double) -> (
    gates: [Double], c: Double, h: Double
  ) {
    let (i, f, g, o) = (
      logistic(gates[0]), logistic(gates[1]), tanh(gates[2]), logistic(gates[3])
    )
    let c = f * before + i * g
    return ([i, f, g, o], c, o * tanh(c))
  }

  private struct Step<Scalar: TensorScalar> {
    var gates: [Scalar]
    var c: [Scalar]
    var h: [Scalar]

    init(_ batch: Int, _ hidden: Int, _ gates: [Scalar], _ before: [Scalar]) {
      self.gates = gates
      c = [Scalar](repeating: 0, count: batch * hidden)
      h = c
      Scalar.kernels.lstmCell(batch, hidden, &self.gates, before, &c, &h)
    }
  }

  @Test(arguments: [(1, 1), (3, 5), (2, 16), (4, 67)])
  func forwardFollowsTheDefinition(_ batch: Int, _ hidden: Int) {
    func check<Scalar: TensorScalar>(_: Scalar.Type, _ tolerance: Double) {
      var random = RandomStream(seed: 1)
      let gates = random.normals(batch * 4 * hidden).map { Scalar(3 * $0) }
      let before = random.normals(batch * hidden).map { Scalar($0) }
      let got = Step(batch, hidden, gates, before)
      for b in 0..<batch {
        for k in 0..<hidden {
          let at = (0..<4).map { (b * 4 + $0) * hidden + k }
          let want = Self.step(at.map { Double(gates[$0]) }, Double(before[b * hidden + k]))
          for (place, gate) in zip(at, want.gates) {
            #expect(abs(Double(got.gates[place]) - gate) <= tolerance)
          }
          #expect(abs(Double(got.c[b * hidden + k]) - want.c) <= 4 * tolerance)
          #expect(abs(Double(got.h[b * hidden + k]) - want.h) <= 4 * tolerance)
        }
      }
    }
    check(Double.self, 1e-15)
    check(Float.self, 3e-7)
  }

  @Test func theCellMayTakeThePlaceOfTheOneBefore() {
    var random = RandomStream(seed: 2)
    let gates = random.normals(4 * 3 * 9).map(Float.init)
    let before = random.normals(3 * 9).map(Float.init)
    let want = Step(3, 9, gates, before)
    var (same, c, h) = (gates, before, before)
    c.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      Float.kernels.lstmCell(3, 9, &same, base, base, &h)
    }
    #expect(c == want.c && h == want.h && same == want.gates)
  }

  @Test(arguments: [(1, 1), (3, 5), (2, 19)])
  func gradientAgreesWithCentralDifferences(_ batch: Int, _ hidden: Int) {
    var random = RandomStream(seed: 3)
    let gates = random.normals(batch * 4 * hidden)
    let before = random.normals(batch * hidden)
    let (dh, dc) = (random.normals(batch * hidden), random.normals(batch * hidden))
    func loss(_ gates: [Double], _ before: [Double]) -> Double {
      let step = Step(batch, hidden, gates, before)
      return zip(step.h, dh).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(step.c, dc).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func slope(_ moved: (Double) -> Double) -> Double {
      let h = 1e-3
      return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
    }
    let step = Step(batch, hidden, gates, before)
    var dBefore = dc
    var dGates = step.gates
    // In place, as the time loop runs it.
    dGates.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      Double.kernels.lstmCellGradient(batch, hidden, base, before, step.c, dh, &dBefore, base)
    }
    for i in gates.indices {
      let want = slope { by in
        var moved = gates
        moved[i] += by
        return loss(moved, before)
      }
      #expect(abs(dGates[i] - want) <= 1e-9)
    }
    for i in before.indices {
      let want = slope { by in
        var moved = before
        moved[i] += by
        return loss(gates, moved)
      }
      #expect(abs(dBefore[i] - want) <= 1e-9)
    }
    var single = [Float](repeating: 0, count: gates.count)
    var dBefore32 = dc.map(Float.init)
    Float.kernels.lstmCellGradient(
      batch, hidden, step.gates.map(Float.init), before.map(Float.init), step.c.map(Float.init),
      dh.map(Float.init), &dBefore32, &single)
    for (a, b) in zip(single + dBefore32, dGates + dBefore) { #expect(abs(Double(a) - b) <= 3e-6) }
  }
}
