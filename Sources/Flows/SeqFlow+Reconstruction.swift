import Core
import Engine

/// How many sequences come back exactly, and which do not.
public struct Reconstruction: Sendable, Equatable {
  /// Sequences compared.
  public var sequences: Int
  /// Rows of the batch whose decoded encoding differs.
  public var wrong: [Int]

  /// Share that came back exactly; 1 for no sequences.
  public var exactShare: Double {
    sequences == 0 ? 1 : Double(sequences - wrong.count) / Double(sequences)
  }
}

extension SeqFlow {
  /// Sequences encoded and decoded at a time, so that memory does not grow with the data.
  private static var reconstructionBlock: Int { 4096 }

  /// Compares decode(encode(x)) with x (NF-BO, Proposition 2): equal for every sequence as long as no
  /// two embeddings coincide.
  /// - Throws: as `encode`.
  public func reconstruct(_ batch: TokenBatch, context: RunContext? = nil) throws
    -> Reconstruction
  {
    var wrong: [Int] = []
    for range in Parallel.ranges(batch.count, by: Self.reconstructionBlock) {
      let part = batch.rows(range).trimmed()
      let back = try decode(try encode(part, context: context), context: context)
      for (i, row) in range.enumerated() where back[i] != part[i] { wrong.append(row) }
    }
    return Reconstruction(sequences: batch.count, wrong: wrong)
  }
}
