import Chemistry
import Core
import Datasets
import Flows
import Foundation
import Optimization
import Surrogates

/// How texts become token numbers and back: a kind of token and a vocabulary.
struct SequenceCoding: Sendable, Equatable {
  /// What a token is.
  enum Kind: String, Sendable, CaseIterable, Codable {
    /// SELFIES symbols of molecules.
    case selfies
    /// Atoms, bonds and ring marks of SMILES.
    case smiles
    case characters
    case words

    /// Whether the sequences are molecules.
    var isMolecular: Bool { self == .selfies || self == .smiles }
  }

  let kind: Kind
  let vocabulary: TokenVocabulary
  /// The preset of SELFIES constraints.
  let constraints: String

  /// The tokens of a text.
  /// - Throws: `.badData` if the text cannot be cut (a SMILES that does not parse).
  static func tokens(_ text: String, kind: Kind, constraints: String) throws(Failure) -> [String] {
    switch kind {
    case .selfies:
      let preset = try SELFIESConstraints.preset(constraints)
      return try SELFIES.tokens(try SELFIES.encode(text, constraints: preset))
    case .smiles: return try SMILESTokens.tokens(text)
    case .characters: return try CharacterTokenizer().tokens(text)
    case .words: return try WordTokenizer().tokens(text)
    }
  }

  /// Token numbers of a text, padded with `<stop>` to `length`.
  /// - Throws: `.badData` naming the token that is not known, or the length that does not fit.
  ///
  /// A symbol of SELFIES that the flow does not know may have a twin that it does, told apart by a
  /// centre's handedness or its hydrogens, as `[CH1]` and `[C@H1]`, or `[SH1]` and `[S]`: canonical
  /// SMILES spells what a flow wrote in another way. Such a twin stands in where the sequence still is
  /// the same molecule.
  func numbers(_ text: String, length: Int) throws(Failure) -> [Int32] {
    do throws(Failure) {
      return try ownNumbers(text, length)
    } catch {
      guard kind == .selfies, let own = try? Molecule(smiles: text).canonical() else { throw error }
      for plain in [Self.withoutHand, Self.withoutHandAndHydrogens] {
        if let twins = twins(text, plain),
          let numbers = try? numbers(twins, of: text, length), identity(numbers[...]) == own
        {
          return numbers
        }
      }
      throw error
    }
  }

  /// Token numbers of a text as it is written, no twins.
  private func ownNumbers(_ text: String, _ length: Int) throws(Failure) -> [Int32] {
    try numbers(Self.tokens(text, kind: kind, constraints: constraints), of: text, length)
  }

  private static func withoutHand(_ token: String) -> String { token.filter { $0 != "@" } }

  private static func withoutHandAndHydrogens(_ token: String) -> String {
    withoutHand(token).replacing(/H\d*/, with: "")
  }

  /// A molecule's symbols with unknown ones replaced by their twins; nil if one has none.
  private func twins(_ text: String, _ plain: (String) -> String) -> [String]? {
    guard let tokens = try? Self.tokens(text, kind: kind, constraints: constraints) else {
      return nil
    }
    var result: [String] = []
    for token in tokens {
      guard
        let known = vocabulary.number(of: token) != nil
          ? token : vocabulary.tokens.first(where: { plain($0) == plain(token) })
      else { return nil }
      result.append(known)
    }
    return result
  }

  private func numbers(_ tokens: [String], of text: String, _ length: Int) throws(Failure)
    -> [Int32]
  {
    guard tokens.count < length else {
      throw Failure(
        .badData, "`\(text)` has \(tokens.count) tokens, but the flow takes at most \(length - 1)",
        advice: "leave it out, or make the flow with a larger `max`")
    }
    var numbers = [Int32](repeating: TokenBatch.stop, count: length)
    for (i, token) in tokens.enumerated() {
      guard let number = vocabulary.number(of: token) else {
        throw Failure(
          .badData, "`\(text)` holds the token `\(token)`, which the flow does not know",
          advice: "leave it out, or make the flow from data in which `\(token)` occurs")
      }
      numbers[i] = Int32(number)
    }
    return numbers
  }

  /// The text that token numbers stand for; nil if they stand for nothing that is valid.
  func text(_ numbers: ArraySlice<Int32>) -> String? {
    var tokens: [String] = []
    for number in numbers {
      if number == TokenBatch.stop { break }
      if number == TokenBatch.start { return nil }
      tokens.append(vocabulary.tokens[Int(number)])
    }
    if tokens.isEmpty { return nil }
    switch kind {
    case .selfies:
      guard let preset = try? SELFIESConstraints.preset(constraints),
        let smiles = try? SELFIES.decode(tokens.joined(), constraints: preset), !smiles.isEmpty
      else { return nil }
      return smiles
    case .smiles, .characters: return tokens.joined()
    case .words: return tokens.joined(separator: " ")
    }
  }

  /// The text that tells sequences apart: for molecules the canonical SMILES.
  func identity(_ numbers: ArraySlice<Int32>) -> String? {
    guard let text = text(numbers) else { return nil }
    return kind.isMolecular ? Self.identity(smiles: text) : text
  }

  /// The canonical SMILES; nil if there is none. RDKit writes some odd aromatic rings in a form that it
  /// cannot read; what nobody could evaluate counts as invalid.
  static func identity(smiles text: String) -> String? {
    try? Molecule(smiles: Molecule(smiles: text).canonical()).source
  }
}

/// What NF-BO asks of a coding.
extension SequenceCoding: SequenceCodec {
  func candidate(tokens: ArraySlice<Int32>, length: Int) -> CodedCandidate? {
    guard let text = identity(tokens) else { return nil }
    // A molecule is written anew from its canonical SMILES, so that one molecule has one latent;
    // where that form does not fit the flow, the form that was decoded stands, and no twins are tried.
    let own = kind.isMolecular ? candidate(identity: text, length: length) : nil
    return own ?? CodedCandidate(text: text, tokens: Array(tokens))
  }

  func tokens(_ text: String, length: Int) throws(Failure) -> [Int32] {
    try numbers(text, length: length)
  }

  func recombiner(length: Int) -> (any SequenceRecombiner)? {
    kind.isMolecular ? MoleculeRecombiner(self, length: length) : nil
  }

  /// The sequence of a text that tells it apart already; nil if it does not fit the flow.
  func candidate(identity text: String, length: Int) -> CodedCandidate? {
    (try? ownNumbers(text, length)).map { CodedCandidate(text: text, tokens: $0) }
  }

  var features: SequenceFeatures {
    guard kind.isMolecular else { return SequenceFeatures() }
    return SequenceFeatures(
      fingerprints: ["ecfp4", "fcfp4", "atom_pairs", "ecfp6"],
      descriptors: DescriptorGroup.allCases.map(\.rawValue))
  }

  func values(_ features: SequenceFeatures, of candidate: CodedCandidate) throws(Failure)
    -> SequenceFeatures.Values
  {
    var values = SequenceFeatures.Values()
    // Other sequences than molecules have none, and are asked for none.
    if features == SequenceFeatures() { return values }
    let molecule = try Molecule(smiles: candidate.text)
    for name in features.fingerprints {
      values.counts.append(try molecule.fingerprint(.named(name)))
    }
    for name in features.descriptors {
      guard let group = DescriptorGroup(rawValue: name) else {
        throw Failure(.unknownName, "there is no group of molecular descriptors `\(name)`")
      }
      values.descriptors.append(try group.values(of: molecule))
    }
    return values
  }
}

/// How a coding is stored beside a flow.
extension SequenceCoding {
  private struct Stored: Codable {
    var kind: Kind
    var tokens: [String]
    var constraints: String
  }

  func stored() throws -> String {
    let stored = Stored(kind: kind, tokens: vocabulary.tokens, constraints: constraints)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys  // so that equal codings are equal files
    return String(decoding: try encoder.encode(stored), as: UTF8.self)
  }

  init?(stored text: String) {
    guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(text.utf8)),
      let vocabulary = try? TokenVocabulary(tokens: stored.tokens)
    else { return nil }
    self.init(kind: stored.kind, vocabulary: vocabulary, constraints: stored.constraints)
  }
}
