import Chemistry
import Core
import Flows
import Language

/// Which texts a set of sequences holds, equal molecules counted as equal: eight bytes a text.
///
/// Texts are told apart by a hash of 64 bits, which mistakes one in 10^13 among a million.
struct KnownTexts: Sendable {
  private let sorted: [UInt64]

  init(_ texts: [String], _ coding: SequenceCoding, context: RunContext) throws {
    let ranges = Parallel.ranges(texts.count, by: 4096)
    var hashes: [UInt64] = []
    hashes.reserveCapacity(texts.count)
    // A few pieces at a time, so that Ctrl-C and progress come through.
    for group in Parallel.ranges(ranges.count, by: 16) {
      try context.checkCancellation("stopped reading the training data")
      let parts = Parallel.map(group.count) { i in
        ranges[group.lowerBound + i].map { row -> UInt64 in
          let text = texts[row]
          guard coding.kind.isMolecular else { return Self.hash(text) }
          return Self.hash((try? Molecule(smiles: text).canonical()) ?? text)
        }
      }
      for part in parts { hashes += part }
      if texts.count > 65_536 {
        context.report(
          .progress(Progress("read what is known", done: hashes.count, total: texts.count)))
      }
    }
    sorted = hashes.sorted()
  }

  /// Whether one of the sequences has this text (for molecules the canonical SMILES).
  func contains(_ text: String) -> Bool {
    let hash = Self.hash(text)
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == hash
  }

  /// FNV-1a, 64 bit.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
