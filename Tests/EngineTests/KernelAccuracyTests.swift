import Core
import Engine
import Foundation
import Testing

/// The elementary functions against the C library's, in units of the last place of Float32 or
/// Float64, and what they do at the edges.
@Suite struct KernelAccuracyTests {
  private static func run<Scalar: TensorScalar>(
    _ kernel: Kernels<Scalar>.Map, _ x: [Scalar]
  ) -> [Scalar] {
    Tensor([x.count], x).mapped(kernel).entries
  }

  /// Evenly spread in value, and, where `exponents` are given, evenly in magnitude, both signs.
  private static func points(
    _ low: Double, _ high: Double, exponents: ClosedRange<Double>? = nil
  ) -> [Double] {
    var random = RandomStream(seed: 1)
    var points = (0..<100_001).map { _ in random.uniform(low, high) }
    if let exponents {
      for _ in 0..<100_000 {
        let size = exp2(random.uniform(exponents.lowerBound, exponents.upperBound))
        for x in [size, -size] where x >= low && x <= high { points.append(x) }
      }
    }
    return points
  }

  /// Largest error over the points in units in the last place of the true value, which is computed
  /// from the rounded argument.
  private static func error<Scalar: TensorScalar>(
    _ kernel: Kernels<Scalar>.Map, _ points: [Double], _ truth: (Double) -> Double
  ) -> Double {
    let x = points.map(Scalar.init)
    return zip(x, run(kernel, x)).reduce(0) { worst, pair in
      let want = truth(Double(pair.0))
      // The spacing of Scalars at the true value; that of the smallest normal below it.
      let ulp = max(Double(Scalar(want).ulp), Double(Scalar.leastNormalMagnitude.ulp))
      return max(worst, abs(Double(pair.1) - want) / ulp)
    }
  }

  @Test func errorsInUnitsOfTheLastPlace() {
    func check<Scalar: TensorScalar>(_: Scalar.Type, exp range: Double, smallest: Double) {
      let kernels = Scalar.kernels
      // The truth itself is rounded in Float64: half a unit there.
      let e = Self.error(
        kernels.exp, Self.points(-range, range, exponents: smallest...6), Foundation.exp)
      #expect(e <= 2, "exp \(Scalar.self): \(e)")
      let l = Self.error(
        kernels.log, Self.points(1e-3, 10, exponents: smallest...(-smallest)), Foundation.log)
      #expect(l <= 2, "log \(Scalar.self): \(l)")
      let near = Self.error(kernels.log, Self.points(0.99, 1.01), Foundation.log)
      #expect(near <= 2, "log near 1 \(Scalar.self): \(near)")
      let t = Self.error(
        kernels.tanh, Self.points(-20, 20, exponents: smallest...4), Foundation.tanh)
      #expect(t <= (Scalar.self == Float.self ? 4 : 8), "tanh \(Scalar.self): \(t)")
      let s = Self.error(
        kernels.sigmoid, Self.points(-range + 1, 40, exponents: smallest...4), logistic)
      #expect(s <= 4, "sigmoid \(Scalar.self): \(s)")
      let p = Self.error(kernels.softplus, Self.points(-range + 1, 100, exponents: smallest...6)) {
        $0 > 0 ? $0 + log1p(Foundation.exp(-$0)) : log1p(Foundation.exp($0))
      }
      #expect(p <= 4, "softplus \(Scalar.self): \(p)")
    }
    check(Float.self, exp: 87, smallest: -125)
    check(Double.self, exp: 708, smallest: -1021)
  }

  @Test func activationsAreExactWithinTheirStatedErrors() {
    let points = Self.points(-12, 12, exponents: -20...3)
    /// The largest difference, relative to arguments above 1.
    func worst<Scalar: TensorScalar>(_ x: [Double], _ got: [Scalar], _ want: [Double]) -> Double {
      zip(x, zip(got, want)).reduce(0) {
        max($0, abs(Double($1.1.0) - $1.1.1) / max(1, abs($1.0)))
      }
    }
    for activation in Activation.allCases {
      let single = Tensor([points.count], points.map(Float.init))
      let double: Tensor<Double> = single.converted()
      let want = double.entries.map { plain(activation, $0) }
      // gelu in Float32 takes Phi to an absolute 1.5e-7 (Abramowitz and Stegun 7.1.26, plus
      // rounding), so x Phi(x) to 2e-7 |x|.
      #expect(worst(double.entries, activation.applied(to: single).entries, want) <= 3e-7)
      #expect(worst(double.entries, activation.applied(to: double).entries, want) <= 1e-15)
    }
  }

  @Test func edges() {
    func check<Scalar: TensorScalar>(_: Scalar.Type) {
      let k = Scalar.kernels
      let inf = Scalar.infinity
      // exp is clamped to the finite range on both sides.
      let e = Self.run(k.exp, [-inf, inf, -1e5, 1e5, 0, -0.0])
      #expect(e[0] == e[2] && e[1] == e[3])
      #expect(e[0] > 0 && e[0] < 2 * Scalar.leastNormalMagnitude * 2)
      #expect(e[1].isFinite && e[1] > Scalar.greatestFiniteMagnitude / 4)
      #expect(e[4] == 1 && e[5] == 1)
      #expect(Self.run(k.tanh, [-inf, inf, 0, 50]) == [-1, 1, 0, 1])
      #expect(Self.run(k.tanh, [-0.0])[0].sign == .minus)
      #expect(Self.run(k.sigmoid, [inf, 0]) == [1, 0.5])
      #expect(Self.run(k.sigmoid, [-inf])[0] < Scalar.leastNormalMagnitude)
      #expect(Self.run(k.softplus, [inf, 1000]) == [inf, 1000])
      let l = Self.run(k.log, [0, -0.0, inf, 1])
      #expect(l == [-inf, -inf, inf, 0])
      #expect(Self.run(k.log, [-1, -inf]).allSatisfy { $0.isNaN })
      #expect(Self.run(k.sqrt, [-1])[0].isNaN)
      let relu = Activation.relu.applied(to: Tensor<Scalar>([3], [-inf, inf, -1]))
      #expect(relu.entries == [0, inf, 0])
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func nanStaysNaN() {
    func check<Scalar: TensorScalar>(_: Scalar.Type) {
      let k = Scalar.kernels
      // Enough entries for vector code and its remainder, with NaNs of both signs.
      let x = [Scalar](repeating: .nan, count: 19) + [-Scalar.nan, .nan]
      for (name, map) in [
        ("exp", k.exp), ("log", k.log), ("tanh", k.tanh), ("sigmoid", k.sigmoid),
        ("softplus", k.softplus), ("sqrt", k.sqrt),
      ] {
        #expect(Self.run(map, x).allSatisfy { $0.isNaN }, "\(name) \(Scalar.self)")
      }
      for activation in Activation.allCases {
        let y = activation.applied(to: Tensor([x.count], x))
        #expect(y.entries.allSatisfy { $0.isNaN }, "\(activation) \(Scalar.self)")
      }
      var rows = Tensor([3, 7], x)
      let bias = Tensor<Scalar>.zeros([3])
      k.biasRelu(3, 7, bias.pointer, rows.mutablePointer)
      #expect(rows.entries.allSatisfy { $0.isNaN })
      #expect(
        LinearAlgebra.squaredDistances(Tensor([1, 21], x), Tensor<Scalar>.zeros([2, 21]))
          .entries.allSatisfy { $0.isNaN })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func denormalsHaveTheirLogarithm() {
    for power in [-127, -130, -140, -149] {
      let x = Float(sign: .plus, exponent: power, significand: 1)
      #expect(abs(Double(Self.run(Float.kernels.log, [x])[0]) - Double(power) * log(2)) < 1e-5)
    }
    for power in [-1023, -1050, -1074] {
      let x = Double(sign: .plus, exponent: power, significand: 1)
      #expect(abs(Self.run(Double.kernels.log, [x])[0] - Double(power) * log(2)) < 1e-12)
    }
    let odd = Float(1.2345e-41 as Double)
    #expect(abs(Self.run(Float.kernels.log, [odd])[0] - Float(log(Double(odd)))) < 1e-5)
  }

  @Test func allFiniteFindsOneBadEntryAnywhere() {
    for bad in [Float.nan, .infinity, -.infinity] {
      for count in [1, 7, 8, 9, 40] {
        #expect(Tensor<Float>([count], repeating: -.greatestFiniteMagnitude).isFinite)
        for place in 0..<count {
          var x = Tensor<Float>([count], repeating: .greatestFiniteMagnitude)
          x[place] = bad
          #expect(!x.isFinite)
        }
      }
    }
  }
}
