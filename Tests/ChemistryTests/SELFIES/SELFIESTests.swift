import Chemistry
import Core
import Testing

@Suite struct SELFIESTests {
  private func message(_ body: () throws(Failure) -> String) -> String {
    do { return "no error: \(try body())" } catch { return error.message }
  }

  @Test func splitsSymbols() throws {
    #expect(try SELFIES.tokens("[C][=C].[F]") == ["[C]", "[=C]", ".", "[F]"])
    #expect(try SELFIES.tokens("") == [])
    #expect(try SELFIES.tokens("..[C]") == [".", ".", "[C]"])
    #expect(SELFIES.length("[C][=C].[F]") == 4)
    #expect(try SELFIES.alphabet(of: ["[C][F].[C]", "[C][=O]"]) == ["[=O]", "[C]", "[F]"])
  }

  @Test(arguments: [
    ("CCO", "outside of brackets at position 1"),
    ("[C]C[C]", "outside of brackets at position 4"),
    ("[C] [C]", "outside of brackets at position 4"),
    ("[C][C", "never closed at position 4"),
    ("[C[C]", "never closed at position 1"),
    ("[C]]", "outside of brackets at position 4"),
  ])
  func saysWhereTextIsMalformed(_ text: String, _ place: String) {
    for found in [
      message { () throws(Failure) in try SELFIES.tokens(text).joined() },
      message { () throws(Failure) in try SELFIES.decode(text) },
    ] {
      #expect(found.contains(place))
      #expect(found.contains("`\(text)`"))
    }
  }

  @Test func saysWhichSymbolIsUnknown() {
    let found = message { () throws(Failure) in try SELFIES.decode("[C][Xx]") }
    #expect(found.contains("`[Xx]` is not known at position 4"))
  }

  @Test(arguments: [
    ("C1CC", "ring number 1 is never closed (position 2)"),
    ("C%12CC", "ring number %12 is never closed (position 2)"),
    ("C(C", "`(` is never closed (position 2)"),
    ("CC)C", "`)` closes nothing (position 3)"),
    ("C-", "leads nowhere (position 2)"),
    ("C[Xx]C", "`[Xx]` is no known atom (position 2)"),
    ("C*", "unexpected character (position 2)"),
    ("CéC", "unexpected character (position 2)"),
    ("C11", "joins an atom to itself (position 3)"),
    ("C1C1", "already bound (position 4)"),
    ("C=1CC#1", "ends of a ring bond differ (position 7)"),
    ("1CC1", "before a ring number (position 1)"),
  ])
  func saysWhereSMILESBreaks(_ smiles: String, _ place: String) {
    #expect(message { () throws(Failure) in try SELFIES.encode(smiles) }.contains(place))
  }

  @Test func saysWhichAtomViolatesConstraints() throws {
    let iodoxy = "I(=O)(=O)c1ccccc1"
    let found = message { () throws(Failure) in try SELFIES.encode(iodoxy) }
    #expect(found.contains("atom 1, I, makes 5 bonds where 1 are allowed"))
    let selfies = try SELFIES.encode(iodoxy, constraints: .hypervalent)
    #expect(
      try SELFIES.decode(selfies, constraints: .hypervalent) == "I(=O)(=O)C1=CC=CC=C1")
    #expect(try SELFIES.encode(iodoxy, strict: false) == selfies)
  }

  /// Two fused odd rings joined by a bond: a search without blossoms ends in an atom with two
  /// double bonds here.
  @Test func kekulizesOddCycles() throws {
    let smiles = "cc1c2cc3c4c2n1cc5c4c6cc7c5c3cc8o6cc7cc8"
    let decoded = try SELFIES.decode(try SELFIES.encode(smiles, strict: false))
    #expect(!decoded.contains("=C="))
  }

  /// Depth costs memory, not stack.
  @Test func takesDeepNesting() throws {
    let depth = 100_000
    let smiles =
      String(repeating: "C(", count: depth) + "C" + String(repeating: ")", count: depth)
    let selfies = try SELFIES.encode(smiles)
    #expect(SELFIES.length(selfies) == depth + 1)
    #expect(try SELFIES.decode(selfies) == String(repeating: "C", count: depth + 1))
    let nested = String(repeating: "[S][#Branch3][P][P][P]", count: 20_000)
    #expect(try SELFIES.decode(nested).hasPrefix("S"))
  }

  @Test func manyAreDoneInOrder() throws {
    let smiles = (1...3_000).map {
      $0 % 7 == 0 ? "C1C" : String(repeating: "C", count: $0 % 50 + 1)
    }
    let results = SELFIES.encode(all: smiles)
    #expect(results.count == smiles.count)
    for (text, result) in zip(smiles, results) {
      #expect(result == Result { () throws(Failure) in try SELFIES.encode(text) })
    }
    let good = results.compactMap { try? $0.get() }
    #expect(SELFIES.decode(all: good).map { try? $0.get() } == smiles.filter { $0 != "C1C" })
    #expect(SELFIES.tokens(all: good).map { (try? $0.get())?.count } == good.map(SELFIES.length))
  }

  /// Whatever the symbols, the molecule can be read again and keeps the constraints.
  @Test(arguments: ["default", "2.0", "octet_rule", "hypervalent"])
  func everyStringOfTheAlphabetIsAMolecule(_ preset: String) throws {
    let constraints = try SELFIESConstraints.preset(preset)
    let alphabet = constraints.alphabet
    var random = RandomStream(seed: 11).stream(preset)
    for _ in 0..<500 {
      let symbols = (0..<60).map { _ in alphabet[random.integer(below: alphabet.count)] }
      let smiles = try SELFIES.decode(symbols.joined(), constraints: constraints)
      if smiles.isEmpty { continue }
      let again = try SELFIES.encode(smiles, constraints: constraints)
      #expect(try SELFIES.decode(again, constraints: constraints) == smiles)
    }
  }
}
