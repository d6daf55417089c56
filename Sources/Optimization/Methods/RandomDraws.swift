import Core
import Flows
import Oracles

/// Sequences drawn from a flow, valid ones, each once: what a search has to beat.
public struct RandomDraws: SearchMethod {
  /// `random` in the language.
  public let name = "random"
  let space: SequenceSpace
  let batch: Int
  let start: [String]
  var seen: Set<String> = []

  /// Options of `random` in a flow's space.
  public static let options: [OptionSpec] = [
    OptionSpec("batch", .integer(1...100_000), default: .integer(50), "candidates of an iteration")
  ]

  /// Rounds without a new sequence after which the flow is taken to have no more.
  private static let patience = 20

  /// Draws after an optional start set.
  public init(space: SequenceSpace, start: [String], options: Options) {
    self.space = space
    self.start = start
    batch = options.integer("batch")
  }

  /// The start set first, then new draws.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if iteration == 0, !start.isEmpty {
      let coded = space.candidates(try space.batch(start)).compactMap { $0 }
      return Proposal(
        candidates: coded.filter { seen.insert($0.text).inserted }.map { .text($0.text) })
    }
    let wanted = min(batch, limit)
    var found: [Candidate] = []
    var drawn = 0
    var idle = 0
    while found.count < wanted, idle < Self.patience {
      try context.checkCancellation("stopped while drawing from the flow")
      let texts = try space.allowed(
        space.candidates(
          try space.flow.generate(
            wanted, length: space.length, random: context.stream("draws", drawn),
            context: context)))
      drawn += wanted
      let before = found.count
      for case let coded? in texts where found.count < wanted && seen.insert(coded.text).inserted {
        found.append(.text(coded.text))
      }
      idle = found.count == before ? idle + 1 : 0
    }
    return Proposal(
      candidates: found,
      measures: [.init("new_share", Double(found.count) / Double(max(1, drawn)))],
      exhausted: "\(Self.patience) rounds of draws from the flow gave nothing new")
  }

  /// These are not drawn again.
  public mutating func adopt(_ candidates: [Candidate], context: RunContext) {
    seen.formUnion(candidates.compactMap(\.text))
  }

  /// Draws learn nothing.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {}
}
