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
    ])

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
    let ranges = Parallel.ranges(texts.count, by: 512)
    let cut = try Parallel.map(ranges.count) { i -> [Result<[String], Failure>] in
      try context.environment.cancellation.check("stopped cutting texts into tokens")
      return ranges[i].map { row in
        Result { () throws(Failure) in
          try SequenceCoding.tokens(texts[row], kind: kind, constraints: constraints)
        }
      }
    }.flatMap { $0 }
    var kept: [Int] = []
    var sequences: [[String]] = []
    var skipped = SkipReport()
    for (row, result) in cut.enumerated() {
      switch result {
      case .success(let tokens):
        kept.append(row)
        sequences.append(tokens)
      case .failure(let error): skipped.add(line: row, reason: error.message)
      }
    }
    if let first = skipped.first.first, sequences.isEmpty {
      throw Failure(
        .badData,
        "none of the \(texts.count) texts can be cut into tokens; row \(first.line): "
          + first.reason)
    }
    // A vocabulary of what is used only: tokens of skipped sequences would never be seen again.
    let short = max.map { limit in sequences.indices.filter { sequences[$0].count <= limit } }
    let used = short ?? Array(sequences.indices)
    guard !used.isEmpty else {
      throw Failure(
        .badData, "all \(sequences.count) sequences are longer than \(max ?? 0) tokens",
        advice: "raise `max`; the shortest has \(sequences.map(\.count).min() ?? 0) tokens")
    }
    let chosen = used.map { sequences[$0] }
    let vocabulary = try TokenVocabulary(counting: chosen)
    let encoding = try vocabulary.encode(chosen)
    tell(texts.count, skipped, tooLong: sequences.count - used.count, max, context)
    return TokensHandle(
      coding: SequenceCoding(kind: kind, vocabulary: vocabulary, constraints: constraints),
      batch: TokenBatch(
        count: encoding.matrix.rows, length: encoding.matrix.columns,
        tokens: encoding.matrix.values.map { Int32($0) }),
      texts: encoding.kept.map { texts[kept[used[$0]]] })
  }

  private static func tell(
    _ total: Int, _ skipped: SkipReport, tooLong: Int, _ max: Int?, _ context: CallContext
  ) {
    if skipped.count > 0, let first = skipped.first.first {
      context.environment.events(
        .warning(
          "\(skipped.count) of \(total) sequences skipped; the first is row \(first.line): "
            + first.reason))
    }
    if tooLong > 0 {
      context.environment.events(
        .notice("\(tooLong) of \(total) sequences skipped: longer than \(max ?? 0) tokens"))
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
