import Core
import Engine
import Surrogates
import Testing

struct ThompsonSamplingTests {
  @Test func eachSamplePicksItsBestThatIsLeft() throws {
    let samples = Tensor<Double>([3, 4], [1, 9, 3, 4, 0, 9, 8, 1, 5, 9, 8, 2])
    #expect(try ThompsonSampling.picks(3, from: samples) == [1, 2, 0])
  }

  @Test func samplesTakeTurns() throws {
    let samples = Tensor<Double>([1, 3], [1, 3, 2])
    #expect(try ThompsonSampling.picks(3, from: samples) == [1, 2, 0])
  }

  @Test func noMorePicksThanCandidates() throws {
    let samples = Tensor<Double>([5, 2], repeating: 1)
    #expect(try ThompsonSampling.picks(9, from: samples) == [0, 1])
    #expect(try ThompsonSampling.picks(0, from: samples).isEmpty)
    #expect(try ThompsonSampling.picks(3, from: Tensor.zeros([4, 0])).isEmpty)
  }

  @Test func refusesNaNAndNoSamples() {
    let failure = #expect(throws: Failure.self) {
      try ThompsonSampling.picks(1, from: Tensor<Double>([1, 2], [1, .nan]))
    }
    #expect(failure?.kind == .numerical)
    #expect(throws: Failure.self) { try ThompsonSampling.picks(1, from: Tensor.zeros([0, 2])) }
    #expect(throws: Failure.self) { try ThompsonSampling.picks(-1, from: Tensor.zeros([1, 2])) }
  }
}
