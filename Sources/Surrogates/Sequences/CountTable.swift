import CKernels
import Core
import Engine

/// Count vectors with their features numbered, for matrices of Tanimoto similarities.
package struct CountTable: Sendable {
  /// Row r has entries starts[r]..<starts[r + 1].
  private var starts = [0]
  private var features: [Int32] = []
  private var counts: [Int32] = []
  private var totals: [Int32] = []
  private var featureCount = 0

  /// A table of these rows.
  package init(_ rows: [CountVector]) {
    var numbers: [UInt64: Int32] = [:]
    starts.reserveCapacity(rows.count + 1)
    for row in rows {
      for (identifier, count) in zip(row.identifiers, row.counts) {
        let number = numbers[identifier] ?? Int32(numbers.count)
        numbers[identifier] = number
        features.append(number)
        counts.append(Int32(clamping: count))
      }
      starts.append(features.count)
      totals.append(Int32(clamping: row.total))
    }
    featureCount = numbers.count
  }

  /// Number of rows.
  package var count: Int { totals.count }

  /// Rows that one piece of parallel work takes.
  private static let rowsPerPiece = 32

  /// Similarities of some rows with some columns, |rows| x |columns|, on all cores.
  package func similarities(_ rows: Range<Int>, _ columns: Range<Int>) -> Tensor<Double> {
    var result = Tensor<Double>(uninitialized: [rows.count, columns.count])
    let to = MatrixView(&result)
    let turned = Turned(self, columns)
    let pieces = Parallel.ranges(rows.count, by: Self.rowsPerPiece)
    Parallel.forEach(pieces.count) { p in
      fill(to[rows: pieces[p]], pieces[p].shifted(by: rows.lowerBound), turned) { _ in
        columns.count
      }
    }
    return result
  }

  /// Similarities of some rows with each other: the lower triangle, diagonal included.
  package func lowerSimilarities(_ rows: Range<Int>) -> Tensor<Double> {
    var result = Tensor<Double>(uninitialized: [rows.count, rows.count])
    let to = MatrixView(&result)
    let turned = Turned(self, rows)
    // The long rows first, so that the last pieces to end are short.
    let pieces = Array(Parallel.ranges(rows.count, by: Self.rowsPerPiece).reversed())
    Parallel.forEach(pieces.count) { p in
      fill(to[rows: pieces[p]], pieces[p].shifted(by: rows.lowerBound), turned) {
        $0 - rows.lowerBound + 1
      }
    }
    return result
  }

  /// Some rows against the first columns, whose number `width` gives for each row.
  private func fill(
    _ target: MatrixView<Double>, _ rows: Range<Int>, _ columns: Turned, _ width: (Int) -> Int
  ) {
    var shared = [Int32](repeating: 0, count: max(1, columns.count))
    for (r, row) in rows.enumerated() {
      let width = width(row)
      shared.withUnsafeMutableBufferPointer { shared in
        guard let shared = shared.baseAddress else { return }
        shared.update(repeating: 0, count: max(1, columns.count))
        for k in starts[row]..<starts[row + 1] {
          columns.addMinima(of: Int(features[k]), own: counts[k], to: shared, width)
        }
        columns.withTotals {
          lbo_min_over_max_f64(width, totals[row], $0, shared, target.row(r))
        }
      }
    }
  }

  /// A range of rows turned around: for each feature, who has it.
  ///
  /// Most features are rare, and most pairs of sequences share few of them: a row that goes through
  /// those who have its features touches far fewer counts than one that asks everybody. The few
  /// features that many have are spread out over all columns instead, for vector code.
  private struct Turned: Sendable {
    /// Number of columns.
    let count: Int
    private let totals: [Int32]
    /// Feature f is with columns[starts[f]..<starts[f + 1]].
    private var starts: [Int]
    private var columns: [Int32]
    private var counts: [Int32]
    /// Where the counts of a frequent feature start in `spread`; -1 for the others.
    private var places: [Int]
    private var spread: [Int32] = []

    /// Columns of which one has a feature that still goes by vector code: a vector of 16 counts costs
    /// about as much as two that are scattered.
    private static let frequent = 8

    init(_ table: CountTable, _ range: Range<Int>) {
      count = range.count
      totals = Array(table.totals[range])
      let entries = table.starts[range.lowerBound]..<table.starts[range.upperBound]
      starts = [Int](repeating: 0, count: table.featureCount + 1)
      for k in entries { starts[Int(table.features[k]) + 1] += 1 }
      for f in 0..<table.featureCount { starts[f + 1] += starts[f] }
      columns = [Int32](repeating: 0, count: entries.count)
      counts = columns
      var next = starts
      for (column, row) in range.enumerated() {
        for k in table.starts[row]..<table.starts[row + 1] {
          let feature = Int(table.features[k])
          columns[next[feature]] = Int32(column)
          counts[next[feature]] = table.counts[k]
          next[feature] += 1
        }
      }
      places = [Int](repeating: -1, count: table.featureCount)
      for f in 0..<table.featureCount where Self.frequent * (starts[f + 1] - starts[f]) > count {
        places[f] = spread.count
        spread.append(contentsOf: repeatElement(0, count: count))
        for k in starts[f]..<starts[f + 1] { spread[places[f] + Int(columns[k])] = counts[k] }
      }
    }

    /// Adds what the first `width` columns share of a feature with a row that has it `own` times.
    /// Entries beyond `width` may change too.
    func addMinima(
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

    func withTotals(_ body: (UnsafePointer<Int32>) -> Void) {
      totals.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base) } }
    }
  }
}

extension Range<Int> {
  fileprivate func shifted(by offset: Int) -> Range<Int> {
    lowerBound + offset..<upperBound + offset
  }
}
