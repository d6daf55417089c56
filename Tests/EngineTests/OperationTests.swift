import Core
import Engine
import Foundation
import Testing

/// Every operation against its definition, its gradient against central differences.
@Suite struct OperationTests {
  @Test func valuesFollowTheDefinitionInBothPrecisions() throws {
    try checkValues(Double.self, tolerance: 1e-12)
    // Float32: a few units in the last place of the largest term; gelu's 1.5e-7 is absolute.
    try checkValues(Float.self, tolerance: 2e-6)
  }

  private func checkValues<Scalar: TensorScalar>(_: Scalar.Type, tolerance: Double) throws {
    var random = RandomStream(seed: 1)
    for row in operationTable(Scalar.self) {
      for shapes in row.shapes {
        let inputs = row.inputs(shapes, &random)
        let copies = inputs.map(\.entries)
        let tape = Tape<Scalar>()
        let got = try row.apply(inputs.map(tape.variable)).value
        let want = row.definition(inputs)
        let name = "\(row.declaration) \(row.variant) \(shapes)"
        #expect(got.shape == want.shape, "\(name)")
        let scale = want.entries.map { abs(Double($0)) }.max()!
        for (a, b) in zip(got.entries, want.entries) {
          #expect(
            abs(Double(a) - Double(b)) <= tolerance * max(1, scale), "\(name): \(a), not \(b)")
        }
        #expect(inputs.map(\.entries) == copies, "\(name) changed its input")
      }
    }
  }

  @Test func gradientsAgreeWithCentralDifferences() throws {
    var random = RandomStream(seed: 2)
    for row in operationTable(Double.self) {
      for shapes in row.shapes {
        try checkGradient(row, row.inputs(shapes, &random), &random)
      }
    }
  }

  /// Differences of sum(weights * operation(inputs)) in every entry of every input.
  private func checkGradient(
    _ row: OperationRow<Double>, _ inputs: [Tensor<Double>], _ random: inout RandomStream
  ) throws {
    let name = "\(row.declaration) \(row.variant) \(inputs.map(\.shape))"
    let shape = try row.apply(inputs.map(Tape<Double>().variable)).value.shape
    let weights = Tensor(shape, random.normals(shape.count))
    func loss(_ inputs: [Tensor<Double>]) throws -> Double {
      let tape = Tape<Double>()
      return try row.apply(inputs.map(tape.variable)).value.dot(weights)
    }
    let tape = Tape<Double>()
    let variables = inputs.map(tape.variable)
    let total = (try row.apply(variables) * tape.constant(weights)).sum()
    let gradients = tape.gradients(of: total, wrt: variables)
    for (which, gradient) in gradients.enumerated() {
      let scale = max(1, gradient.entries.map(abs).max()!)
      for entry in 0..<inputs[which].count {
        if case .lowerTriangular = row.domains[which],
          entry % inputs[which].columns > entry / inputs[which].columns
        {
          #expect(gradient[entry] == 0, "\(name): above the diagonal")
          continue
        }
        // Five points: the error is of fourth order, rounding about 1e-13 / h.
        let h = 1e-3
        func moved(_ by: Double) throws -> Double {
          var changed = inputs
          changed[which][entry] += by
          return try loss(changed)
        }
        let slope =
          try (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
        #expect(
          abs(slope - gradient[entry]) <= 1e-6 * scale,
          "\(name), input \(which), entry \(entry): \(gradient[entry]), not \(slope)")
      }
    }
  }

  @Test func singlePrecisionGradientsAgreeWithDouble() throws {
    var random = RandomStream(seed: 3)
    for (row, single) in zip(operationTable(Double.self), operationTable(Float.self)) {
      for shapes in row.shapes {
        let inputs = row.inputs(shapes, &random).map { $0.converted(to: Float.self) }
        let tape = Tape<Double>()
        let variables = inputs.map { tape.variable($0.converted()) }
        let want = tape.gradients(of: try row.apply(variables).squared().sum(), wrt: variables)
        let tape32 = Tape<Float>()
        let variables32 = inputs.map(tape32.variable)
        let got = tape32.gradients(
          of: try single.apply(variables32).squared().sum(), wrt: variables32)
        for (a, b) in zip(got, want) {
          let scale = max(1, b.entries.map(abs).max()!)
          for (x, y) in zip(a.entries, b.entries) {
            // A Cholesky factor or solve multiplies rounding by the condition number, up to 100.
            #expect(
              abs(Double(x) - y) <= 1e-4 * scale, "\(row.declaration) \(row.variant): \(x), \(y)")
          }
        }
      }
    }
  }

  @Test func everyOperationHasARow() throws {
    let declared = try declaredOperations()
    #expect(declared.count >= 30, "the sources were not found")
    let rows = Set(operationTable(Double.self).map(\.declaration))
    #expect(declared.subtracting(rows).sorted() == [], "operations without a row")
    #expect(rows.subtracting(declared).sorted() == [], "rows without an operation")
  }

  @Test func aCholeskyFactorOfAnIndefiniteMatrixIsAFailure() {
    for (entries, message) in [
      ([1.0, 2, 2, 1], "a covariance matrix is not positive definite (row 2 of 2)"),
      ([1, 0, 0, .infinity], "a covariance matrix has entries that are not finite"),
    ] {
      do throws(Failure) {
        _ = try Tape<Double>().variable(Tensor([2, 2], entries)).cholesky()
        Issue.record("no error")
      } catch {
        #expect(error.kind == .numerical)
        #expect(error.message == message)
      }
    }
  }
}

/// The public functions and operators of the `Variable` extensions in `Sources/Engine/Ops`, as
/// "name(label:)"; operators, which have no labels, as "+(Variable, Scalar)".
private func declaredOperations() throws -> Set<String> {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Engine/Ops").standardizedFileURL
  let declaration = try Regex(
    #"public (?:static )?(?:prefix )?func ([A-Za-z]+|[^\sA-Za-z(]+)\s*\(([^{]*?)\)\s*(?:throws(?:\(Failure\))?\s*)?->"#,
    as: (Substring, Substring, Substring).self)
  var result: Set<String> = []
  for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
  where file.hasSuffix(".swift") {
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    for part in text.components(separatedBy: "\nextension ").dropFirst()
    where part.hasPrefix("Variable ") {
      let body = part.components(separatedBy: "\n}").first!
      for match in body.matches(of: declaration) {
        let parameters = match.output.2.split(separator: ",")
        let isOperator = !match.output.1.first!.isLetter
        let described = parameters.map { parameter in
          let halves = parameter.split(separator: ":")
          return isOperator
            ? halves[1].trimmingCharacters(in: .whitespaces)
            : halves[0].split(whereSeparator: \.isWhitespace).first! + ":"
        }
        result.insert(
          "\(match.output.1)(\(described.joined(separator: isOperator ? ", " : "")))")
      }
    }
  }
  return result
}
