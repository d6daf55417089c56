import Core
import Foundation
import Samplers
import Testing

@Suite(.serialized) struct SobolSequenceTests {
  private func points(
    _ range: Range<Int>, _ coordinates: [Int], seed: UInt64? = nil
  ) throws -> [[Float]] {
    let sequence = try SobolSequence(
      coordinates: coordinates, scrambledBy: seed.map { RandomStream(seed: $0) })
    let values = try sequence.points(range)
    return stride(from: 0, to: values.count, by: coordinates.count).map {
      Array(values[$0..<($0 + coordinates.count)])
    }
  }

  /// Joe and Kuo's first points in Gray code order.
  @Test func firstPlainPoints() throws {
    let expected: [[Float]] = [
      [0, 0, 0, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.5], [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25], [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875], [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ]
    #expect(try points(0..<8, [0, 1, 2, 3, 4]) == expected)
    #expect(try points(3..<6, [0, 1, 2, 3, 4]) == Array(expected[3..<6]))
  }

  /// Values of SciPy 1.17, `qmc.Sobol(21201, scramble=False, bits=32)`, which has the same table.
  @Test func plainPointsOfHighDimensions() throws {
    let coordinates = [0, 1, 2, 3, 4, 9, 99, 999, 11519, 13424, 21199, 21200]
    let expected: [Int: [Float]] = [
      5: [0.875, 0.875, 0.125, 0.375, 0.875, 0.125, 0.375, 0.625, 0.875, 0.125, 0.375, 0.125],
      777: [
        0.6923828125, 0.9365234375, 0.1630859375, 0.2744140625, 0.6357421875, 0.3232421875,
        0.5107421875, 0.3837890625, 0.3583984375, 0.8564453125, 0.9111328125, 0.0087890625,
      ],
      1000: [
        0.2197265625, 0.0966796875, 0.5185546875, 0.6767578125, 0.2802734375, 0.0693359375,
        0.1865234375, 0.2001953125, 0.1357421875, 0.3369140625, 0.9462890625, 0.0830078125,
      ],
    ]
    for (index, values) in expected {
      #expect(try points(index..<(index + 1), coordinates) == [values], "point \(index)")
    }
  }

  /// Every box of 2^-a x 2^-b holds its share of the points of these pairs, which are (0, m, 2)-nets.
  @Test(arguments: [nil, 1, 2, 3] as [UInt64?])
  func elementaryIntervalsHoldTheirShare(seed: UInt64?) throws {
    let power = 10
    let net = try points(0..<(1 << power), [0, 1], seed: seed)
    for a in 0...power {
      let b = power - a
      var counts = [Int](repeating: 0, count: 1 << power)
      for point in net {
        let x = Int(point[0] * Float(1 << a))
        let y = Int(point[1] * Float(1 << b))
        counts[x << b | y] += 1
      }
      #expect(counts.allSatisfy { $0 == 1 }, "boxes of 2^-\(a) x 2^-\(b)")
    }
  }

  @Test func everyCoordinateIsStratified() throws {
    let coordinates = [0, 7, 300, 5000, 11_519, 21_200, 21_201, 30_000, 50_000]
    // Not the first block of points: any aligned block is a net.
    let net = try points(512..<768, coordinates, seed: 4)
    for d in coordinates.indices {
      let cells = Set(net.map { Int($0[d] * 256) })
      #expect(cells.count == 256, "coordinate \(coordinates[d])")
    }
  }

  @Test func meanAndVarianceOfScrambledPoints() throws {
    let sequence = try SobolSequence(dimensions: 600, scrambledBy: RandomStream(seed: 9))
    let values = try sequence.points(0..<1024).map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(abs(mean - 0.5) < 1e-3 && abs(variance - 1.0 / 12) < 1e-3)
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    // Over seeds, a single point is uniform.
    let firsts = try (0..<2000).map { try points(5..<6, [40], seed: UInt64($0))[0][0] }
    #expect(abs(firsts.reduce(0, +) / 2000 - 0.5) < 0.03)
    #expect((0..<10).allSatisfy { k in firsts.count { Int($0 * 10) == k } > 130 })
  }

  @Test func coordinatesAndRangesAgreeWithTheWhole() throws {
    let random = RandomStream(seed: 11)
    let whole = try SobolSequence(dimensions: 700, scrambledBy: random).points(0..<1000)
    let some = [3, 699, 4, 512, 3]
    let part = try SobolSequence(coordinates: some, scrambledBy: random).points(321..<654)
    for (row, index) in (321..<654).enumerated() {
      for (d, coordinate) in some.enumerated() {
        #expect(part[row * some.count + d] == whole[index * 700 + coordinate])
      }
    }
  }

  @Test func coresDoNotChangeABit() throws {
    let before = Parallel.workers
    defer { Parallel.workers = before }
    var results: [[Float]] = []
    for workers in [1, 2, 5] {
      Parallel.workers = workers
      let sequence = try SobolSequence(dimensions: 25_000, scrambledBy: RandomStream(seed: 3))
      results.append(try sequence.points(100..<160))
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// A mean over 1,024 points: the error of random points is 1 / 32 of the standard deviation.
  @Test(arguments: [0, 21_198]) func integralsAreNearerThanByRandomPoints(first: Int) throws {
    let dimensions = 6  // from 21,198 on it reaches across the table's end
    func integrand(_ x: some Sequence<Float>) -> Double {
      x.reduce(1) { $0 * (1 + 0.5 * (Double($1) - 0.5)) }
    }
    var sobol = 0.0
    var plain = 0.0
    for seed in 0..<20 {
      let net = try points(
        0..<1024, Array(first..<(first + dimensions)), seed: UInt64(seed))
      sobol += pow(net.map { integrand($0) }.reduce(0, +) / 1024 - 1, 2)
      var random = RandomStream(seed: UInt64(seed))
      let mean =
        (0..<1024).map { _ in
          integrand((0..<dimensions).map { _ in Float(random.uniform()) })
        }.reduce(0, +) / 1024
      plain += pow(mean - 1, 2)
    }
    #expect(sobol * 25 < plain, "squared errors \(sobol) and \(plain)")
  }

  @Test func badArguments() throws {
    #expect(throws: Failure.self) { try SobolSequence(dimensions: 0, scrambledBy: nil) }
    #expect(throws: Failure.self) { try SobolSequence(coordinates: [], scrambledBy: nil) }
    #expect(throws: Failure.self) { try SobolSequence(coordinates: [1, -1], scrambledBy: nil) }
    let sequence = try SobolSequence(dimensions: 2, scrambledBy: nil)
    #expect(throws: Failure.self) { try sequence.points(0..<(SobolSequence.limit + 1)) }
    #expect(try sequence.points((SobolSequence.limit - 1)..<SobolSequence.limit).count == 2)
    #expect(try sequence.points(7..<7) == [])
  }
}
