import Core
import Flows
import Language

/// Tokenised sequences in the language: `tokens = selfies(library)`.
final class TokensHandle: HostObject {
  let coding: SequenceCoding
  let batch: TokenBatch
  /// The text each row was made of.
  let texts: [String]

  init(coding: SequenceCoding, batch: TokenBatch, texts: [String]) {
    self.coding = coding
    self.batch = batch
    self.texts = texts
  }

  let typeName = "tokens"

  var summary: String {
    "tokens: \(batch.count) sequences of up to \(batch.length - 1) \(coding.kind.rawValue) tokens, "
      + "vocabulary of \(coding.vocabulary.count)"
  }

  let members = ["length", "vocabulary", "texts", "kind"]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "length": .number(Double(batch.length))
    case "vocabulary": .list(coding.vocabulary.tokens.map { .string($0) })
    case "texts": .list(texts.map { .string($0) })
    case "kind": .string(coding.kind.rawValue)
    default: nil
    }
  }

  var count: Int? { batch.count }

  func element(_ index: Int) throws -> Value {
    let numbers = batch[index].prefix { $0 != TokenBatch.stop }
    return .list(numbers.map { .string(coding.vocabulary.tokens[Int($0)]) })
  }

  func rows(_ indices: [Int]) throws -> Value? {
    .host(
      TokensHandle(coding: coding, batch: batch.rows(indices), texts: indices.map { texts[$0] }))
  }
}
