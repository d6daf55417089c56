import Core
import Engine
import Flows
import Surrogates

/// Sequences as a surrogate sees them: their features, each worked out once while it is remembered.
struct FeatureReader: Sendable {
  /// What is looked at.
  let features: SequenceFeatures
  private let codec: any SequenceCodec
  /// Those that the codec tells; n-grams need tokens alone.
  private let ofCodec: SequenceFeatures
  private let known = BoundedMemo<String, SequenceFeatures.Values>(bound: 20_000)

  init(_ features: SequenceFeatures, of codec: any SequenceCodec) {
    self.features = features
    self.codec = codec
    var ofCodec = features
    ofCodec.ngrams = false
    self.ofCodec = ofCodec
  }

  /// The features of candidates, on all cores: n-grams first, then the codec's, in their order.
  /// - Throws: whatever keeps one from being worked out.
  func points(_ candidates: [CodedCandidate]) throws -> SequencePoints {
    let rows = try known.values(of: candidates.map(\.text)) { new in
      let ranges = Parallel.ranges(new.count, by: 32)
      return try Parallel.map(ranges.count) { i in
        try new[ranges[i]].map { try values(candidates[$0]) }
      }.flatMap { $0 }
    }
    return SequencePoints(
      counts: (0..<features.countKinds).map { kind in rows.map { $0.counts[kind] } },
      vectors: features.descriptors.indices.map { kind in
        let width = rows.first?.descriptors[kind].count ?? 0
        return Tensor([rows.count, width], rows.flatMap { $0.descriptors[kind].map(Float.init) })
      })
  }

  private func values(_ candidate: CodedCandidate) throws(Failure) -> SequenceFeatures.Values {
    var values = try codec.values(ofCodec, of: candidate)
    if features.ngrams {
      let word = candidate.tokens.prefix { $0 != TokenBatch.stop }
      values.counts.insert(CountVector(ngramsOf: word, upTo: SequenceFeatures.longestRun), at: 0)
    }
    return values
  }
}
