// Sums, means and broadcasts along rows and columns.

extension Variable {
  /// Sum of all entries, a scalar.
  public func sum() -> Variable {
    let shape = value.shape
    return tape.record([self], Tensor(Scalar(value.sum))) { g in [Tensor(shape, repeating: g.item)]
    }
  }

  /// Mean of all entries, a scalar.
  public func mean() -> Variable { Scalar(1 / Double(value.count)) * sum() }

  /// Sums over the rows of a matrix (R x C): shape [C].
  public func sumOverRows() -> Variable {
    let x = value
    var total = Tensor<Scalar>.zeros([x.columns])
    Scalar.kernels.sumRows(x.rows, x.columns, x.pointer, total.mutablePointer)
    return tape.record([self], total) { g in
      var dx = Tensor<Scalar>.zeros(x.shape)
      Scalar.kernels.addRow(x.rows, x.columns, g.pointer, dx.mutablePointer)
      return [dx]
    }
  }

  /// Sums over the columns of a matrix (R x C): shape [R].
  public func sumOverColumns() -> Variable {
    let x = value
    var total = Tensor<Scalar>.zeros([x.rows])
    Scalar.kernels.sumColumns(x.rows, x.columns, x.pointer, total.mutablePointer)
    return tape.record([self], total) { g in
      var dx = Tensor<Scalar>.zeros(x.shape)
      Scalar.kernels.addColumn(x.rows, x.columns, g.pointer, dx.mutablePointer)
      return [dx]
    }
  }

  /// Adds a row (shape [C]) to every row of a matrix (R x C).
  public func addingRow(_ row: Variable) -> Variable {
    var y = value
    let (rows, columns) = (y.rows, y.columns)
    precondition(row.value.count == columns, "row of \(row.shape) for \(y.shape)")
    let bias = row.value
    Scalar.kernels.addRow(rows, columns, bias.pointer, y.mutablePointer)
    return tape.record([self, row], y) { g in
      var total = Tensor<Scalar>.zeros(bias.shape)
      Scalar.kernels.sumRows(rows, columns, g.pointer, total.mutablePointer)
      return [g, total]
    }
  }

  /// Repeats a scalar into a shape.
  public func broadcast(to shape: Shape) -> Variable {
    tape.record([self], Tensor(shape, repeating: value.item)) { g in [Tensor(Scalar(g.sum))] }
  }
}
