import Core
import Engine
import Neural

/// The drift mu(s, t) of a diffusion sampler: the net of Zhang and Chen, "Path integral sampler"
/// (ICLR 2022), as CiBO's authors use it.
///
/// mu = out(hidden(GELU(W s + b + e(t)))): state and time are embedded, added, and followed by hidden
/// layers with GELU. e(t) is a two-layer net of sin and cos(pe t + phase), pe evenly from 0.1 to 100.
/// Entries beyond +-1e4 are clipped. The last layer starts at zero: the untrained sampler is the
/// reference Brownian motion. Differs from the authors' program: outputs for variances and a net that
/// scales the reward's gradient, both of which it never uses, do not exist.
public struct DiffusionPolicy: Module, Sendable {
  /// Phases of the time's harmonics, [1, harmonics].
  public var phase: Parameter<Float>
  /// From 2 x harmonics to `width` and on to `width`.
  public var timeLayers: [Linear<Float>]
  /// From the state to `width`.
  public var stateLayer: Linear<Float>
  /// From `width` to `width`.
  public var hiddenLayers: [Linear<Float>]
  /// From `width` to the drift.
  public var outputLayer: Linear<Float>

  /// The drift's entries are kept within this.
  public static let clip: Float = 1e4

  /// A fresh net.
  /// - Parameters:
  ///   - width: of embeddings and hidden layers; the published 256.
  ///   - hidden: layers between the embeddings and the output; the published two.
  ///   - harmonics: frequencies of the time's embedding.
  public init(
    dimension: Int, width: Int = 256, hidden: Int = 2, harmonics: Int = 64,
    using random: inout RandomStream
  ) {
    phase = Parameter(.normal([1, harmonics], using: &random))
    timeLayers = [
      Linear(2 * harmonics, width, using: &random), Linear(width, width, using: &random),
    ]
    stateLayer = Linear(dimension, width, using: &random)
    hiddenLayers = (0..<hidden).map { _ in Linear(width, width, using: &random) }
    outputLayer = Linear(zero: width, dimension)
  }

  /// Entries of a state.
  public var dimension: Int { outputLayer.outputs }
  /// Frequencies of the time's embedding.
  public var harmonics: Int { phase.value.count }

  /// "phase", "time.0.weight", …, "state.…", "hidden.0.…", "output.…".
  public mutating func forEachParameter(_ body: (String, inout Parameter<Float>) -> Void) {
    body("phase", &phase)
    for i in timeLayers.indices { timeLayers[i].forEachParameter(under: "time.\(i)", body) }
    stateLayer.forEachParameter(under: "state", body)
    for i in hiddenLayers.indices { hiddenLayers[i].forEachParameter(under: "hidden.\(i)", body) }
    outputLayer.forEachParameter(under: "output", body)
  }

  // MARK: Without a tape

  /// What is added to the embedded state at each of these times: the state layer's bias and e(t),
  /// T x width.
  func firstBiases(_ times: [Float]) -> Tensor<Float> {
    let waves = HarmonicEmbedding.values(times, phase: phase.value)
    var embedded = timeLayers[1](timeLayers[0](waves, activation: .gelu))
    if let bias = stateLayer.bias?.value {
      Float.kernels.addRow(
        embedded.rows, embedded.columns, bias.pointer, embedded.mutablePointer)
    }
    return embedded
  }

  /// The net from a state on, for `RowwiseMLP.evaluate` with a row of `firstBiases`; not clipped.
  var rowwise: RowwiseMLP<Float> {
    RowwiseMLP([stateLayer] + hiddenLayers + [outputLayer], activation: .gelu)
  }

  // MARK: With a tape

  /// The drift, before clipping, at states (N T x dimension): T consecutive rows are the states of
  /// one trajectory at `times`.
  func callAsFunction(_ states: Variable<Float>, times: [Float]) -> Variable<Float> {
    let tape = states.tape
    let waves = HarmonicEmbedding.record(times, phase: tape.parameter(phase))
    let embedded = timeLayers[1](timeLayers[0](waves, activation: .gelu))
    let trajectories = states.value.rows / times.count
    var x = stateLayer(states).addingBlock(embedded, times: trajectories).activated(.gelu)
    for layer in hiddenLayers { x = layer(x, activation: .gelu) }
    return outputLayer(x)
  }
}
