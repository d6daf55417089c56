import CKernels
import Core
import Engine

/// Count vectors turned around, for matrices of Tanimoto similarities with them: for each feature, who
/// has it.
///
/// Most features are rare, and most pairs of sequences share few of them: a row that goes through those
/// who have its features touches far fewer counts than one that asks everybody. The few features that
/// many have are spread out over all columns instead, for vector code.
package struct CountIndex: Sendable {
  /// Number of vectors: the columns of similarities.
  package let count: Int
  /// Numbers of the features that occur.
  private var numbers: [UInt64: Int32] = [:]
  private let totals: [Int32]
  /// Feature f is with columns[starts[f]..<starts[f + 1]].
  private var starts: [Int] = [0]
  private var columns: [Int32]
  private var counts: [Int32]
  /// Where the counts of a frequent feature start in `spread`; -1 for the others.
  private var places: [Int]
  private var spread: [Int32] = []

  /// Columns of which one has a feature that still goes by vector code: a vector of 16 counts costs
  /// about as much as two that are scattered.
  private static let frequent = 8
  /// Rows that one piece of parallel work takes.
  private static let rowsPerPiece = 32

  /// An index of these vectors.
  package init(_ vectors: [CountVector]) {
    count = vectors.count
    totals = vectors.map { Int32(clamping: $0.total) }
    var features: [Int32] = []
    var sizes: [Int] = []
    for vector in vectors {
      for identifier in vector.identifiers {
        let next = Int32(sizes.count)
        let number = numbers[identifier, default: next]
        if number == next {
          numbers[identifier] = next
          sizes.append(0)
        }
        sizes[Int(number)] += 1
        features.append(number)
      }
    }
    for size in sizes { starts.append(starts[starts.count - 1] + size) }
    columns = [Int32](repeating: 0, count: features.count)
    counts = columns
    var next = starts
    var k = 0
    for (column, vector) in vectors.enumerated() {
      for own in vector.counts {
        let feature = Int(features[k])
        columns[next[feature]] = Int32(column)
        counts[next[feature]] = Int32(clamping: own)
        next[feature] += 1
        k += 1
      }
    }
    places = [Int](repeating: -1, count: sizes.count)
    for f in sizes.indices where Self.frequent * sizes[f] > count {
      places[f] = spread.count
      spread.append(contentsOf: repeatElement(0, count: count))
      for k in starts[f]..<starts[f + 1] { spread[places[f] + Int(columns[k])] = counts[k] }
    }
  }

  /// Similarities of some vectors with those of the index, |vectors| x count, on all cores.
  package func similarities(of vectors: [CountVector]) -> Tensor<Double> {
    rows(vectors) { _ in count }
  }

  /// Similarities of the index' vectors with each other: the lower triangle, diagonal included.
  /// - Parameter vectors: those that the index was made of.
  package func lowerSimilarities(of vectors: [CountVector]) -> Tensor<Double> {
    precondition(vectors.count == count, "an index has as many vectors as it was made of")
    return rows(vectors) { $0 + 1 }
  }

  /// Some vectors against the first columns, whose number `width` gives for each.
  private func rows(_ vectors: [CountVector], _ width: @Sendable (Int) -> Int) -> Tensor<Double> {
    var result = Tensor<Double>(uninitialized: [vectors.count, count])
    let to = MatrixView(&result)
    // Where rows grow longer, the long ones go first, so that the last pieces to end are short.
    let pieces = Array(Parallel.ranges(vectors.count, by: Self.rowsPerPiece).reversed())
    Parallel.forEach(pieces.count) { p in
      var shared = [Int32](repeating: 0, count: max(1, count))
      shared.withUnsafeMutableBufferPointer { shared in
        guard let shared = shared.baseAddress else { return }
        for r in pieces[p] {
          shared.update(repeating: 0, count: max(1, count))
          fill(to.row(r), vectors[r], width(r), shared)
        }
      }
    }
    return result
  }

  /// One vector against the first columns. Entries of `shared` beyond them may change too.
  private func fill(
    _ target: UnsafeMutablePointer<Double>, _ vector: CountVector, _ width: Int,
    _ shared: UnsafeMutablePointer<Int32>
  ) {
    for (identifier, own) in zip(vector.identifiers, vector.counts) {
      // What no column has counts in the vector's total alone.
      guard let number = numbers[identifier] else { continue }
      addMinima(of: Int(number), own: Int32(clamping: own), to: shared, width)
    }
    totals.withUnsafeBufferPointer {
      guard let totals = $0.baseAddress else { return }
      lbo_min_over_max_f64(width, Int32(clamping: vector.total), totals, shared, target)
    }
  }

  /// Adds what the first `width` columns share of a feature with a row that has it `own` times.
  private func addMinima(
    of feature: Int, own: Int32, to shared: UnsafeMutablePointer<Int32>, _ width: Int
  ) {
    if places[feature] >= 0 {
      spread.withUnsafeBufferPointer {
        guard let base = $0.baseAddress else { return }
        lbo_add_minima_i32(width, own, base + places[feature], shared)
      }
      return
    }
    let range = starts[feature]..<starts[feature + 1]
    columns.withUnsafeBufferPointer { columns in
      counts.withUnsafeBufferPointer { counts in
        guard let columns = columns.baseAddress, let counts = counts.baseAddress else { return }
        lbo_add_minima_at_i32(
          range.count, own, columns + range.lowerBound, counts + range.lowerBound, shared)
      }
    }
  }
}
