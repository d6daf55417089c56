import Core
import Engine

/// Count vectors with their features numbered, for matrices of Tanimoto similarities.
///
/// A row is spread out over all features once; each other row then costs one look-up for each of its
/// entries, without the branches of a merge.
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
    let pieces = Parallel.ranges(rows.count, by: Self.rowsPerPiece)
    Parallel.forEach(pieces.count) { p in
      fill(to[rows: pieces[p]], pieces[p].shifted(by: rows.lowerBound)) { _ in columns }
    }
    return result
  }

  /// Similarities of some rows with each other: the lower triangle, diagonal included.
  package func lowerSimilarities(_ rows: Range<Int>) -> Tensor<Double> {
    var result = Tensor<Double>(uninitialized: [rows.count, rows.count])
    let to = MatrixView(&result)
    // The long rows first, so that the last pieces to end are short.
    let pieces = Array(Parallel.ranges(rows.count, by: Self.rowsPerPiece).reversed())
    Parallel.forEach(pieces.count) { p in
      fill(to[rows: pieces[p]], pieces[p].shifted(by: rows.lowerBound)) { rows.lowerBound..<$0 + 1 }
    }
    return result
  }

  private func fill(
    _ target: MatrixView<Double>, _ rows: Range<Int>, _ columns: (Int) -> Range<Int>
  ) {
    var spread = [Int32](repeating: 0, count: max(1, featureCount))
    spread.withUnsafeMutableBufferPointer { spread in
      features.withUnsafeBufferPointer { features in
        counts.withUnsafeBufferPointer { counts in
          for (r, row) in rows.enumerated() {
            for k in starts[row]..<starts[row + 1] { spread[Int(features[k])] = counts[k] }
            let to = target.row(r)
            for (c, column) in columns(row).enumerated() {
              var shared: Int32 = 0
              for k in starts[column]..<starts[column + 1] {
                shared &+= min(spread[Int(features[k])], counts[k])
              }
              let union = totals[row] + totals[column] - shared
              to[c] = union == 0 ? 1 : Double(shared) / Double(union)
            }
            for k in starts[row]..<starts[row + 1] { spread[Int(features[k])] = 0 }
          }
        }
      }
    }
  }
}

extension Range<Int> {
  fileprivate func shifted(by offset: Int) -> Range<Int> {
    lowerBound + offset..<upperBound + offset
  }
}
