import Core
import Foundation
import Language
import Testing

/// Broken scripts must give errors, never a crash.
@Suite struct FuzzTests {
  private func corpus() throws -> [[UInt8]] {
    try GoldenScriptTests.scripts.map {
      Array(try Data(contentsOf: GoldenScriptTests.folder.appendingPathComponent($0)))
    }
  }

  @Test func mutatedScriptsAreChecked() throws {
    let corpus = try corpus()
    var random = RandomStream(seed: 11)
    let session = Session()
    var refused = 0
    for _ in 0..<400 {
      var bytes = corpus[random.integer(below: corpus.count)]
      let start = random.integer(below: bytes.count)
      bytes = Array(bytes[start..<min(bytes.count, start + 600)])
      for _ in 0...random.integer(below: 6) { mutate(&bytes, &random) }
      let text = String(decoding: bytes, as: UTF8.self)
      let diagnostics = session.check(SourceFile(name: "fuzz", text: text))
      if !diagnostics.isEmpty { refused += 1 }
      #expect(!DiagnosticRenderer().text(diagnostics).isEmpty || diagnostics.isEmpty)
      #expect(!diagnostics.contains { $0.isInternal })
      _ = Session.isComplete(text)
      _ = session.completions(text, cursor: random.integer(below: text.utf8.count + 1))
    }
    #expect(refused > 100)
  }

  /// Lines of the scripts with a token taken out or doubled, run for real. Loops are left out, as
  /// they might not end.
  @Test func mutatedLinesAreRun() throws {
    var random = RandomStream(seed: 12)
    for bytes in try corpus() {
      let session = Session()
      for line in String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n") {
        if line.contains("while") || line.contains("1e") { continue }
        var mutant = Array(line.utf8)
        let words = words(mutant)
        guard !words.isEmpty else { continue }
        let victim = words[random.integer(below: words.count)]
        if random.uniform() < 0.5 {
          mutant.removeSubrange(victim)
        } else {
          mutant.insert(contentsOf: mutant[victim], at: victim.lowerBound)
        }
        let outcome = session.evaluate(source: String(decoding: mutant, as: UTF8.self))
        #expect(!outcome.diagnostics.contains { $0.isInternal })
        _ = session.evaluate(source: line)
      }
    }
  }

  /// Runs of letters and digits, and single other characters.
  private func words(_ bytes: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for (i, byte) in bytes.enumerated() where byte != UInt8(ascii: " ") {
      let isWord = { (byte: UInt8) in
        Character(Unicode.Scalar(byte)).isLetter || byte >= 0x80 || byte == UInt8(ascii: "_")
          || (byte >= 48 && byte <= 57)
      }
      if let last = result.last, last.upperBound == i, isWord(byte), isWord(bytes[i - 1]) {
        result[result.count - 1] = last.lowerBound..<i + 1
      } else {
        result.append(i..<i + 1)
      }
    }
    return result
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout RandomStream) {
    guard !bytes.isEmpty else { return }
    let at = random.integer(below: bytes.count)
    let interesting = Array("(){}[]\"\\\n#.,:;-<>=|^ 0e\0".utf8) + [0xFF, 0xC3]
    switch random.integer(below: 4) {
    case 0: bytes.remove(at: at)
    case 1: bytes.insert(interesting[random.integer(below: interesting.count)], at: at)
    case 2: bytes[at] = UInt8(random.integer(below: 256))
    default:
      let end = min(bytes.count, at + 1 + random.integer(below: 20))
      bytes.insert(contentsOf: bytes[at..<end], at: random.integer(below: bytes.count))
    }
  }
}
