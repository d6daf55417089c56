import Core
import Engine

/// One operation of `Sources/Engine/Ops` with what a check of it needs.
struct OperationRow<Scalar: TensorScalar>: Sendable {
  /// Where an input's entries are drawn from.
  enum Domain: Sendable {
    case normal
    /// In [0.5, 2].
    case positive
    /// At least 0.1 away from 0, where some derivatives jump.
    case awayFromZero
    /// Lower triangle with a diagonal in [0.5, 2]; what is above the diagonal is 0.
    case lowerTriangular
    /// Symmetric positive definite, eigenvalues of at least 1.
    case positiveDefinite
  }

  /// The declaration checked, as `declaredOperations` finds it: "name(label:)", operators with types.
  let declaration: String
  /// What sets rows of one declaration apart.
  var variant = ""
  /// Inputs by shape, one list for each case.
  let shapes: [[Shape]]
  let domains: [Domain]
  let apply: @Sendable ([Variable<Scalar>]) throws -> Variable<Scalar>
  /// The operation's definition, written plainly.
  let definition: @Sendable ([Tensor<Scalar>]) -> Tensor<Scalar>

  init(
    _ declaration: String, _ variant: String = "", shapes: [[Shape]], _ domains: [Domain],
    _ apply: @escaping @Sendable ([Variable<Scalar>]) throws -> Variable<Scalar>,
    _ definition: @escaping @Sendable ([Tensor<Scalar>]) -> Tensor<Scalar>
  ) {
    self.declaration = declaration
    self.variant = variant
    self.shapes = shapes
    self.domains = domains
    self.apply = apply
    self.definition = definition
  }

  /// Random inputs of one case.
  func inputs(_ shapes: [Shape], _ random: inout RandomStream) -> [Tensor<Scalar>] {
    zip(shapes, domains).map { shape, domain in
      var entries = random.normals(shape.count)
      let n = shape.rank == 2 ? shape[1] : 1
      switch domain {
      case .normal: break
      case .positive: entries = entries.map { _ in random.uniform(0.5, 2) }
      case .awayFromZero:
        entries = entries.map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }
      case .lowerTriangular:
        for i in 0..<n {
          for j in 0..<n where j >= i { entries[i * n + j] = j > i ? 0 : random.uniform(0.5, 2) }
        }
      case .positiveDefinite:
        let b = entries
        for i in 0..<n {
          for j in 0..<n {
            entries[i * n + j] = (0..<n).reduce(i == j ? 1 : 0) {
              $0 + b[i * n + $1] * b[j * n + $1]
            }
          }
        }
      }
      return Tensor(shape, entries.map(Scalar.init))
    }
  }
}

/// Every operation of the engine, for Float32 or Float64.
func operationTable<Scalar: TensorScalar>(_: Scalar.Type = Scalar.self) -> [OperationRow<Scalar>] {
  elementwiseRows() + productRows() + reductionRows() + structureRows() + linearAlgebraRows()
}

// MARK: Plain definitions

/// A tensor entry by entry, in Float64.
func tensor<Scalar: TensorScalar>(
  _ shape: Shape, _ entry: (_ row: Int, _ column: Int) -> Double
) -> Tensor<Scalar> {
  let rows = shape.rank == 0 ? 1 : shape[0]
  let columns = rows == 0 ? 0 : shape.count / rows
  return Tensor(
    shape, (0..<rows).flatMap { r in (0..<columns).map { c in Scalar(entry(r, c)) } })
}

func mapped<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ f: (Double) -> Double) -> Tensor<Scalar> {
  Tensor(x.shape, x.entries.map { Scalar(f(Double($0))) })
}

func zipped<Scalar: TensorScalar>(
  _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ f: (Double, Double) -> Double
) -> Tensor<Scalar> {
  Tensor(x.shape, zip(x.entries, y.entries).map { Scalar(f(Double($0), Double($1))) })
}

func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
  (0..<count).reduce(0) { $0 + term($1) }
}

extension Tensor {
  /// An entry in Float64.
  func double(_ row: Int, _ column: Int) -> Double { Double(self[row, column]) }
}
