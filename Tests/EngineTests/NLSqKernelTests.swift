import Core
import Engine
import Foundation
import Testing

/// The non-linear squared transform: y -> x with five parameters per entry.
@Suite struct NLSqKernelTests {
  /// Parameters of one entry in the kernel's order.
  typealias Parameters = (a: Double, p1: Double, p2: Double, p3: Double, f: Double)

  /// x and log|dx/dy| by the formula as published.
  static func formula(_ p: Parameters, _ y: Double) -> (x: Double, logDet: Double) {
    let b = exp(0.4 * p.p1)
    let d = exp(0.4 * p.p3)
    let c = tanh(0.3 * p.p2) * exp(log(8 * 3.0.squareRoot() / 9 - 0.05) + 0.4 * p.p1 - 0.4 * p.p3)
    let u = d * y + p.f
    let slope = b - 2 * c * d * u / ((1 + u * u) * (1 + u * u))
    return (p.a + b * y + c / (1 + u * u), log(slope))
  }

  /// Many entries as the kernel wants them: planes of features x n.
  struct Entries<Scalar: TensorScalar> {
    let features: Int
    let n: Int
    var parameters: [Scalar]
    var y: [Scalar]

    init(features: Int, n: Int, _ entry: (Int) -> (Parameters, Double)) {
      self.features = features
      self.n = n
      let count = features * n
      parameters = [Scalar](repeating: 0, count: 5 * count)
      y = []
      for i in 0..<count {
        let (p, value) = entry(i)
        for (plane, part) in [p.a, p.p1, p.p2, p.p3, p.f].enumerated() {
          parameters[plane * count + i] = Scalar(part)
        }
        y.append(Scalar(value))
      }
    }

    /// The parameters as the kernel sees them, rounded.
    func parameters(_ i: Int) -> Parameters {
      let count = features * n
      func part(_ plane: Int) -> Double { Double(parameters[plane * count + i]) }
      return (part(0), part(1), part(2), part(3), part(4))
    }

    func forward() -> (x: [Scalar], logDet: [Scalar]) {
      var x = [Scalar](repeating: 0, count: y.count)
      var logDet = [Scalar](repeating: 0, count: n)
      Scalar.kernels.nlsq(features, n, parameters, y, &x, &logDet)
      return (x, logDet)
    }

    func inverse(_ x: [Scalar]) -> (y: [Scalar], logDet: [Scalar]) {
      var y = [Scalar](repeating: 0, count: x.count)
      var logDet = [Scalar](repeating: 0, count: n)
      Scalar.kernels.nlsqInverse(features, n, parameters, x, &y, &logDet)
      return (y, logDet)
    }
  }

  static func random<Scalar: TensorScalar>(
    _ features: Int, _ n: Int, p: Double, y: Double, seed: UInt64, _: Scalar.Type = Scalar.self
  ) -> Entries<Scalar> {
    var random = RandomStream(seed: seed)
    return Entries(features: features, n: n) { _ in
      func part() -> Double { random.uniform(-p, p) }
      return ((part(), part(), part(), part(), part()), random.uniform(-y, y))
    }
  }

  @Test func forwardFollowsTheFormula() {
    func check<Scalar: TensorScalar>(_: Scalar.Type, _ tolerance: Double) {
      for (features, n) in [(1, 1), (3, 7), (2, 16), (5, 33)] {
        let entries: Entries<Scalar> = Self.random(features, n, p: 6, y: 20, seed: 1)
        let got = entries.forward()
        var logDet = [Double](repeating: 0, count: n)
        for i in 0..<features * n {
          let want = Self.formula(entries.parameters(i), Double(entries.y[i]))
          #expect(abs(Double(got.x[i]) - want.x) <= tolerance * max(1, abs(want.x)))
          logDet[i % n] += want.logDet
        }
        for (a, b) in zip(got.logDet, logDet) {
          #expect(abs(Double(a) - b) <= 30 * tolerance * max(1, abs(b)))
        }
      }
    }
    check(Double.self, 1e-13)
    check(Float.self, 2e-6)
  }

  @Test func aLogDeterminantIsAddedToWhatIsThere() {
    let entries: Entries<Double> = Self.random(2, 5, p: 2, y: 2, seed: 2)
    let fresh = entries.forward()
    var (x, logDet) = ([Double](repeating: 0, count: 10), [Double](repeating: 7, count: 5))
    Double.kernels.nlsq(2, 5, entries.parameters, entries.y, &x, &logDet)
    for (a, b) in zip(logDet, fresh.logDet) { #expect(abs(a - b - 7) < 1e-14) }
  }

  @Test func gradientAgreesWithCentralDifferences() {
    let (features, n) = (3, 17)
    let count = features * n
    let entries: Entries<Double> = Self.random(features, n, p: 3, y: 4, seed: 3)
    var random = RandomStream(seed: 4)
    let (dx, dLogDet) = (random.normals(count), random.normals(n))
    var (dy, dp) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: 5 * count))
    Double.kernels.nlsqGradient(features, n, entries.parameters, entries.y, dx, dLogDet, &dy, &dp)
    func loss(_ entries: Entries<Double>) -> Double {
      let (x, logDet) = entries.forward()
      return zip(x, dx).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(logDet, dLogDet).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let h = 1e-3
    func slope(_ change: (inout Entries<Double>, Double) -> Void) -> Double {
      func moved(_ by: Double) -> Double {
        var other = entries
        change(&other, by)
        return loss(other)
      }
      return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
    }
    for i in 0..<count {
      let want = slope { $0.y[i] += $1 }
      #expect(abs(dy[i] - want) <= 1e-6 * max(1, abs(want)))
    }
    for i in 0..<5 * count {
      let want = slope { $0.parameters[i] += $1 }
      #expect(abs(dp[i] - want) <= 1e-6 * max(1, abs(want)), "plane \(i / count)")
    }
  }

  @Test func singlePrecisionGradientsAgreeWithDouble() {
    let (features, n) = (4, 50)
    let count = features * n
    let single: Entries<Float> = Self.random(features, n, p: 3, y: 4, seed: 5)
    var random = RandomStream(seed: 6)
    let (dx, dLogDet) = (random.normals(count).map(Float.init), random.normals(n).map(Float.init))
    var (dy, dp) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: 5 * count))
    Float.kernels.nlsqGradient(features, n, single.parameters, single.y, dx, dLogDet, &dy, &dp)
    var dy64 = [Double](repeating: 0, count: count)
    var dp64 = [Double](repeating: 0, count: 5 * count)
    Double.kernels.nlsqGradient(
      features, n, single.parameters.map(Double.init), single.y.map(Double.init),
      dx.map(Double.init), dLogDet.map(Double.init), &dy64, &dp64)
    for (a, b) in zip(dy + dp, dy64 + dp64) {
      #expect(abs(Double(a) - b) <= 2e-4 * max(1, abs(b)))
    }
  }

  @Test func gradientsStayFiniteFarOut() {
    for far in [1e8, 1e15, 1e20, 1e30] as [Float] {
      let entries = Entries<Float>(features: 1, n: 34) { i in
        ((0.1, 1, i % 2 == 0 ? 3 : -3, 2, 0.5), Double(i % 3 == 0 ? far : -far))
      }
      let (x, logDet) = entries.forward()
      #expect((x + logDet).allSatisfy { $0.isFinite })
      let ones = [Float](repeating: 1, count: 34)
      var (dy, dp) = (ones, [Float](repeating: 0, count: 5 * 34))
      Float.kernels.nlsqGradient(1, 34, entries.parameters, entries.y, ones, ones, &dy, &dp)
      #expect((dy + dp).allSatisfy { $0.isFinite }, "\(far)")
    }
  }

  @Test func inverseUndoesForward() {
    func check<Scalar: TensorScalar>(_: Scalar.Type, _ tolerance: Double, _ logTolerance: Double) {
      // One million entries; |p| <= 6 spans slopes from 0.003 to 20.
      let (features, n) = (8, 125_000)
      let entries: Entries<Scalar> = Self.random(features, n, p: 6, y: 20, seed: 7)
      let (x, logDet) = entries.forward()
      let (y, back) = entries.inverse(x)
      var worst = 0.0
      for i in 0..<features * n {
        // x is rounded, which moves the true inverse by half a unit of the terms of x over the slope.
        let p = entries.parameters(i)
        let (b, slope) = (exp(0.4 * p.p1), exp(Self.formula(p, Double(entries.y[i])).logDet))
        let terms = max(abs(Double(x[i])), abs(b * Double(entries.y[i])), abs(p.a), 1)
        let rounding = 4 * Double(Scalar(1).ulp) * terms / slope
        let error = abs(Double(y[i]) - Double(entries.y[i]))
        worst = max(worst, error / (tolerance * max(1, abs(Double(entries.y[i]))) + rounding))
      }
      #expect(worst <= 1, "\(Scalar.self): \(worst)")
      #expect((y + back).allSatisfy { $0.isFinite })
      let largest = zip(logDet, back).map { abs(Double($0 + $1)) }.max()!
      #expect(largest <= logTolerance, "\(Scalar.self): log-dets leave \(largest)")
    }
    check(Double.self, 1e-12, 1e-9)
    check(Float.self, 1e-5, 2e-2)
  }

  @Test func inverseSolvesItsEquationWhereverItIs() {
    // Whatever x: putting the solution back gives x again, in Float64, to rounding.
    var random = RandomStream(seed: 8)
    let entries = Entries<Double>(features: 1, n: 1_000_000) { i in
      func part() -> Double { random.uniform(-6, 6) }
      // Far tails, points near the steep and the flat part, and everything between.
      let size = exp2(random.uniform(-40, 27))
      let p2 = i % 5 == 0 ? part() * 1e-9 : i % 7 == 0 ? 1e3 * part() : part()
      return ((part(), part(), p2, part(), part()), i % 2 == 0 ? size : -size)
    }
    let x = entries.y
    let (y, logDet) = entries.inverse(x)
    #expect((y + logDet).allSatisfy { $0.isFinite })
    var worst = 0.0
    for i in x.indices {
      let p = entries.parameters(i)
      let (got, slope) = Self.formula(p, y[i])
      // y is rounded where it adds to f / d: that moves x by the slope times so much.
      let terms = abs(x[i]) + abs(p.a) + exp(0.4 * (p.p1 - p.p3)) * (abs(p.f) + 1)
      worst = max(worst, abs(got - x[i]) / (1e-14 * terms))
      if i < 1000 { #expect(abs(logDet[i] + slope) < 1e-9) }
    }
    #expect(worst <= 1, "\(worst)")
  }

  @Test func hardCases() {
    // q = 0 and a triple root in the cubic's closed form; no transform at all; flat and steep ends.
    let cases: [(Parameters, Double)] = [
      ((0, 0, 0, 0, 0), 0), ((0, 0, 0, 0, 0), 5), ((1, 2, 0, -3, 4), -2),
      ((0, 0, 1e-30, 0, 0), 1), ((0, 0, 1e-8, 0, 0), 1e8), ((0, 0, 1e4, 0, 0), 0.57735),
      ((0, 0, -1e4, 0, 0), -0.57735), ((0, 0, 1e4, 0, 0.57735), 0), ((0, 6, 6, -6, 0), 1e8),
      ((0, -6, -6, 6, 0), -1e8), ((5, -6, 1e4, 6, -6), 20), ((0, 0, 3, 0, 0), -1e8),
    ]
    let entries = Entries<Double>(features: 1, n: cases.count) { cases[$0] }
    let (x, logDet) = entries.forward()
    let (y, back) = entries.inverse(x)
    for (i, (p, want)) in cases.enumerated() {
      #expect(abs(y[i] - want) <= 1e-9 * max(1, abs(want)), "\(p): \(y[i]), not \(want)")
      #expect(abs(logDet[i] + back[i]) <= 1e-8, "\(p)")
    }
  }

  @Test func resultsMayTakeThePlaceOfInputs() {
    var entries: Entries<Float> = Self.random(3, 21, p: 3, y: 5, seed: 9)
    let (x, logDet) = entries.forward()
    let solved = entries.inverse(x)
    var inPlace = entries.y
    var other = [Float](repeating: 0, count: 21)
    inPlace.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      Float.kernels.nlsq(3, 21, entries.parameters, base, base, &other)
    }
    #expect(inPlace == x && other == logDet)
    inPlace.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      Float.kernels.nlsqInverse(3, 21, entries.parameters, base, base, nil)
    }
    #expect(inPlace == solved.y)
    var (dx, dLogDet) = (entries.y.map { $0 + 1 }, [Float](repeating: 0.5, count: 21))
    var (dy, dp) = (dx, entries.parameters)
    Float.kernels.nlsqGradient(3, 21, entries.parameters, entries.y, dx, dLogDet, &dy, &dp)
    entries.parameters.withUnsafeMutableBufferPointer { p in
      dx.withUnsafeMutableBufferPointer { d in
        Float.kernels.nlsqGradient(
          3, 21, p.baseAddress!, entries.y, d.baseAddress!, &dLogDet, d.baseAddress!,
          p.baseAddress!)
      }
    }
    #expect(dx == dy && entries.parameters == dp)
  }
}
