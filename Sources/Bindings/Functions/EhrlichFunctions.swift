import Core
import Datasets
import Language
import Oracles

/// Ehrlich functions: scores of sequences whose optimum is known.
enum EhrlichFunctions {
  static let family = FunctionCatalog.Family(
    "ehrlich", doc: "Ehrlich functions: scores of sequences with a known optimum",
    [function, score, sequences])

  private static let function = NativeFunction(
    "ehrlich_function",
    FunctionSignature(
      [
        .named(
          "letters", "a string", default: "the 20 amino acids", "the alphabet, each letter once"),
        .named("length", "a whole number from 1 to 10000", default: "32", "letters of a sequence"),
        .named("motifs", "a whole number from 1 to 1000", default: "4", "motifs"),
        .named(
          "motif_length", "a whole number from 1 to 1000", default: "4", "letters of a motif"),
        .named(
          "quantization", "a whole number of at least 1",
          "levels of a motif's share (default: its length)"),
        .named("seed", "a whole number of at least 0", default: "0", "draws the function"),
      ], result: "ehrlich_function"),
    doc: "Draws an Ehrlich function (arXiv 2407.00236): motifs to be found at their spacings, in "
      + "sequences without banned pairs of letters. The optimum is 1; `f.solution` reaches it.",
    example: "f = ehrlich_function(length: 32, motifs: 2, motif_length: 4)\nf.motifs"
  ) { arguments, _ in
    let letters = Array(
      try arguments.string("letters", default: String(LetterAlphabet.protein.letters)))
    guard Set(letters).count == letters.count else {
      throw Failure(.badArgument, "`letters` holds a letter twice")
    }
    let k = try arguments.integer("motif_length", in: 1...1000, default: 4)
    let sizes = EhrlichFunction.Sizes(
      letters: letters.count, length: try arguments.integer("length", in: 1...10_000, default: 32),
      motifs: try arguments.integer("motifs", in: 1...1000, default: 4), motifLength: k,
      quantization: try arguments.integer("quantization", in: 1...1000, default: k))
    let seed = try arguments.integer("seed", in: 0...(1 << 53), default: 0)
    return .host(
      EhrlichHandle(
        try EhrlichFunction(sizes, random: RandomStream(seed: UInt64(seed)).stream("ehrlich")),
        letters: letters))
  }

  private static let handle = Parameter.required(
    "f", "ehrlich_function", "as ehrlich_function(…) makes")

  private static func read(_ arguments: Arguments) throws -> EhrlichHandle {
    try arguments.host(
      "f", as: EhrlichHandle.self, "an Ehrlich function, as ehrlich_function(…) makes")
  }

  private static let score = NativeFunction(
    "ehrlich_score",
    FunctionSignature(
      [handle, .required("x", "a string", "a sequence of the function's letters")],
      result: "a record"),
    doc: "A sequence's value from 0 to 1, whether it is feasible, and the share of each motif. The "
      + "value of an infeasible sequence is 0 (in the paper minus infinity).",
    example: "f = ehrlich_function()\nehrlich_score(f, f.solution).value"
  ) { arguments, _ in
    let handle = try read(arguments)
    let sequence = handle.numbers(try arguments.string("x"))
    let value = sequence.flatMap { handle.function.value($0) }
    let shares = sequence.map { handle.function.motifShares($0) }
    return .record(
      Record([
        ("value", .number(value ?? 0)), ("feasible", .bool(value != nil)),
        (
          "motifs",
          .vector(shares ?? [Double](repeating: 0, count: handle.function.sizes.motifs))
        ),
      ]))
  }

  private static let sequences = NativeFunction(
    "ehrlich_sequences",
    FunctionSignature(
      [handle, .required("n", "a whole number of at least 1", "how many")], result: "a table"),
    doc: "Feasible sequences drawn from the function's own chain of letters.",
    example: "ehrlich_sequences(ehrlich_function(), 100)", effect: .ordered
  ) { arguments, context in
    let handle = try read(arguments)
    let n = try arguments.integer("n", in: 1...10_000_000)
    let random = context.nextRun("ehrlich_sequences").random
    let ranges = Parallel.ranges(n, by: 1024)
    let parts = Parallel.map(ranges.count) { i in
      ranges[i].map { row in
        var stream = random.stream("sequence", row)
        return handle.text(handle.function.sample(using: &stream))
      }
    }
    return .table(try Table([("sequence", .texts(parts.flatMap { $0 }))]))
  }
}
