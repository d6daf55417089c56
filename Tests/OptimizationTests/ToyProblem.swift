import Core
import Flows
import Optimization
import Oracles

/// Words over the letters a to h; the goal is in the hands of a test.
struct LetterCodec: SequenceCodec {
  static let letters = Array("abcdefgh")

  func candidate(tokens: ArraySlice<Int32>, length: Int) -> CodedCandidate? {
    var text = ""
    for token in tokens {
      if token == TokenBatch.stop { break }
      guard token >= 2 else { return nil }
      text.append(Self.letters[Int(token) - 2])
    }
    if text.isEmpty { return nil }
    return CodedCandidate(text: text, tokens: Array(tokens))
  }

  func tokens(_ text: String, length: Int) throws(Failure) -> [Int32] {
    var result = [Int32](repeating: TokenBatch.stop, count: length)
    guard text.count < length else { throw Failure(.badData, "`\(text)` is too long") }
    for (i, letter) in text.enumerated() {
      guard let number = Self.letters.firstIndex(of: letter) else {
        throw Failure(.badData, "the letter \(letter) is not known")
      }
      result[i] = Int32(number + 2)
    }
    return result
  }
}

/// An oracle that is a Swift function of the word.
struct WordOracle: Oracle {
  var constraints: [String] = []
  var evaluate: @Sendable (String) -> Evaluation

  var statement: ProblemStatement {
    ProblemStatement(name: "words", goal: "score", isMinimized: false, constraints: constraints)
  }

  func evaluate(
    _ candidates: [Candidate], firstTrial: Int, context: RunContext,
    ahead: (Int, Evaluation) throws -> Void, completed: (Int, Evaluation) throws -> Void
  ) throws {
    for (i, candidate) in candidates.enumerated() {
      try context.checkCancellation("stopped")
      guard case .text(let text) = candidate else { continue }
      try completed(i, evaluate(text))
    }
  }
}

enum Toy {
  static let length = 12

  static func space() throws -> SequenceSpace {
    let flow = try SeqFlow<Float>(
      SeqFlowConfiguration(
        vocabulary: 10, maxLength: length, features: 8, blocks: 2, hidden: 24, layers: 1,
        couplings: 2, couplingUnits: 24, couplingHiddenLayers: 2, dropout: 0),
      random: RandomStream(seed: 5))
    return SequenceSpace(flow: flow, codec: LetterCodec(), length: length)
  }

  static func start(_ count: Int) -> [String] {
    var random = RandomStream(seed: 77)
    var words: Set<String> = []
    while words.count < count {
      let letters = (0..<4 + random.integer(below: 6)).map { _ in
        LetterCodec.letters[random.integer(below: 8)]
      }
      words.insert(String(letters))
    }
    return words.sorted()
  }

  /// Share of the letter a among ten places.
  static func score(_ text: String) -> Double { Double(text.count { $0 == "a" }) / 10 }

  static func study(
    _ options: [String: OptionValue] = [:], budget: Int, seed: UInt64 = 1,
    oracle: WordOracle = WordOracle { Evaluation(objective: score($0)) }
  ) throws -> Study {
    var given = options
    if given["batch"] == nil { given["batch"] = .integer(10) }
    if given["anchors"] == nil { given["anchors"] = .integer(3) }
    if given["candidates"] == nil { given["candidates"] = .integer(300) }
    if given["epochs"] == nil { given["epochs"] = .integer(20) }
    let method = try NFBO(
      space: space(), start: start(30), options: Options(given, specs: NFBO.options))
    return Study(oracle: oracle, method: method, budget: budget, random: RandomStream(seed: seed))
  }
}
