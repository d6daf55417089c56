import Engine
import Testing

@Suite struct DropoutTests {
  private static func mask<Scalar: TensorScalar>(
    _ count: Int, _ probability: Double, key: UInt64, _: Scalar.Type = Scalar.self
  ) -> [Scalar] {
    Tape<Scalar>().constant(.ones([count])).dropout(probability, key: key).value.entries
  }

  @Test func theMaskIsAFunctionOfTheKey() {
    let mask = Self.mask(1003, 0.3, key: 1, Float.self)
    #expect(mask == Self.mask(1003, 0.3, key: 1))
    #expect(mask != Self.mask(1003, 0.3, key: 2))
    #expect(mask.map { $0 == 0 } == Self.mask(1003, 0.3, key: 1, Double.self).map { $0 == 0 })
  }

  @Test(arguments: [0.1, 0.2, 0.5]) func theShareAndTheMeanAreRight(_ probability: Double) {
    let count = 200_003
    let mask = Self.mask(count, probability, key: 7, Double.self)
    let zeros = mask.filter { $0 == 0 }.count
    // Five standard deviations of a binomial.
    let deviation = (Double(count) * probability * (1 - probability)).squareRoot()
    #expect(abs(Double(zeros) - Double(count) * probability) < 5 * deviation)
    #expect(mask.allSatisfy { $0 == 0 || abs($0 - 1 / (1 - probability)) < 1e-15 })
    // Neighbours, and entries a quarter apart (which share a block), are independent.
    for lag in [1, 2, count / 4, count / 2] {
      let both = (0..<count - lag).filter { mask[$0] == 0 && mask[$0 + lag] == 0 }.count
      let expected = Double(count - lag) * probability * probability
      #expect(abs(Double(both) - expected) < 6 * expected.squareRoot(), "lag \(lag)")
    }
  }
}
