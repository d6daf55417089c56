import Core
import Oracles

/// A batch of a study in an earlier run, as far as its file has it.
public struct BegunBatch: Sendable {
  /// What is known of the candidates, by position.
  public var candidates: [Int: Candidate]
  /// Candidates of which no more is known than that they are of this batch.
  public var others: [Candidate]
  /// Whether that is the whole batch, not only what was evaluated of it.
  public var isWhole: Bool
  /// Whether the method was asked for no more than these, and might have given more.
  public var isCut: Bool

  /// A batch of which this is known.
  public init(
    candidates: [Int: Candidate], others: [Candidate] = [], isWhole: Bool, isCut: Bool
  ) {
    self.candidates = candidates
    self.others = others
    self.isWhole = isWhole
    self.isCut = isCut
  }

  /// Candidates in order.
  var inOrder: [Candidate] { candidates.sorted { $0.key < $1.key }.map(\.value) + others }

  /// Whether a proposal is this batch.
  func isMet(by proposed: [Candidate]) -> Bool {
    (!isWhole || candidates.count == proposed.count)
      && candidates.allSatisfy { proposed.indices.contains($0) && proposed[$0] == $1 }
      && others.allSatisfy { proposed.contains($0) }
  }
}

/// Keeping to the path that was paid for.
extension Study {
  /// The next batch. What the file has of one is asked for as it was, whatever the limit, so that a study
  /// that goes through old evaluations uses all of them.
  ///
  /// The method is asked all the same, for what it learns while it chooses. With the same program on the
  /// same processor it chooses the same; a product that rounds otherwise in one place, a new version, or
  /// another flow leads elsewhere, and then what the file has goes before.
  func nextBatch(_ iteration: Int, _ limit: Int, _ context: RunContext) throws -> Batch {
    let begun = try recorder?.begun(firstTrial: trials.count, iteration: iteration, limit: limit)
    guard let begun else { return try ask(iteration, limit: limit, context) }
    let batch = try ask(iteration, limit: begun.isCut ? begun.candidates.count : .max, context)
    return begun.isMet(by: batch.proposal.candidates)
      ? batch : try keeping(begun, inPlaceOf: batch, context)
  }

  private func ask(_ iteration: Int, limit: Int, _ context: RunContext) throws -> Batch {
    var asked = method
    let proposal = try asked.ask(
      iteration: iteration, limit: limit, context: scope(iteration, context))
    return Batch(
      iteration: iteration, proposal: proposal, method: asked, firstTrial: trials.count,
      isCut: !proposal.candidates.isEmpty && proposal.candidates.count == limit)
  }

  /// The batch of the file.
  /// - Throws: `.badArgument` for candidates outside the box.
  private func keeping(_ begun: BegunBatch, inPlaceOf batch: Batch, _ context: RunContext) throws
    -> Batch
  {
    let candidates = begun.inOrder
    for case .vector(let x) in candidates {
      try space?.check(x, named: "a candidate that this study has in its file")
    }
    var (proposal, method) = (batch.proposal, batch.method)
    let expected = Dictionary(
      zip(proposal.candidates, proposal.predictions), uniquingKeysWith: { first, _ in first })
    method.adopt(candidates, context: scope(batch.iteration, context))
    proposal.candidates = candidates
    proposal.predictions = candidates.map { expected[$0] ?? nil }
    if !isElsewhere {
      isElsewhere = true
      context.report(
        .notice(
          "from evaluation \(batch.firstTrial) on other candidates would be chosen now than the file has "
            + "(another processor, version or flow, or a result that was corrected): it goes on along what the "
            + "file has, and nothing is evaluated twice"))
    }
    return Batch(
      iteration: batch.iteration, proposal: proposal, method: method, firstTrial: batch.firstTrial,
      isCut: begun.isCut)
  }
}
