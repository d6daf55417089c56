import Core
import Synchronization

/// The letters that sequences of a kind consist of.
public enum LetterAlphabet: String, Sendable, CaseIterable {
  /// The 20 amino acids (IUPAC's one-letter codes without B, J, O, U, X and Z).
  case protein
  /// A, C, G and T.
  case dna
  /// A, C, G and U.
  case rna

  /// The letters, in alphabetical order.
  public var letters: [Character] {
    switch self {
    case .protein: Array("ACDEFGHIKLMNPQRSTVWY")
    case .dna: Array("ACGT")
    case .rna: Array("ACGU")
    }
  }

  /// What the letters are, in words.
  public var phrase: String {
    switch self {
    case .protein: "the 20 amino acids"
    case .dna: "A, C, G and T"
    case .rna: "A, C, G and U"
    }
  }
}

/// Judges sequences by an alphabet, and counts the letters it does not hold.
///
/// Small letters, which mark repeats in some files, are read as capitals. Safe to use from all cores:
/// the counts do not depend on the order.
public final class LetterCheck: Sendable {
  private struct Tally {
    var sequences = 0
    var times = 0
  }

  private let alphabet: LetterAlphabet
  private let known: Set<Character>
  private let unknown = Mutex<[Character: Tally]>([:])

  /// A check that has seen nothing.
  public init(_ alphabet: LetterAlphabet) {
    self.alphabet = alphabet
    known = Set(alphabet.letters)
  }

  /// Takes a sequence in capitals, or leaves it out with the letters that do not belong.
  public func judge(_ record: SequenceRecord) -> SequenceData.Verdict {
    let text = record.text.uppercased()
    var found: [Character: Int] = [:]
    for letter in text where !known.contains(letter) { found[letter, default: 0] += 1 }
    if found.isEmpty { return text == record.text ? .keep : .replace(text) }
    unknown.withLock { tallies in
      for (letter, times) in found {
        tallies[letter, default: Tally()].sequences += 1
        tallies[letter, default: Tally()].times += times
      }
    }
    let list = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { $0.value == 1 ? "\($0.key)" : "\($0.key) (\($0.value) times)" }
    return .skip("letters that are not \(alphabet.phrase): \(list.joined(separator: ", "))")
  }

  /// "X 12 times in 3 sequences, B once in 1 sequence", the most frequent first; nil if there is none.
  public var summary: String? {
    let tallies = unknown.withLock { $0 }
    guard !tallies.isEmpty else { return nil }
    let list = tallies.sorted { ($1.value.times, $0.key) < ($0.value.times, $1.key) }.map {
      let times = $0.value.times == 1 ? "once" : "\($0.value.times) times"
      return "\($0.key) \(times) in \($0.value.sequences) "
        + ($0.value.sequences == 1 ? "sequence" : "sequences")
    }
    return "letters that are not \(alphabet.phrase): \(list.joined(separator: ", "))"
  }
}
