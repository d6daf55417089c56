import Core
import Engine
import Flows
import Oracles
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

  /// What makes new sequences of parts of others; nil where sequences are only what their tokens are.
  func recombiner(length: Int) -> (any SequenceRecombiner)?

  /// What can be told of a candidate beside its tokens; nothing unless told otherwise.
  var features: SequenceFeatures { get }

  /// What these features are of a candidate; asked only for some of its own.
  /// - Throws: whatever keeps them from being worked out.
  func values(_ features: SequenceFeatures, of candidate: CodedCandidate) throws(Failure)
    -> SequenceFeatures.Values
}

extension SequenceCodec {
  /// None.
  public func recombiner(length: Int) -> (any SequenceRecombiner)? { nil }

  /// None.
  public var features: SequenceFeatures { SequenceFeatures() }

  /// Nothing can be told beside tokens.
  public func values(_ features: SequenceFeatures, of candidate: CodedCandidate) throws(Failure)
    -> SequenceFeatures.Values
  {
    guard features == SequenceFeatures() else {
      throw Failure(.unsupported, "these sequences have no features beside their tokens")
    }
    return .init()
  }
}

/// Makes new sequences of parts of others, where a part means something: a fragment of a molecule stays
/// itself wherever it is joined, while moved tokens may read as something else.
public protocol SequenceRecombiner: Sendable {
  /// `count` sequences, each made of one and of a part of one of its partners; nil where that gave
  /// nothing valid. Each draws by its own stream.
  func children(of text: String, with partners: [String], count: Int, random: RandomStream)
    -> [CodedCandidate?]
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
  /// What a sequence has to satisfy before it may be evaluated; nil where every one may.
  public private(set) var requirement: Requirement?
  /// What token sequences stand for: moves around the same anchors decode to the same ones.
  private let known = BoundedMemo<[Int32], CodedCandidate?>(bound: 30_000)
  /// Whether texts may be evaluated.
  private var allowed = BoundedMemo<String, Bool>(bound: 30_000)

  /// The sequences of one length that a flow generates.
  public init(flow: SeqFlow<Float>, codec: any SequenceCodec, length: Int) {
    self.flow = flow
    self.codec = codec
    self.length = length
  }

  /// What each sequence of a batch stands for, worked out on all cores.
  package func candidates(_ batch: TokenBatch) -> [CodedCandidate?] {
    let words = (0..<batch.count).map { Array(batch[$0]) }
    return known.values(of: words) { new in
      let ranges = Parallel.ranges(new.count, by: 64)
      return Parallel.map(ranges.count) { i in
        new[ranges[i]].map { codec.candidate(tokens: batch[$0], length: batch.length) }
      }.flatMap { $0 }
    }
  }

  /// The same sequences, of which only those that satisfy this are evaluated.
  public func requiring(_ requirement: Requirement?) -> SequenceSpace {
    var space = self
    space.requirement = requirement
    space.allowed = BoundedMemo(bound: 30_000)
    return space
  }

  /// Candidates as they are, nil in the place of each that may not be evaluated.
  package func allowed(_ candidates: [CodedCandidate?]) throws -> [CodedCandidate?] {
    guard let requirement else { return candidates }
    let texts = candidates.compactMap { $0?.text }
    let holds = try allowed.values(of: texts) { places in
      try Parallel.map(places.count) { try requirement.holds(.text(texts[places[$0]])) }
    }
    var answers = holds.makeIterator()
    return candidates.map { candidate in
      candidate != nil && answers.next() == true ? candidate : nil
    }
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
}
