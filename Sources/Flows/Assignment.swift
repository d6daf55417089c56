/// The assignment problem: one column for each row, so that the sum of costs is least.
public enum Assignment {
  /// The column of each row in an exact solution; `costs` is a row-major n x n matrix.
  ///
  /// Shortest augmenting paths with dual variables (the Hungarian method as Jonker and Volgenant
  /// 1987 and Crouse 2016 do it), O(n^3): rows enter one at a time; Dijkstra's search on reduced
  /// costs c_ij - u_i - v_j >= 0 finds the cheapest way to a free column.
  public static func columns(_ n: Int, costs: UnsafePointer<Float>) -> [Int] {
    guard n > 0 else { return [] }
    var search = Search(n, costs)
    for row in 0..<n { search.add(row) }
    return search.columnOfRow
  }

  private struct Search {
    let n: Int
    let costs: UnsafePointer<Float>
    var rowDual: [Double]
    var columnDual: [Double]
    var columnOfRow: [Int]
    var rowOfColumn: [Int]
    /// Length of the shortest path to each column, and the row before it.
    var distance: [Double]
    var previous: [Int]
    var isDone: [Bool]

    init(_ n: Int, _ costs: UnsafePointer<Float>) {
      self.n = n
      self.costs = costs
      rowDual = Array(repeating: 0, count: n)
      columnDual = rowDual
      columnOfRow = Array(repeating: -1, count: n)
      rowOfColumn = columnOfRow
      distance = rowDual
      previous = columnOfRow
      isDone = Array(repeating: false, count: n)
    }

    mutating func add(_ start: Int) {
      for column in 0..<n {
        distance[column] = .infinity
        isDone[column] = false
      }
      var row = start
      var length = 0.0
      var end = -1
      while end < 0 {
        let next = relax(row, length)
        length = distance[next]
        isDone[next] = true
        if rowOfColumn[next] < 0 { end = next } else { row = rowOfColumn[next] }
      }
      updateDuals(start, length)
      var column = end
      while true {
        let before = previous[column]
        rowOfColumn[column] = before
        swap(&columnOfRow[before], &column)
        if before == start { return }
      }
    }

    /// Shortens the ways through `row`, which is `length` from the start; returns the nearest column
    /// that is not done.
    private mutating func relax(_ row: Int, _ length: Double) -> Int {
      let base = length - rowDual[row]
      let rowCosts = costs + row * n
      var nearest = -1
      var least = Double.infinity
      for column in 0..<n where !isDone[column] {
        let through = base + Double(rowCosts[column]) - columnDual[column]
        if through < distance[column] {
          distance[column] = through
          previous[column] = row
        }
        // A free column first among equals ends the search sooner.
        if distance[column] < least
          || (distance[column] == least && nearest >= 0 && rowOfColumn[nearest] >= 0
            && rowOfColumn[column] < 0)
        {
          least = distance[column]
          nearest = column
        }
      }
      return nearest
    }

    /// Keeps reduced costs non-negative, and zero on matched pairs.
    private mutating func updateDuals(_ start: Int, _ length: Double) {
      rowDual[start] += length
      for column in 0..<n where isDone[column] {
        let slack = length - distance[column]
        columnDual[column] -= slack
        let row = rowOfColumn[column]
        if row >= 0 { rowDual[row] += slack }
      }
    }
  }
}
