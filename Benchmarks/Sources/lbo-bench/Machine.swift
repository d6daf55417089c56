import Core
import Engine

/// The machine's own rate, measured in the same run: what other rates are shares of.
enum Machine {
  /// Float32 product rate in GFLOP/s with one single-threaded product per core.
  static func sgemmRate(workers: Int) -> Double {
    let n = 768
    let repeats = 8
    let seconds = fastest {
      Parallel.forEach(workers) { w in
        let a = Tensor<Float>([n, n], repeating: 1 + Float(w))
        for _ in 0..<repeats { _ = a.matmul(a) }
      }
    }
    return Double(workers * repeats) * 2 * Double(n * n * n) / seconds / 1e9
  }
}
