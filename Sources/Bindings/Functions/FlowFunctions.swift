import Core
import Datasets
import Engine
import Flows
import Foundation
import Language

/// Making, training and using flows.
enum FlowFunctions {
  static let family = FunctionCatalog.Family(
    "flows", doc: "sequence flows: making, training, encoding and decoding",
    [
      seqflow, PretrainFunction.pretrain, reconstruct, likelihood, generate, encode, decode,
      embeddingAngles,
    ])

  static let flow = Parameter.required("flow", "a flow", "the flow")

  static func handle(_ arguments: Arguments, _ name: String = "flow") throws(Failure) -> FlowHandle
  {
    try arguments.host(name, as: FlowHandle.self, "a flow")
  }

  // MARK: Making

  private static let sizes: [OptionSpec] = [
    OptionSpec("features", .integer(2...1024), "F: numbers of a token's latent, even"),
    OptionSpec("blocks", .integer(1...64), "K: autoregressive blocks"),
    OptionSpec("hidden", .integer(1...8192), "H: LSTM units"),
    OptionSpec("layers", .integer(1...16), "L: LSTM layers of a block"),
    OptionSpec("couplings", .integer(1...64), "C: coupling layers of a block"),
    OptionSpec("units", .integer(1...8192), "U: units of a coupling's hidden layers"),
    OptionSpec("noise", .real(1e-6...0.999), default: .real(0.1), "sigma of q(v | x)"),
    OptionSpec("dropout", .real(0...0.99), "probability of dropping an LSTM output in training"),
  ]

  private static let seqflow = NativeFunction(
    "seqflow",
    FunctionSignature(
      [
        .required("tokens", "tokens", "what it shall model"),
        .named(
          "size", "\"small\" or \"paper\"", default: "\"small\"",
          "sizes for a laptop, or the paper's"),
        .named(
          "embedding", "\"fixed\" or \"learned\"", default: "\"fixed\"",
          "a fixed spherical code, or learned as published (it collapses)"),
      ], options: sizes, result: "a flow"),
    doc: "An autoregressive normalizing flow on token sequences, with random weights "
      + "(SeqFlow, arXiv 2504.14889).",
    example: "flow = seqflow(tokens, size: \"small\")", effect: .ordered
  ) { arguments, context in
    let tokens = try arguments.host("tokens", as: TokensHandle.self, "tokens, as selfies(…) makes")
    let size = try arguments.choice("size", of: ["small", "paper"], default: "small")
    let embedding = try arguments.choice(
      "embedding", of: SeqFlowConfiguration.Embedding.allCases.map(\.rawValue), default: "fixed")
    let options = try arguments.options(sizes)
    let kind = SeqFlowConfiguration.Embedding(rawValue: embedding) ?? .fixed
    let (v, length) = (tokens.coding.vocabulary.count, tokens.sequences.length)
    var c =
      size == "paper"
      ? SeqFlowConfiguration.paper(vocabulary: v, maxLength: length, embedding: kind)
      : SeqFlowConfiguration.small(vocabulary: v, maxLength: length, embedding: kind)
    if options.contains("features") { c.features = options.integer("features") }
    if options.contains("blocks") { c.blocks = options.integer("blocks") }
    if options.contains("hidden") { c.hidden = options.integer("hidden") }
    if options.contains("layers") { c.layers = options.integer("layers") }
    if options.contains("couplings") { c.couplings = options.integer("couplings") }
    if options.contains("units") { c.couplingUnits = options.integer("units") }
    c.noise = options.real("noise")
    if options.contains("dropout") { c.dropout = options.real("dropout") }
    let flow = try SeqFlow<Float>(c, random: context.nextRun("seqflow").random)
    return .host(
      FlowHandle(flow: flow, coding: tokens.coding, length: length, data: tokens))
  }

  // MARK: Sequences of a flow

  /// What to do with texts a flow cannot take.
  enum Unfit: String, CaseIterable {
    case fail, skip
  }

  /// Tokens written in a flow's own vocabulary and length.
  static func fitting(_ tokens: TokensHandle, _ flow: FlowHandle, unfit: Unfit = .fail) throws
    -> (tokens: TokensHandle, skipped: SkipReport)
  {
    if tokens.coding == flow.coding, tokens.sequences.length == flow.length {
      return (tokens, SkipReport())
    }
    guard tokens.coding.kind == flow.coding.kind else {
      throw Failure(
        .badArgument,
        "the flow models \(flow.coding.kind.rawValue) tokens, not \(tokens.coding.kind.rawValue)")
    }
    return try encoded(tokens.texts, flow, unfit: unfit)
  }

  /// Texts as tokens of a flow, cut on all cores.
  /// - Throws: `.badData` that names the first text the flow cannot take, and how many there are.
  static func encoded(_ texts: [String], _ flow: FlowHandle, unfit: Unfit = .fail) throws
    -> (tokens: TokensHandle, skipped: SkipReport)
  {
    let ranges = Parallel.ranges(texts.count, by: 256)
    let parts = Parallel.map(ranges.count) { i in
      var part = TokenSequences(length: flow.length, vocabulary: flow.coding.vocabulary.count)
      var failures: [(Int, Failure)] = []
      for row in ranges[i] {
        do throws(Failure) {
          part.append(try flow.coding.numbers(texts[row], length: flow.length))
        } catch { failures.append((row, error)) }
      }
      return (part, failures)
    }
    var all = TokenSequences(length: flow.length, vocabulary: flow.coding.vocabulary.count)
    var skipped = SkipReport()
    var first: Failure?
    var left: Set<Int> = []
    for (part, failures) in parts {
      for row in 0..<part.count { all.append(part[row]) }
      for (row, failure) in failures {
        first = first ?? failure
        left.insert(row)
        skipped.add(line: row, reason: failure.message)
      }
    }
    if var failure = first, unfit == .fail || all.count == 0 {
      if skipped.count > 1 {
        failure.message += "; \(skipped.count) of \(texts.count) sequences do not fit the flow"
      }
      throw failure
    }
    let kept = left.isEmpty ? texts : texts.indices.filter { !left.contains($0) }.map { texts[$0] }
    return (TokensHandle(coding: flow.coding, sequences: all, texts: kept), skipped)
  }

  // MARK: Using

  private static let data = Parameter.required(
    "data", "a table, a list of strings or tokens", "the sequences")

  private static func sequences(_ arguments: Arguments, _ flow: FlowHandle) throws -> TokensHandle {
    if case .host(let tokens as TokensHandle) = try arguments.value("data") {
      return try fitting(tokens, flow).tokens
    }
    return try encoded(
      try Texts.of(arguments, "data", molecular: flow.coding.kind.isMolecular), flow
    ).tokens
  }

  /// A run that only reports and stops.
  private static func quiet(_ context: CallContext) -> RunContext {
    RunContext(
      random: RandomStream(seed: 0), cancellation: context.environment.cancellation,
      events: context.environment.events)
  }

  private static let reconstruct = NativeFunction(
    "reconstruct", FunctionSignature([flow, data], result: "a record"),
    doc: "Encodes and decodes sequences and counts those that come back exactly.",
    example: "reconstruct(flow, sample(library, 1000))"
  ) { arguments, context in
    let handle = try handle(arguments)
    let tokens = try sequences(arguments, handle)
    let (flow, run) = (handle.flow, quiet(context))
    var wrong: [Int] = []
    // In blocks, so that memory does not grow with the data and progress is seen.
    let clock = ContinuousClock()
    let start = clock.now
    for range in Parallel.ranges(tokens.sequences.count, by: 16_384) {
      let part = tokens.sequences.batch(range)
      wrong += try flow.reconstruct(part, context: run).wrong.map { range.lowerBound + $0 }
      run.report(
        .progress(
          Progress(
            "reconstruct", done: range.upperBound, total: tokens.sequences.count,
            note: "\(wrong.count) wrong")))
    }
    run.report(.finished(task: "reconstruct", summary: nil))
    let count = tokens.sequences.count
    return .record(
      Record([
        ("exact", .number(count == 0 ? 1 : Double(count - wrong.count) / Double(count))),
        ("sequences", .number(Double(count))),
        ("wrong", .list(wrong.map { .string(tokens.text($0)) })),
        ("seconds", .number((clock.now - start) / .seconds(1))),
      ]))
  }

  private static let likelihood = NativeFunction(
    "likelihood", FunctionSignature([flow, data], result: "a vector"),
    doc: "log p of each sequence under the flow, at its embedding, summed over positions.",
    example: "mean(likelihood(flow, library))"
  ) { arguments, context in
    let handle = try handle(arguments)
    let tokens = try sequences(arguments, handle)
    let (flow, run) = (handle.flow, quiet(context))
    var sums: [Double] = []
    for range in Parallel.ranges(tokens.sequences.count, by: 16_384) {
      let rows = try flow.logLikelihood(tokens.sequences.batch(range), context: run)
      for row in 0..<rows.rows { sums.append(rows.rows(row..<row + 1).sum) }
    }
    return .vector(sums)
  }

  private static let generate = NativeFunction(
    "generate",
    FunctionSignature(
      [flow, .required("n", "a whole number of at least 1", "how many")], result: "a table"),
    doc: "Sequences drawn from the flow, with whether each is valid.",
    example: "generate(flow, 100)", effect: .ordered
  ) { arguments, context in
    let handle = try handle(arguments)
    let n = try arguments.integer("n", in: 1...10_000_000)
    let run = context.nextRun("generate")
    let drawn = try handle.flow.generate(
      n, length: handle.length, random: run.random, context: run)
    return .table(try texts(drawn, handle))
  }

  private static func texts(_ batch: TokenBatch, _ flow: FlowHandle) throws -> Table {
    let identities = Parallel.map(batch.count) { flow.coding.identity(batch[$0]) }
    let raw = Parallel.map(batch.count) { flow.coding.text(batch[$0]) }
    return try Table([
      (
        flow.coding.kind.isMolecular ? "smiles" : "sequence",
        .texts(zip(identities, raw).map { $0 ?? $1 ?? "" })
      ), ("valid", .flags(identities.map { $0 != nil })),
    ])
  }

  private static let encode = NativeFunction(
    "encode", FunctionSignature([flow, data], result: "a list of vectors"),
    doc: "The latent of each sequence, T times F numbers.", example: "z = encode(flow, [\"CCO\"])"
  ) { arguments, context in
    let handle = try handle(arguments)
    let tokens = try sequences(arguments, handle)
    let batch = tokens.sequences.batch(0..<tokens.sequences.count)
    let z = try handle.flow.encode(batch, context: quiet(context))
    return .list((0..<z.rows).map { .vector(z.rows($0..<$0 + 1).entries.map(Double.init)) })
  }

  private static let decode = NativeFunction(
    "decode",
    FunctionSignature(
      [flow, .required("z", "a vector or a list of vectors", "latents of T times F numbers")],
      result: "a table"),
    doc: "The sequence of each latent, with whether it is valid.",
    example: "decode(flow, encode(flow, [\"CCO\"]))"
  ) { arguments, context in
    let handle = try handle(arguments)
    let rows: [[Double]]
    switch try arguments.value("z") {
    case .vector(let z): rows = [z]
    case .list(let items):
      rows = try items.map { item in
        if case .vector(let z) = item { return z }
        throw arguments.mismatch("z", "a vector or a list of vectors")
      }
    default: throw arguments.mismatch("z", "a vector or a list of vectors")
    }
    let flow = handle.flow
    let width = flow.latentSize(length: handle.length)
    guard rows.allSatisfy({ $0.count == width }) else {
      throw Failure(.badArgument, "a latent of this flow has \(width) numbers")
    }
    let z = Tensor<Float>([rows.count, width], rows.flatMap { $0.map(Float.init) })
    return .table(try texts(try flow.decode(z, context: quiet(context)), handle))
  }

  private static let embeddingAngles = NativeFunction(
    "embedding_angles", FunctionSignature([flow], result: "a vector"),
    doc: "Angles between all pairs of token embeddings, in degrees; near 0 they have collapsed.",
    example: "histogram(embedding_angles(flow))"
  ) { arguments, _ in
    let cosines = SphericalCode.pairwiseCosines(try handle(arguments).flow.embedding.value)
    return .vector(cosines.map { acos($0) * 180 / .pi })
  }
}
