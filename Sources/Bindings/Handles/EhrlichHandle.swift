import Core
import Language
import Oracles

/// An Ehrlich function in the language, over letters.
final class EhrlichHandle: HostObject {
  let function: EhrlichFunction
  let letters: [Character]
  private let numbers: [Character: Int]

  init(_ function: EhrlichFunction, letters: [Character]) {
    self.function = function
    self.letters = letters
    numbers = Dictionary(
      letters.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
  }

  /// The letters' numbers; nil where a letter is not of the alphabet.
  func numbers(_ text: String) -> [Int]? {
    var result: [Int] = []
    for letter in text {
      guard let number = numbers[letter] else { return nil }
      result.append(number)
    }
    return result
  }

  func text(_ sequence: [Int]) -> String { String(sequence.map { letters[$0] }) }

  let typeName = "ehrlich_function"

  var summary: String {
    let s = function.sizes
    return "ehrlich_function: \(s.motifs) motifs of \(s.motifLength) letters in sequences of "
      + "\(s.length) of \(s.letters), quantization \(s.quantization), "
      + "\(function.bannedPairs.count) banned pairs, optimum 1"
  }

  let members = [
    "length", "letters", "motifs", "offsets", "banned", "optimum", "solution",
  ]

  func member(_ name: String) throws -> Value? {
    switch name {
    case "length": .number(Double(function.sizes.length))
    case "letters": .string(String(letters))
    case "motifs": .list(function.motifs.map { .string(text($0)) })
    case "offsets": .list(function.offsets.map { .vector($0.map(Double.init)) })
    case "banned": .list(function.bannedPairs.map { .string(text([$0.first, $0.second])) })
    case "optimum": .number(1)
    case "solution": .string(text(function.solution))
    default: nil
    }
  }
}
