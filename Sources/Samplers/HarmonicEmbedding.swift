import Core
import Engine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A time as sin and cos(pe_k t + phase_k), with pe evenly from 0.1 to 100 and learned phases.
enum HarmonicEmbedding {
  /// pe, the frequencies (Zhang and Chen's, as the published program has them).
  static func frequencies(_ count: Int) -> [Float] {
    guard count > 1 else { return Array(repeating: 0.1, count: count) }
    return (0..<count).map { Float(0.1 + (100 - 0.1) * Double($0) / Double(count - 1)) }
  }

  /// For each time, `harmonics` sines and then as many cosines: T x 2 harmonics.
  static func values(_ times: [Float], phase: Tensor<Float>) -> Tensor<Float> {
    let count = phase.count
    let frequencies = frequencies(count)
    var result = Tensor<Float>(uninitialized: [times.count, 2 * count])
    for (row, time) in times.enumerated() {
      for k in 0..<count {
        let angle = time * frequencies[k] + phase[k]
        result[row, k] = sin(angle)
        result[row, count + k] = cos(angle)
      }
    }
    return result
  }

  /// The same on a tape, with the gradient of the phases.
  static func record(_ times: [Float], phase: Variable<Float>) -> Variable<Float> {
    let y = values(times, phase: phase.value)
    let shape = phase.shape
    return phase.tape.record([phase], y) { g in
      let count = shape.count
      var dphase = Tensor<Float>.zeros(shape)
      for row in 0..<times.count {
        for k in 0..<count {
          dphase[k] += g[row, k] * y[row, count + k] - g[row, count + k] * y[row, k]
        }
      }
      return [dphase]
    }
  }
}

extension Variable {
  /// self (N T x C) with `block` (T x C) added to each of its N blocks of T consecutive rows.
  func addingBlock(_ block: Variable, times count: Int) -> Variable {
    var y = value
    let size = block.value.count
    precondition(y.count == size * count, "blocks of \(block.shape) in \(y.shape)")
    let rows = block.value
    Scalar.kernels.addRow(count, size, rows.pointer, y.mutablePointer)
    return tape.record([self, block], y) { g in
      var total = Tensor<Scalar>.zeros(rows.shape)
      Scalar.kernels.sumRows(count, size, g.pointer, total.mutablePointer)
      return [g, total]
    }
  }
}
