import Core
import Engine
import Neural
import Testing

/// Two nets under one name, as models nest their parts.
private struct Pair: Module {
  var left: Linear<Double>
  var right: MLP<Double>

  mutating func forEachParameter(_ body: (String, inout Parameter<Double>) -> Void) {
    left.forEachParameter(under: "left", body)
    right.forEachParameter(under: "right", body)
  }
}

@Suite struct ModuleTests {
  private static func pair(_ seed: UInt64) -> Pair {
    var random = RandomStream(seed: seed)
    return Pair(
      left: Linear(2, 3, bias: false, using: &random),
      right: MLP([3, 4, 1], activation: .gelu, using: &random))
  }

  @Test func pathsNameThePlaceOfEveryParameter() {
    let pair = Self.pair(1)
    #expect(
      pair.parameters.map(\.path) == [
        "left.weight", "right.layers.0.weight", "right.layers.0.bias", "right.layers.1.weight",
        "right.layers.1.bias",
      ])
    #expect(pair.parameterCount == 6 + 12 + 4 + 4 + 1)
  }

  @Test func loadingTakesEveryValue() throws {
    let source = Self.pair(1)
    var target = Self.pair(2)
    #expect(source.left.weight.value != target.left.weight.value)
    let values = Dictionary(uniqueKeysWithValues: source.parameters.map { ($0.path, $0.value) })
    try target.load(values, from: "`model.safetensors`")
    for (mine, other) in zip(target.parameters, source.parameters) {
      #expect(mine.value == other.value)
    }
  }

  @Test func loadingOfOtherTensorsNamesTheFirstThatDiffersAndChangesNothing() {
    var model = Self.pair(1)
    let before = model.parameters.map(\.value)
    let good = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.path, $0.value) })

    func message(_ change: (inout [String: Tensor<Double>]) -> Void) -> String {
      var values = good.mapValues { $0.affine(2, 0) }
      change(&values)
      do throws(Failure) {
        try model.load(values, from: "`a.st`")
        return "no error"
      } catch {
        #expect(error.kind == .badData)
        return error.message
      }
    }
    #expect(
      message { $0["right.layers.1.bias"] = nil }
        == "`a.st` has no tensor `right.layers.1.bias`, which this model needs")
    #expect(
      message { $0["right.layers.2.bias"] = .zeros([1]) }
        == "`a.st` has a tensor `right.layers.2.bias`, which this model does not have")
    #expect(
      message { $0["left.weight"] = .zeros([3, 5]) }
        == "the tensor `left.weight` in `a.st` is 3 x 5, this model's is 3 x 2")
    #expect(
      message { $0["right.layers.1.bias"] = Tensor(1) }
        == "the tensor `right.layers.1.bias` in `a.st` is a single number, this model's is 1")
    for strange in [Double.nan, .infinity] {
      #expect(
        message { $0["left.weight"]?[4] = strange }
          == "the tensor `left.weight` in `a.st` holds NaN or infinity")
    }
    #expect(model.parameters.map(\.value) == before)
  }

  @Test func aCopyIsASnapshot() throws {
    var model = Self.pair(1)
    let snapshot = model
    let before = snapshot.parameters.map(\.value)
    model.forEachParameter { _, parameter in parameter.value[0] = 99 }
    #expect(snapshot.parameters.map(\.value) == before)
    #expect(model.left.weight.value[0] == 99)
  }

  @Test func linearStartsUniformWithinTheRootOfItsInputs() {
    var random = RandomStream(seed: 3)
    let layer = Linear<Double>(100, 500, using: &random)
    let weights = layer.weight.value.entries
    #expect(weights.allSatisfy { abs($0) <= 0.1 })
    #expect(layer.bias!.value.entries.allSatisfy { abs($0) <= 0.1 })
    // 50,000 entries: the mean of U(-0.1, 0.1) is within 5 standard errors of 0, its variance of
    // 1/300 within 3 %.
    let mean = weights.reduce(0, +) / 50_000
    #expect(abs(mean) < 5 * 0.1 / (3 * 50_000.0).squareRoot())
    let variance = weights.reduce(0) { $0 + $1 * $1 } / 50_000
    #expect(abs(variance * 300 - 1) < 0.03)
  }

  @Test func layersAnswerTheSameWithAndWithoutATape() {
    var random = RandomStream(seed: 4)
    let x = Tensor<Double>.normal([7, 3], using: &random)
    for activation in Activation.allCases {
      let net = MLP<Double>(
        [3, 8, 8, 2], activation: activation, outputActivation: .tanh, using: &random)
      let plain = net(x)
      #expect(plain == net(Tape().constant(x)).value)
      // The definition, entry by entry.
      var rows = (0..<7).map { r in (0..<3).map { x[r, $0] } }
      for (index, layer) in net.layers.enumerated() {
        rows = rows.map { row in
          (0..<layer.outputs).map { o in
            let sum = (0..<layer.inputs).reduce(layer.bias!.value[o]) {
              $0 + layer.weight.value[o, $1] * row[$1]
            }
            return (index == 2 ? Activation.tanh : activation).applied(to: Tensor(sum)).item
          }
        }
      }
      for r in 0..<7 { for c in 0..<2 { #expect(abs(plain[r, c] - rows[r][c]) < 1e-13) } }
    }
  }

  @Test func aNetWithAZeroedOutputAnswersZero() {
    var random = RandomStream(seed: 5)
    let net = MLP<Float>([3, 8, 2], activation: .swish, zeroOutput: true, using: &random)
    #expect(net(Tensor.normal([4, 3], using: &random)) == Tensor.zeros([4, 2]))
  }
}
