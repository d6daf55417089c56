import Core
import Flows
import Language
import Synchronization

/// Tokenised sequences in the language: `tokens = selfies(library)`.
final class TokensHandle: HostObject {
  let coding: SequenceCoding
  let sequences: TokenSequences
  /// The text each row was made of; nil for sequences that were not made of texts.
  private let sources: [String]?
  private let known = Mutex<KnownTexts?>(nil)

  init(coding: SequenceCoding, sequences: TokenSequences, texts: [String]?) {
    self.coding = coding
    self.sequences = sequences
    sources = texts
  }

  /// The text of a row: what it was made of, else its tokens.
  func text(_ row: Int) -> String {
    if let sources { return sources[row] }
    let tokens = sequences[row].map { coding.vocabulary.tokens[Int($0)] }
    return tokens.joined(separator: coding.kind == .words ? " " : "")
  }

  /// The texts of all rows.
  var texts: [String] { sources ?? (0..<sequences.count).map { text($0) } }

  /// What tells the sequences' texts from others, made when it is first asked for: every molecule
  /// has to be read once more for it.
  func knownTexts(context: RunContext) throws -> KnownTexts {
    if let made = known.withLock({ $0 }) { return made }
    let made = try KnownTexts(texts, coding, context: context)
    known.withLock { $0 = made }
    return made
  }

  let typeName = "tokens"

  var summary: String {
    "tokens: \(sequences.count) sequences of up to \(sequences.length - 1) "
      + "\(coding.kind.rawValue) tokens, "
      + "vocabulary of \(coding.vocabulary.count)"
  }

  let members = ["length", "vocabulary", "texts", "kind"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "length": .number(Double(sequences.length))
    case "vocabulary": .list(coding.vocabulary.tokens.map { .string($0) })
    case "texts": .list(texts.map { .string($0) })
    case "kind": .string(coding.kind.rawValue)
    default: nil
    }
  }

  var count: Int? { sequences.count }

  func element(_ index: Int) throws -> Value {
    .list(sequences[index].map { .string(coding.vocabulary.tokens[Int($0)]) })
  }

  func rows(_ indices: [Int]) throws -> Value? {
    .host(
      TokensHandle(
        coding: coding, sequences: sequences.rows(indices),
        texts: sources.map { texts in indices.map { texts[$0] } }))
  }
}
