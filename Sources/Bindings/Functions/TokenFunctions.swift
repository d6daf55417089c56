import Chemistry
import Core
import Datasets
import Flows
import Language

/// Texts to tokens.
enum TokenFunctions {
  static let family = FunctionCatalog.Family(
    "tokens", doc: "cutting texts into tokens that a flow models",
    [
      function(
        .selfies, doc: "Molecules as SELFIES tokens, of which every sequence is a molecule."),
      function(.smiles, doc: "Molecules as SMILES tokens."),
      function(.characters, doc: "Sequences as characters: proteins, DNA, anything."),
      function(.words, doc: "Sequences as words between blanks."),
      randomSequences,
    ])

  private static let randomSequences = NativeFunction(
    "random_sequences",
    FunctionSignature(
      [
        .required("tokens", "tokens or a flow", "whose vocabulary and length to use"),
        .required("n", "a whole number of at least 1", "how many"),
      ], result: "tokens"),
    doc: "Sequences of random tokens and random lengths, all equally likely: what a flow has never "
      + "seen, to see whether it gives everything back.",
    example: "reconstruct(flow, random_sequences(flow, 10_000))", effect: .ordered
  ) { arguments, context in
    let (coding, length): (SequenceCoding, Int)
    switch try arguments.value("tokens") {
    case .host(let tokens as TokensHandle):
      (coding, length) = (tokens.coding, tokens.sequences.length)
    case .host(let flow as FlowHandle): (coding, length) = (flow.coding, flow.length)
    default: throw arguments.mismatch("tokens", "tokens or a flow")
    }
    let n = try arguments.integer("n", in: 1...100_000_000)
    let random = context.nextRun("random_sequences").random
    let v = coding.vocabulary.count
    let ranges = Parallel.ranges(n, by: 8192)
    let parts = Parallel.map(ranges.count) { i in
      var part = TokenSequences(length: length, vocabulary: v)
      var stream = random.stream("block", i)
      for _ in ranges[i] {
        let count = 1 + stream.integer(below: length - 1)
        part.append((0..<count).map { _ in Int32(2 + stream.integer(below: v - 2)) })
      }
      return part
    }
    var all = TokenSequences(length: length, vocabulary: v)
    for part in parts { for row in 0..<part.count { all.append(part[row]) } }
    return .host(TokensHandle(coding: coding, sequences: all, texts: nil))
  }

  private static func function(_ kind: SequenceCoding.Kind, doc: String) -> NativeFunction {
    var parameters = [
      Parameter.required("data", "a table or a list of strings", "the texts"),
      .named(
        "max", "a whole number of at least 1", "longest sequence in tokens; longer ones are skipped"
      ),
    ]
    if kind == .selfies {
      parameters.append(
        .named(
          "constraints", "a preset's name", default: "\"default\"",
          SELFIESConstraints.presetNames.joined(separator: ", ")))
    }
    return NativeFunction(
      kind.rawValue, FunctionSignature(parameters, result: "tokens"), doc: doc,
      example: "tokens = \(kind.rawValue)(data, max: 72)", effect: .ordered
    ) { arguments, context in
      let texts = try Texts.of(arguments, "data", molecular: kind.isMolecular)
      let constraints =
        kind == .selfies ? try arguments.string("constraints", default: "default") : "default"
      _ = try SELFIESConstraints.preset(constraints)
      let max = arguments.has("max") ? try arguments.integer("max", in: 1...100_000) : nil
      return .host(try tokens(texts, kind, constraints, max: max, context))
    }
  }

  private static func tokens(
    _ texts: [String], _ kind: SequenceCoding.Kind, _ constraints: String, max: Int?,
    _ context: CallContext
  ) throws -> TokensHandle {
    let run = RunContext(
      random: RandomStream(seed: 0), cancellation: context.environment.cancellation,
      events: context.environment.events)
    let numbered = try NumberedSequences(count: texts.count, max: max, context: run) {
      row throws(Failure) in
      try SequenceCoding.tokens(texts[row], kind: kind, constraints: constraints)
    }
    tell(texts.count, numbered, max, context)
    var sequences = TokenSequences(
      length: numbered.longest + 1, vocabulary: numbered.vocabulary.count)
    for row in numbered.kept.indices { sequences.append(numbered[row].map { Int32($0) }) }
    return TokensHandle(
      coding: SequenceCoding(
        kind: kind, vocabulary: numbered.vocabulary, constraints: constraints),
      sequences: sequences, texts: numbered.kept.map { texts[$0] })
  }

  private static func tell(
    _ total: Int, _ numbered: NumberedSequences, _ max: Int?, _ context: CallContext
  ) {
    let skipped = numbered.skipped
    if skipped.count > 0 {
      let reasons = skipped.first.map { "row \($0.line): \($0.reason)" }
      let more = skipped.count > reasons.count ? "; …" : ""
      context.environment.events(
        .warning(
          "\(skipped.count) of \(total) sequences skipped; "
            + reasons.joined(separator: "; ") + more))
    }
    if numbered.tooLong > 0 {
      context.environment.events(
        .notice(
          "\(numbered.tooLong) of \(total) sequences skipped: longer than \(max ?? 0) tokens"))
    }
  }
}

/// Texts that an argument holds.
enum Texts {
  /// The column of sequences of a table, a list of strings, one string, or tokens' own texts.
  static func of(_ arguments: Arguments, _ name: String, molecular: Bool) throws -> [String] {
    switch try arguments.value(name) {
    case .table(let table):
      let wanted = molecular ? "smiles" : "sequence"
      let column = table[wanted] != nil ? wanted : soleTextColumn(table) ?? wanted
      guard case .texts(let texts) = try table.column(column) else {
        throw Failure(.badArgument, "the column `\(column)` does not hold texts")
      }
      return texts
    case .string(let text): return [text]
    case .host(let tokens as TokensHandle): return tokens.texts
    case .list(let items):
      return try items.map { item in
        switch item {
        case .string(let text): return text
        case .host(let object as MoleculeHandle): return try object.molecule().source
        default: throw arguments.mismatch(name, "a table or a list of strings")
        }
      }
    default: throw arguments.mismatch(name, "a table or a list of strings")
    }
  }

  private static func soleTextColumn(_ table: Table) -> String? {
    let texts = table.names.filter { if case .texts? = table[$0] { true } else { false } }
    return texts.count == 1 ? texts[0] : nil
  }
}
