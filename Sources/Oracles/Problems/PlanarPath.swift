import Core

/// A path in the plane as a row of points.
public struct PlanarPath: Sendable, Equatable {
  /// Coordinates across.
  public var x: [Double]
  /// Coordinates up, one for each across.
  public var y: [Double]

  /// A path through these points.
  public init(x: [Double], y: [Double]) {
    self.x = x
    self.y = y
  }

  /// The cubic curve that fits points best, in least squares at parameters proportional to the
  /// length of the polygon through them.
  ///
  /// It is the smoothing spline of the rover problem of Wang, Gehring, Kohli and Jegelka (AISTATS
  /// 2018): with FITPACK's usual smoothing a cubic without inner knots is already close enough to
  /// any 30 points of that problem's square.
  /// - Parameters:
  ///   - points: x1, y1, x2, y2, …
  ///   - samples: points of the path, evenly spaced in the parameter.
  /// - Throws: `.badArgument` for an odd number of coordinates, or fewer than four distinct points.
  public init(cubicThrough points: [Double], samples: Int) throws(Failure) {
    guard points.count % 2 == 0 else {
      throw Failure(
        .badArgument, "the path has \(points.count) coordinates, but each point takes two")
    }
    var (px, py): ([Double], [Double]) = ([], [])
    for i in stride(from: 0, to: points.count, by: 2) {
      // A point that repeats the one before it adds no length.
      if px.last == points[i], py.last == points[i + 1] { continue }
      px.append(points[i])
      py.append(points[i + 1])
    }
    guard px.count >= 4, (px + py).allSatisfy(\.isFinite) else {
      throw Failure(
        .badArgument, "a cubic path needs at least four distinct points with finite coordinates")
    }
    let (cx, cy) = try Self.controls(px, py)
    self.init(x: [], y: [])
    x.reserveCapacity(samples)
    y.reserveCapacity(samples)
    for i in 0..<samples {
      let b = Self.bernstein(Double(i) / Double(max(1, samples - 1)))
      x.append(b.0 * cx[0] + b.1 * cx[1] + b.2 * cx[2] + b.3 * cx[3])
      y.append(b.0 * cy[0] + b.1 * cy[1] + b.2 * cy[2] + b.3 * cy[3])
    }
  }

  private static func bernstein(_ t: Double) -> (Double, Double, Double, Double) {
    let s = 1 - t
    return (s * s * s, 3 * t * s * s, 3 * t * t * s, t * t * t)
  }

  /// Bézier control points by the normal equations: four unknowns, well conditioned.
  private static func controls(_ x: [Double], _ y: [Double]) throws(Failure)
    -> ([Double], [Double])
  {
    var parameter = [0.0]
    for i in 1..<x.count {
      let (dx, dy) = (x[i] - x[i - 1], y[i] - y[i - 1])
      parameter.append(parameter[i - 1] + (dx * dx + dy * dy).squareRoot())
    }
    let length = parameter[parameter.count - 1]
    // Rows of the matrix, followed by both right sides.
    var system = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 4)
    for i in x.indices {
      let t = bernstein(parameter[i] / length)
      let b = [t.0, t.1, t.2, t.3]
      for r in 0..<4 {
        for c in 0..<4 { system[r][c] += b[r] * b[c] }
        system[r][4] += b[r] * x[i]
        system[r][5] += b[r] * y[i]
      }
    }
    guard eliminate(&system) else {
      throw Failure(
        .numerical, "no cubic path fits the points: too many of them lie in one place")
    }
    return (system.map { $0[4] }, system.map { $0[5] })
  }

  /// Gauss-Jordan elimination with pivoting; false if the matrix is singular.
  private static func eliminate(_ rows: inout [[Double]]) -> Bool {
    for column in 0..<4 {
      let pivot = (column..<4).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      guard abs(rows[pivot][column]) > 1e-14 else { return false }
      rows.swapAt(column, pivot)
      let scale = rows[column][column]
      for c in 0..<6 { rows[column][c] /= scale }
      for r in 0..<4 where r != column {
        let factor = rows[r][column]
        for c in 0..<6 { rows[r][c] -= factor * rows[column][c] }
      }
    }
    return true
  }
}
