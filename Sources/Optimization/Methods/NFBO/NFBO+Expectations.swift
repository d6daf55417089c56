import Core
import Flows
import Oracles
import Surrogates

extension NFBO: PredictingMethod {
  /// What the surrogate expects of sequences, with the intervals that past picks taught.
  public func expectations(of candidates: [Candidate], context: RunContext) throws -> [Expectation]
  {
    guard settings.acquisition != .random else {
      throw Failure(
        .badArgument, "this study picks at random and has no model",
        advice: "make it without `acquisition: \"random\"`")
    }
    guard buffer.count > 0 else { throw BoxArchive.nothingWorked(firstFailure) }
    var asked = self
    var phases = Phases()
    _ = try asked.learn(context, &phases)
    let coded = try self.coded(candidates.compactMap(\.text))
    if coded.isEmpty { return [] }
    let tokens = TokenBatch(
      count: coded.count, length: space.length, tokens: coded.flatMap(\.tokens))
    guard let model = asked.sequenceModel else {
      let latents = try space.flow.encode(tokens, context: context)
      return Expectation.of(
        try (0..<asked.surrogate.outputCount).map {
          try asked.surrogate.posterior(at: latents, output: $0, in: context)
        })
    }
    var points = try reader.points(coded)
    if settings.surrogate == .both {
      points.vectors.append(try space.flow.encode(tokens, context: context))
    }
    let prediction = try model.predict(points, in: context)
    let scale = asked.goalScale
    var expected = Expectation.of(
      (0..<model.outputCount).map { prediction.posterior(output: $0) }, goal: scale.goal)
    if settings.calibrates {
      let stretched = asked.intervals.stretched(expected.map(\.goal), scale)
      for (i, goal) in stretched.enumerated() { expected[i].goal = goal ?? expected[i].goal }
    }
    return expected
  }

  /// Texts as sequences of the flow.
  private func coded(_ texts: [String]) throws -> [CodedCandidate] {
    try zip(texts, space.candidates(try space.batch(texts))).map { text, coded in
      guard let coded else {
        throw Failure(
          .badData, "`\(text)` stands for nothing that can be evaluated", advice: "leave it out")
      }
      return coded
    }
  }
}
