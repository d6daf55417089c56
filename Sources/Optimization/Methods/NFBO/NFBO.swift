import Core
import Engine
import Flows
import Foundation
import Oracles
import Surrogates

/// Latent Bayesian optimization with a normalizing flow (NF-BO, arXiv 2504.14889, algorithm 1).
///
/// Each iteration fine-tunes the flow on good and new sequences, learns the surrogate on latents,
/// draws anchors among the best, perturbs them inside trust regions by token importance, and picks
/// by Thompson sampling. Constraints are learned by further heads on the same features, indicators
/// by Bernoulli ones; picks are the best among what a posterior sample calls feasible, or the least
/// violated (as SCBO does).
public struct NFBO: SearchMethod {
  /// `nfbo` in the language.
  public let name = "nfbo"
  let settings: Settings
  var space: SequenceSpace
  var surrogate: DeepKernelGP
  /// The surrogate that looks at sequences, where the options ask for it.
  var sequenceModel: SequenceGP?
  /// What it looks at.
  let reader: FeatureReader
  /// What makes candidates of parts of others; nil where the space has none or the options ask for none.
  let recombiner: (any SequenceRecombiner)?
  /// How that surrogate sees the goal.
  var goalScale = GoalScale([])
  var trainer: FlowTrainer
  var buffer = SequenceBuffer()
  var region: TrustRegion
  /// The start set, asked for first.
  let start: [CodedCandidate]
  /// Tokens of what was asked for and not yet told.
  var pending: [String: [Int32]] = [:]
  /// Entries the surrogate has seen, evaluations since the last fine-tuning, texts no longer anchors.
  var learned = 0
  var sinceTuning = 0
  var retired: Set<String> = []
  var told = Told()
  /// Why the first evaluation that failed did.
  var firstFailure: String?
  /// What predictions' intervals are stretched by.
  var intervals = IntervalScale()

  /// - Parameters:
  ///   - start: texts of the start set; texts that stand for one thing count once.
  ///   - budget: evaluations after the start set, which decide some defaults.
  /// - Throws: `.badData` if a text does not fit the flow, `.badArgument` if there are fewer start
  ///   points than anchors.
  public init(space: SequenceSpace, start: [String], options: Options, budget: Int? = nil) throws {
    settings = Settings(options, budget: budget)
    self.space = space
    surrogate = try DeepKernelGP(Self.surrogateConfiguration(options))
    let features = try Self.features(settings, space.codec)
    reader = FeatureReader(features, of: space.codec)
    if settings.surrogate != .latent {
      sequenceModel = SequenceGP(kernel: features.kernel(latents: settings.surrogate == .both))
    }
    recombiner = settings.recombine > 0 ? space.codec.recombiner(length: space.length) : nil
    trainer = FlowTrainer(batchSize: 32)
    region = TrustRegion(length: settings.length)
    let batch = try space.batch(start)
    var known: Set<String> = []
    var unique: [CodedCandidate] = []
    for (text, coded) in zip(start, space.candidates(batch)) {
      guard let coded else {
        throw Failure(
          .badData, "the start set holds `\(text)`, which stands for nothing that can be evaluated",
          advice: "take it out of the start set")
      }
      if known.insert(coded.text).inserted { unique.append(coded) }
    }
    // Fewer than the standard number are taken where there are no more, as in later iterations.
    guard unique.count >= (options.contains("anchors") ? settings.anchors : 1) else {
      throw Failure(
        .badArgument,
        "the start set has \(unique.count) distinct sequences, fewer than the \(settings.anchors) "
          + "anchors", advice: "give more start points, or leave out `anchors:`")
    }
    self.start = unique
  }

  /// The start set first, then one iteration of algorithm 1.
  public mutating func ask(iteration: Int, limit: Int, context: RunContext) throws -> Proposal {
    if iteration == 0 {
      for candidate in start { expect(candidate) }
      return Proposal(candidates: start.map { .text($0.text) })
    }
    guard buffer.count > 0 else {
      throw BoxArchive.nothingWorked(firstFailure)
    }
    var phases = Phases()
    try tuneFlow(context, &phases)
    let loss = try learn(context, &phases)
    let wanted = min(settings.batch, limit)
    for attempt in 0..<Self.attempts {
      let scope = attempt == 0 ? context : context.scoped("attempt", attempt)
      let length = region.length
      let found = try search(wanted, scope, &phases)
      if !settings.restarts {
        region.adapt(
          newShare: found.newShare, low: settings.noveltyLow, high: settings.noveltyHigh)
      } else if found.candidates.isEmpty {
        region.widen()
      }
      if found.candidates.isEmpty { continue }
      for candidate in found.candidates { expect(candidate) }
      return Proposal(
        candidates: found.candidates.map { .text($0.text) },
        predictions: settings.calibrates
          ? intervals.stretched(found.predictions, goalScale) : found.predictions,
        measures: [
          .init("new_share", found.newShare), .init("valid_share", found.validShare),
          .init("region_length", length), .init("surrogate_loss", loss),
        ] + found.measures
          + (found.predictedFeasible.map { [.init("predicted_feasible", $0)] } ?? []),
        seconds: phases.summed)
    }
    return Proposal(
      candidates: [],
      exhausted: "\(Self.attempts) rounds of widening regions gave no sequence that was not "
        + "evaluated before")
  }

  /// Rounds without anything new, each in wider regions, after which the search has nowhere to go.
  private static let attempts = 20

  /// Anchors, their tokens' importance, and what their regions give.
  private mutating func search(_ wanted: Int, _ context: RunContext, _ phases: inout Phases)
    throws -> Found
  {
    let anchors = try chooseAnchors(min(settings.anchors, wanted), context)
    let centres = try centres(anchors, context)
    let (latents, tokens) = (centres.latents, centres.tokens)
    if let sequenceModel, settings.acquisition != .random {
      return try searchPool(
        wanted, from: anchors, at: centres, sequenceModel, context, &phases)
    }
    let probabilities = try tokenProbabilities(latents, tokens, context, &phases)
    return settings.scoresSequences
      ? try pickSequences(
        wanted, around: centres, probabilities: probabilities, context: context, &phases)
      : try pick(
        wanted, around: latents, probabilities: probabilities, context: context, &phases)
  }

  /// Step 5: with which probability an entry of each token of each anchor is perturbed.
  func tokenProbabilities(
    _ latents: Tensor<Float>, _ tokens: TokenBatch, _ context: RunContext, _ phases: inout Phases
  ) throws -> [[Double]] {
    try phases.time("tacs") {
      settings.tacs && settings.moves < 1
        ? try TokenImportance.probabilities(
          flow: space.flow, anchors: latents, tokens: tokens, draws: settings.draws,
          temperature: settings.temperature, context: context.scoped("tacs"))
        : [[Double]](
          repeating: [Double](repeating: TokenImportance.rate, count: space.length),
          count: latents.rows)
    }
  }

  /// What the surrogate looks at.
  /// - Throws: `.badArgument` for fingerprints of sequences that have none.
  private static func features(_ settings: Settings, _ codec: any SequenceCodec) throws(Failure)
    -> SequenceFeatures
  {
    let (name, known) = (settings.counts, codec.features.fingerprints)
    var result = SequenceFeatures(
      descriptors: settings.descriptors ? codec.features.descriptors : [])
    if name == "ngrams" || (name == "auto" && known.isEmpty) {
      result.ngrams = true
    } else if known.contains(name) {
      result.fingerprints = [name]
    } else if known.isEmpty {
      throw Failure(
        .badArgument, "`counts: \"\(name)\"` needs molecules, and these sequences are none",
        advice: "write `counts: \"ngrams\"`")
    } else {
      result.fingerprints = Array(known.prefix(3))
    }
    return result
  }

  /// Adds trials to the buffer and adapts the region.
  public mutating func tell(_ trials: [Trial], context: RunContext) throws {
    let before = buffer.standing
    for trial in trials {
      guard case .text(let text) = trial.candidate else { continue }
      buffer.markSeen(text)
      firstFailure = firstFailure ?? trial.evaluation.failure
      guard let tokens = pending.removeValue(forKey: text),
        let objective = trial.evaluation.objective
      else { continue }
      if settings.calibrates, let prediction = trial.prediction {
        intervals.learn(prediction, found: objective, goalScale)
      }
      let constraints = trial.evaluation.constraints
      try buffer.append(
        .init(
          text: text, tokens: tokens, objective: objective,
          violations: constraints.map(\.violation), indicators: constraints.map(\.isIndicator)),
        constraints: constraints.map(\.name))
    }
    pending = [:]
    sinceTuning += trials.count
    tellOfConstraints(context)
    guard settings.restarts, let before, let now = buffer.standing else { return }
    // TuRBO: as many failing batches as it takes to try about one candidate for each dimension.
    let dimensions = space.flow.latentSize(length: space.length)
    let tolerance = max(4, dimensions / max(1, 20 * settings.batch))
    let improved =
      now.isFeasible != before.isFeasible
      ? now.isFeasible : now.value > before.value + 1e-3 * abs(before.value)
    if region.adapt(improved: improved, failureTolerance: tolerance) {
      for index in buffer.ranking.prefix(settings.anchors) {
        retired.insert(buffer.entries[index].text)
      }
    }
  }

  /// Expects these texts in the place of its own. Another flow may lack the tokens of some: these count as
  /// evaluated, but there is nothing to learn from.
  public mutating func adopt(_ candidates: [Candidate], context: RunContext) {
    let own = pending
    pending = [:]
    var strange: [String] = []
    for text in candidates.compactMap(\.text) {
      if let tokens = own[text] ?? (try? space.codec.tokens(text, length: space.length)) {
        pending[text] = tokens
      } else {
        strange.append(text)
      }
    }
    guard let first = strange.first else { return }
    context.report(
      .notice(
        "\(strange.count) of \(candidates.count) sequences that the study's file has, the first `\(first)`, "
          + "are none that the flow can write: the model does not learn from them"))
  }

  private mutating func expect(_ candidate: CodedCandidate) {
    pending[candidate.text] = candidate.tokens
  }
}

/// Seconds by phase of an iteration.
struct Phases {
  private(set) var measures: [IterationReport.Measure] = []

  mutating func time<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    defer { add(name, (clock.now - start) / .seconds(1)) }
    return try body()
  }

  mutating func add(_ name: String, _ seconds: Double) { measures.append(.init(name, seconds)) }

  /// One entry for each phase, in order of first appearance.
  var summed: [IterationReport.Measure] {
    var result: [IterationReport.Measure] = []
    for measure in measures {
      if let i = result.firstIndex(where: { $0.name == measure.name }) {
        result[i].value += measure.value
      } else {
        result.append(measure)
      }
    }
    return result
  }
}
