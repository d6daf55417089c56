import Language
import Testing

@Suite struct ParserTests {
  private func errors(_ text: String) -> [DiagnosticCode] {
    Session().check(SourceFile(name: "test", text: text)).map(\.code)
  }

  @Test func allErrorsOfATextAreFound() {
    let text = "a = (1\nb = 2 +* 3\nfn f(x { }\nc = 4\nd = ]\n"
    #expect(errors(text).count >= 3)
    #expect(errors(text).contains(.unclosedBracket))
  }

  @Test func errorsInABlockDoNotHideTheNextStatement() {
    #expect(
      errors("if true {\n  x = *\n  y = 2\n}\nz = /\n") == [.unexpectedToken, .unexpectedToken])
  }

  /// What people write who come from elsewhere.
  @Test func commonSlipsAreNamed() {
    func advice(_ text: String) -> String? {
      Session().check(SourceFile(name: "test", text: text)).first?.advice
    }
    #expect(advice("x = 3,5") == "write 3.5")
    #expect(advice("x = a, b")?.contains("lists stand in [ ]") == true)
    #expect(advice("for i in 1..3 { }")?.contains("1..<3") == true)
    #expect(advice("len [1,2]")?.contains("round brackets") == true)
    #expect(
      advice("problem p(a, b in 1...3) { maximize a }")?.contains("one candidate") == true)
  }

  @Test func deepNestingIsAnError() {
    for (open, close) in [
      ("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("if true then ", " else 0"),
    ] {
      let text =
        String(repeating: open, count: 20_000) + "1" + String(repeating: close, count: 20_000)
      #expect(errors(text).contains(.nestedTooDeeply), "\(open)")
    }
    #expect(errors(String(repeating: "if true {\n", count: 20_000)).contains(.nestedTooDeeply))
    #expect(errors(String(repeating: "x -> ", count: 20_000) + "1").contains(.nestedTooDeeply))
    #expect(errors("1" + String(repeating: " + 1", count: 20_000)).contains(.nestedTooDeeply))
    #expect(errors("x" + String(repeating: ".a", count: 20_000)).contains(.nestedTooDeeply))
    #expect(errors("x" + String(repeating: " |> f", count: 20_000)).contains(.nestedTooDeeply))
    #expect(errors("2" + String(repeating: "^2", count: 20_000)).contains(.nestedTooDeeply))
    #expect(errors(String(repeating: "\"{", count: 20_000)).contains(.nestedTooDeeply))
    #expect(
      errors(String(repeating: "if a {} else ", count: 20_000) + "{}").contains(.nestedTooDeeply))
  }

  @Test func longListsAreFine() {
    let items = [String](repeating: "1", count: 50_000).joined(separator: ", ")
    #expect(errors("x = [\(items)]").isEmpty)
  }

  @Test func strangeBytesAreErrorsNotCrashes() {
    #expect(errors("x = \0").first == .unexpectedCharacter)
    #expect(errors("x = “a”").first == .unexpectedCharacter)
    #expect(throws: Diagnostic.self) {
      try SourceFile.decode(name: "f", bytes: [0x78, 0x20, 0xFF, 0xFE])
    }
    #expect(throws: Diagnostic.self) { try SourceFile.decode(name: "f", bytes: [0x78, 0, 0x78]) }
    #expect(throws: Never.self) {
      try SourceFile.decode(name: "f", bytes: Array("\u{FEFF}x = \"α\"\r\n".utf8))
    }
  }

  @Test func commentsBelongToWhatFollows() {
    let session = Session()
    _ = session.evaluate(
      source: "## Halves.\n## And more.\nfn half(x) = x / 2\n\n## lost\n\nfn other(x) = x\n")
    #expect(session.help("half")?.doc == "Halves.\nAnd more.")
    #expect(session.help("other")?.doc == "")
  }

  @Test func cellsAndProseAreKept() {
    let text = "seed(1)\n#%% First\n#| Some *prose*.\n#| More.\nx = 1 # note\n#%% Second\ny = 2"
    let cells = NotebookCell.cells(of: SourceFile(name: "test", text: text))
    #expect(cells.map(\.title) == ["", "First", "Second"])
    #expect(cells.map(\.prose) == ["", "Some *prose*.\nMore.", ""])
    #expect(cells.map(\.lines) == [1...1, 2...5, 6...7])
  }

  @Test func anInputIsOpenWhileSomethingIsMissing() {
    for text in [
      "f(1,", "if x {", "x = 1 +", "x |>", "[1,\n2", "\"\"\"abc", "fn f(x) {\n  y = 1",
      "problem p(x in 0...1) {", "x ->", "x =",
    ] {
      #expect(!Session.isComplete(text), "\(text)")
    }
    // A block is read to its end, whatever is wrong in it: else its other lines would be errors too.
    for text in [
      "problem p(x in 0...1) {\n  minimze x", "fn f(x) {\n  y = )", "if x { y = (1 2", "{ ) {",
      "problem p(x im 0...1) {",
    ] {
      #expect(!Session.isComplete(text), "\(text)")
      #expect(Session.isComplete(text + "\n}" + (text == "{ ) {" ? "}" : "")), "\(text)")
    }
    for text in ["", "x", "f(1)", "x = )", "if x { }", "\"abc", "1 +* 2", "x = (1 2", "# note"] {
      #expect(Session.isComplete(text), "\(text)")
    }
  }
}
