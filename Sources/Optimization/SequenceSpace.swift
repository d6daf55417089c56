import Core
import Engine
import Flows
import Surrogates

/// Between token numbers and what an oracle evaluates.
public protocol SequenceCodec: Sendable {
  /// What a decoded sequence stands for, or nil if it stands for nothing that can be evaluated.
  ///
  /// Sequences that stand for the same thing (one molecule written in two ways) give the same text
  /// and the same tokens.
  func candidate(tokens: ArraySlice<Int32>, length: Int) -> CodedCandidate?

  /// The tokens of a text, padded to `length`.
  /// - Throws: `.badData` naming the token that is not known, or the length that does not fit.
  func tokens(_ text: String, length: Int) throws(Failure) -> [Int32]

  /// Names of what can be counted of a candidate beside its tokens (fingerprints of molecules); none
  /// unless told otherwise.
  var fingerprints: [String] { get }

  /// What these fingerprints count of a candidate, in their order; asked only for names in
  /// `fingerprints`.
  /// - Throws: whatever keeps it from being counted.
  func fingerprints(_ names: [String], of candidate: CodedCandidate) throws(Failure)
    -> [CountVector]
}

extension SequenceCodec {
  /// None.
  public var fingerprints: [String] { [] }

  /// Nothing can be counted beside tokens.
  public func fingerprints(_ names: [String], of candidate: CodedCandidate) throws(Failure)
    -> [CountVector]
  {
    if names.isEmpty { return [] }
    throw Failure(.unsupported, "these sequences have no fingerprints")
  }
}

/// One kind of what the surrogate counts of a sequence.
public enum SequenceCounts: Sendable, Equatable {
  /// Runs of one to three tokens.
  case ngrams
  /// A fingerprint of the codec's, by name.
  case fingerprint(String)

  /// The longest run of tokens that is counted.
  static let longestRun = 3
}

/// A sequence as an oracle and as a flow see it.
public struct CodedCandidate: Sendable, Equatable {
  /// What the oracle evaluates, and what tells candidates apart.
  public var text: String
  /// Its tokens, padded.
  public var tokens: [Int32]

  /// A sequence under both its forms.
  public init(text: String, tokens: [Int32]) {
    self.text = text
    self.tokens = tokens
  }
}

/// The sequences that a flow generates: where NF-BO searches.
public struct SequenceSpace: Sendable {
  /// The flow, as the study has tuned it.
  public var flow: SeqFlow<Float>
  /// Between tokens and texts.
  public let codec: any SequenceCodec
  /// T: one padded length for the whole study, since a latent depends on it.
  public let length: Int

  /// The sequences of one length that a flow generates.
  public init(flow: SeqFlow<Float>, codec: any SequenceCodec, length: Int) {
    self.flow = flow
    self.codec = codec
    self.length = length
  }

  /// What each sequence of a batch stands for, worked out on all cores.
  package func candidates(_ batch: TokenBatch) -> [CodedCandidate?] {
    let ranges = Parallel.ranges(batch.count, by: 64)
    let parts = Parallel.map(ranges.count) { i in
      ranges[i].map { codec.candidate(tokens: batch[$0], length: batch.length) }
    }
    return parts.flatMap { $0 }
  }

  /// The tokens of texts as one batch.
  /// - Throws: the codec's error for the first text that does not fit.
  package func batch(_ texts: [String]) throws -> TokenBatch {
    let ranges = Parallel.ranges(texts.count, by: 256)
    let parts = try Parallel.map(ranges.count) { i in
      try ranges[i].flatMap { try codec.tokens(texts[$0], length: length) }
    }
    return TokenBatch(count: texts.count, length: length, tokens: parts.flatMap { $0 })
  }

  /// What is counted of the candidates, by kind and then by candidate, on all cores.
  package func counts(_ kinds: [SequenceCounts], of candidates: [CodedCandidate]) throws
    -> [[CountVector]]
  {
    let names = kinds.compactMap { kind in
      if case .fingerprint(let name) = kind { name } else { nil }
    }
    let ranges = Parallel.ranges(candidates.count, by: 32)
    let rows = try Parallel.map(ranges.count) { i in
      try ranges[i].map { c in
        var fingerprints = try codec.fingerprints(names, of: candidates[c])[...]
        return kinds.map { kind in
          switch kind {
          case .ngrams:
            CountVector(
              ngramsOf: candidates[c].tokens.prefix { $0 != TokenBatch.stop },
              upTo: SequenceCounts.longestRun)
          case .fingerprint: fingerprints.removeFirst()
          }
        }
      }
    }.flatMap { $0 }
    return kinds.indices.map { k in rows.map { $0[k] } }
  }
}
