// Operations that move entries without changing them.

extension Variable {
  /// The same entries under another shape.
  public func reshaped(_ shape: Shape) -> Variable {
    tape.record([self], value.reshaped(shape)) { g in [g] }
  }

  /// The transpose of a matrix.
  public func transposed() -> Variable {
    tape.record([self], value.transposed) { g in [g.transposed] }
  }

  /// Rows `range` of the first axis.
  public func rows(_ range: Range<Int>) -> Variable {
    let shape = value.shape
    return tape.record([self], value.rows(range)) { g in
      var dx = Tensor<Scalar>.zeros(shape)
      (dx.mutablePointer + range.lowerBound * dx.columns).update(from: g.pointer, count: g.count)
      return [dx]
    }
  }

  /// Rows of these indices; a row may be asked for more than once.
  public func gatheringRows(_ indices: [Int]) -> Variable {
    let shape = value.shape
    return tape.record([self], value.rows(indices)) { g in
      var dx = Tensor<Scalar>.zeros(shape)
      let width = dx.columns
      let to = dx.mutablePointer
      for (i, row) in indices.enumerated() {
        Scalar.kernels.axpy(width, 1, g.pointer + i * width, to + row * width)
      }
      return [dx]
    }
  }

  /// Matrices side by side (all R rows).
  public static func joiningColumns(_ parts: [Variable]) -> Variable {
    let values = parts.map(\.value)
    let rows = values[0].rows
    let total = values.reduce(0) { $0 + $1.columns }
    var joined = Tensor<Scalar>(uninitialized: [rows, total])
    let to = joined.mutablePointer
    var offset = 0
    for value in values {
      precondition(value.rows == rows, "columns of \(value.shape) beside \(rows) rows")
      let width = value.columns
      for r in 0..<rows {
        (to + r * total + offset).update(from: value.pointer + r * width, count: width)
      }
      offset += width
    }
    return parts[0].tape.record(parts, outputs: [joined]) { gradients in
      guard let g = gradients[0] else { return parts.map { _ in nil } }
      var offset = 0
      return values.map { value in
        let width = value.columns
        var dx = Tensor<Scalar>(uninitialized: value.shape)
        let to = dx.mutablePointer
        for r in 0..<rows {
          (to + r * width).update(from: g.pointer + r * total + offset, count: width)
        }
        offset += width
        return dx
      }
    }[0]
  }
}
