import Core
import Engine
import Flows
import Language
import Optimization
import Synchronization

/// A flow in the language: what it encodes, what it was trained on, and how far.
final class FlowHandle: HostObject {
  struct State: Sendable {
    var flow: SeqFlow<Float>
    var pretraining: Pretraining
  }

  let coding: SequenceCoding
  /// T: one padded length for all that is encoded with this flow.
  let length: Int
  /// The sequences it was made from; nil for a flow read from a file.
  let data: TokensHandle?
  private let state: Mutex<State>

  init(
    flow: SeqFlow<Float>, coding: SequenceCoding, length: Int, data: TokensHandle?,
    pretraining: Pretraining = Pretraining()
  ) {
    self.coding = coding
    self.length = length
    self.data = data
    state = Mutex(State(flow: flow, pretraining: pretraining))
  }

  /// A copy of the flow as it is now.
  var flow: SeqFlow<Float> { state.withLock { $0.flow } }
  var pretraining: Pretraining { state.withLock { $0.pretraining } }

  /// Keeps what training made.
  func update(flow: SeqFlow<Float>, pretraining: Pretraining) {
    state.withLock { $0 = State(flow: flow, pretraining: pretraining) }
  }

  /// What is stored beside the flow: the vocabulary and the padded length.
  var metadata: [String: String] {
    get throws { ["coding": try coding.stored(), "length": "\(length)"] }
  }

  var space: SequenceSpace { SequenceSpace(flow: flow, codec: coding, length: length) }

  let typeName = "flow"

  var summary: String {
    let flow = flow
    let c = flow.configuration
    let epochs = pretraining.reports.count
    return "flow: \(c.blocks) blocks, \(flow.parameterCount) parameters, up to \(length - 1) "
      + "\(coding.kind.rawValue) tokens of \(c.vocabulary), \(c.embedding.rawValue) embedding, "
      + (epochs == 0 ? "not pretrained" : "\(epochs) epoch\(epochs == 1 ? "" : "s") pretrained")
  }

  let members = ["length", "vocabulary", "parameters", "smallest_angle", "epochs", "history"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "length": .number(Double(length))
    case "vocabulary": .list(coding.vocabulary.tokens.map { .string($0) })
    case "parameters": .number(Double(flow.parameterCount))
    case "smallest_angle": .number(flow.smallestAngle)
    case "epochs": .number(Double(pretraining.reports.count))
    case "history": .table(try FlowHistory.table(pretraining.reports))
    default: nil
    }
  }

  /// A molecule as a study hands it to the body, whether or not the flow could write it; other
  /// sequences as they are.
  func candidate(_ value: Value) throws(Failure) -> Value {
    coding.kind.isMolecular ? try MoleculeSpaceHandle.candidate(value) : value
  }
}
