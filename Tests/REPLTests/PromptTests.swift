import Foundation
import Testing

/// The prompt as a user meets it, on a pseudo-terminal.
@Suite struct PromptTests {
  @Test func showsValuesAndHidesThem() throws {
    let prompt = try Product.prompt()
    prompt.send("1 + 1\r")
    try prompt.expect("\n2\n")
    prompt.send("x = 3; x * 2;\r")
    let shown = try prompt.expect("lbo> ")
    #expect(!shown.contains("6"))
    prompt.send("x\r")
    try prompt.expect("\n3\n")
    prompt.send("\u{4}")
    #expect(prompt.exitCode() == 0)
  }

  @Test func readsOnWhileABlockIsOpen() throws {
    let prompt = try Product.prompt()
    prompt.send("fn double(a) {\r")
    try prompt.expect("...> ")
    prompt.send("return a * 2\r")
    try prompt.expect("...> ")
    prompt.send("}\r")
    try prompt.expect("lbo> ")
    prompt.send("double(\r")
    try prompt.expect("...> ")
    prompt.send("21)\r")
    try prompt.expect("\n42\n")
  }

  @Test func aPastedBlockIsOneInput() throws {
    let prompt = try Product.prompt()
    prompt.send("\u{1B}[200~a = 1\nb = [\n  2,\n  3]\na + b[1]\u{1B}[201~")
    try prompt.expect("b[1]")
    prompt.send("\r")
    try prompt.expect("\n4\n")
  }

  @Test func tabCompletes() throws {
    let prompt = try Product.prompt()
    prompt.send("linsp\t")
    try prompt.expect("linspace")
    prompt.send("(0, 1, \t\t")
    try prompt.expect("n: ")
    try prompt.expect("linspace(0, 1, ")
    prompt.send("n: 3)\r")
    try prompt.expect("[0, 0.5, 1]")
    prompt.send("r = {first: 1, second: 2}\r")
    try prompt.expect("lbo> ")
    prompt.send("r.\t\t")
    try prompt.expect("first")
    try prompt.expect("second")
    try prompt.expect("r.")
    prompt.send("s\t + 5\r")
    try prompt.expect("\n7\n")
  }

  @Test func tabCompletesOnLaterLinesCommandsAndPaths() throws {
    let folder = try Product.folder()
    try "11 * 11".write(toFile: folder + "/script.lbo", atomically: false, encoding: .utf8)
    let prompt = try Product.prompt()
    prompt.send("linspace(0, 1,\r")
    try prompt.expect("...> ")
    prompt.send("\u{15}1 + su\u{15}n: 2)\r")
    try prompt.expect("[0, 1]")
    prompt.send(":lo\t \(folder)/scr\t\r")
    try prompt.expect("\n121\n")
    prompt.send("?linsp\t\r")
    try prompt.expect("evenly spaced")
  }

  @Test func ctrlCClearsTheLine() throws {
    let prompt = try Product.prompt()
    prompt.send("1 + 99")
    try prompt.expect("1 + 99")
    prompt.send("\u{3}")
    try prompt.expect("^C")
    try prompt.expect("lbo> ")
    prompt.send("2 + 3\r")
    try prompt.expect("\n5\n")
    prompt.send("fn f(\r")
    try prompt.expect("...> ")
    prompt.send("\u{3}")
    try prompt.expect("lbo> ")
    prompt.send("4 + 4\r")
    try prompt.expect("\n8\n")
  }

  @Test func ctrlCStopsWorkAndKeepsState() throws {
    let prompt = try Product.prompt()
    prompt.send("x = 1; while true { x += 1; if x == 9 { print(\"be\" + \"gun\") } }\r")
    try prompt.expect("begun")
    prompt.send("\u{3}")
    try prompt.expect("stopped at input 1:1:")
    try prompt.expect("lbo> ")
    prompt.send("x > 1\r")
    try prompt.expect("\ntrue\n")
    prompt.send(":quit\r")
    #expect(prompt.exitCode() == 0)
  }

  @Test func whatIsTypedDuringWorkIsNotLost() throws {
    let prompt = try Product.prompt()
    prompt.send("print(\"be\" + \"gun\"); while true {}\r")
    try prompt.expect("begun")
    prompt.send("\u{3}")
    prompt.send("6 * 7\r3 * 3\r")
    try prompt.expect("stopped")
    try prompt.expect("\n42\n")
    try prompt.expect("\n9\n")
  }

  @Test func ctrlDDuringWorkLeavesAfterIt() throws {
    let prompt = try Product.prompt()
    prompt.send("print(\"be\" + \"gun\"); while true {}\r")
    try prompt.expect("begun")
    prompt.send("\u{3}5 + 5\r\u{4}")
    try prompt.expect("stopped")
    try prompt.expect("\n10\n")
    #expect(prompt.exitCode() == 0)
  }

  @Test func ctrlSpaceDoesNotLeave() throws {
    let prompt = try Product.prompt()
    prompt.send("x = 1\r")
    try prompt.expect("lbo> ")
    prompt.send("\u{0}")
    prompt.send("3 + 4\r")
    try prompt.expect("\n7\n")
  }

  @Test func errorsAreShownAndThePromptGoesOn() throws {
    let prompt = try Product.prompt()
    prompt.send("linspac(0, 1)\r")
    try prompt.expect("error LBO0104")
    try prompt.expect("did you mean `linspace`?")
    prompt.send("[1, 2][7]\r")
    try prompt.expect("input 2:1:8")
    prompt.send("1 +* 2\r")
    try prompt.expect("error LBO0005")
    prompt.send(":whoo\r")
    try prompt.expect("did you mean `:who`?")
    prompt.send("5\r")
    try prompt.expect("\n5\n")
  }

  @Test func commandsDoWhatTheySay() throws {
    let folder = try Product.folder()
    let prompt = try Product.prompt(["--seed", "7"])
    prompt.send("x = 2\r")
    try prompt.expect("lbo> ")
    prompt.send("nonsense(\r)\r")
    try prompt.expect("error")
    prompt.send("y = x ^ 10\r")
    try prompt.expect("lbo> ")
    prompt.send(":who\r")
    try prompt.expect("x  number  2")
    try prompt.expect("y  number  1024")
    prompt.send(":time x + 40\r")
    try prompt.expect("\n42\n")
    try prompt.expect("took ")
    prompt.send(":save \(folder)/s.lbo\r")
    try prompt.expect("3 inputs saved")
    let saved = try String(contentsOfFile: folder + "/s.lbo", encoding: .utf8)
    #expect(saved == "seed(7)\nx = 2\ny = x ^ 10\nx + 40\n")
    prompt.send(":reset\r")
    try prompt.expect("lbo> ")
    prompt.send(":who\r")
    try prompt.expect("no variables yet")
    prompt.send(":load \"\(folder)/s.lbo\"\r")
    try prompt.expect("\n42\n")
    prompt.send("y\r")
    try prompt.expect("\n1024\n")
    prompt.send("!echo from the $((40 + 2))\r")
    try prompt.expect("from the 42")
    prompt.send("??evenly\r")
    try prompt.expect("linspace  ")
    prompt.send("?linspce\r")
    try prompt.expect("did you mean `linspace`?")
    // Arguments are found too, and functions of modules that load by themselves.
    prompt.send("??penalty\r")
    try prompt.expect("megs.penalty  ")
    prompt.send("??virtual_lib\r")
    try prompt.expect("virtual_library  A table of n")
    prompt.send("?virtual_library\r")
    try prompt.expect("virtual_library(n)")
  }

  /// What was interrupted changed the session, so a script that leaves it out would do something else.
  @Test func saveKeepsWhatWasInterrupted() throws {
    let folder = try Product.folder()
    let prompt = try Product.prompt()
    prompt.send("n = 0\r")
    try prompt.expect("lbo> ")
    prompt.send("while n < 3e8 { n += 1; if n == 9 { print(\"be\" + \"gun\") } }\r")
    try prompt.expect("begun")
    prompt.send("\u{3}")
    try prompt.expect("stopped at input 2:1:")
    prompt.send("n > 8\r")
    try prompt.expect("\ntrue\n")
    prompt.send("nosuch\r")
    try prompt.expect("LBO0101")
    prompt.send(":save \(folder)/s.lbo\r")
    try prompt.expect("3 inputs saved")
    try prompt.expect("interrupted")
    let saved = try String(contentsOfFile: folder + "/s.lbo", encoding: .utf8)
    #expect(
      saved == """
        n = 0
        # interrupted with Ctrl-C
        while n < 3e8 { n += 1; if n == 9 { print("be" + "gun") } }
        n > 8

        """)
  }

  /// An error in a block is told when the block is whole, once; its other lines are not inputs.
  @Test func aWrongBlockIsOneInput() throws {
    let prompt = try Product.prompt()
    let lines = [
      "problem q(x in box(0, 1, dim: 2)) {", "a = norm(x)", "minimze a", "subject to a <= 1", "}",
    ]
    for line in lines.dropLast() {
      prompt.send(line + "\r")
      let shown = try prompt.expect("...> ")
      #expect(!shown.contains("error"))
    }
    prompt.send("}\r")
    try prompt.expect("error LBO0211")
    let rest = try prompt.expect("lbo> ")
    #expect(rest.contains("did you mean `minimize`?") && !rest.contains("error"))
    prompt.send("1 + 1\r")
    try prompt.expect("\n2\n")
    // The same from a pipe.
    let piped = try Product.run([], input: lines.joined(separator: "\n") + "\n1 + 1\n")
    #expect(piped.code == 65 && piped.output == "2\n")
    #expect(piped.errors.components(separatedBy: "error LBO").count == 2)
  }

  @Test func errorsAndHelpAreBrokenBetweenWords() throws {
    let prompt = try Product.prompt(columns: 60)
    let inputs = [
      "linspace(0, \"\(String(repeating: "wide ", count: 20))\", n: 3) + nosuch(1)",
      "f = (x) -> fail(\"\(String(repeating: "reason ", count: 12))\"); f(1)",
      "help()", "help(\"subject\")", "?", "?problem",
    ]
    for input in inputs {
      prompt.send("\u{1B}[200~\(input)\u{1B}[201~\r")
      let shown = try prompt.expect("\nlbo> ")
      // Behind what was typed, which readline lays out.
      let lines = shown.split(separator: "\n").drop { line in
        !["error", "math:", "subject to", "?name ", "problem name"].contains { line.hasPrefix($0) }
      }
      #expect(lines.count > 1, "\(shown)")
      #expect(lines.allSatisfy { $0.count <= 60 }, "\(lines.filter { $0.count > 60 })")
    }
  }

  /// Of a function with dozens of options the screen shows the first and how to see the others.
  @Test func helpFitsTheScreen() throws {
    let prompt = try Product.prompt()
    prompt.send("?nfbo\r")
    let page = try prompt.expect("lbo> ")
    // Between what was typed and the next prompt, which hold the terminal's own marks.
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast()
    #expect(lines.count <= 24)
    #expect(lines.map(\.count).max() ?? 0 <= 80, "\(lines.filter { $0.count > 80 })")
    #expect(page.contains("help(nfbo) of all") && page.contains("budget: 500"))
    prompt.send("?nfbo.recombine\r")
    try prompt.expect("a number from 0 to 1")
    prompt.send("?nfbo.recombin\r")
    try prompt.expect("did you mean `recombine`?")
    prompt.send("?mean\r")
    let short = try prompt.expect("lbo> ")
    #expect(!short.contains("also"))
  }

  @Test func noShellRefusesShell() throws {
    let prompt = try Product.prompt(["--no-shell"])
    prompt.send("!echo $((6 * 7))\r")
    let shown = try prompt.expect("--no-shell")
    #expect(!shown.contains("42"))
  }

  @Test func historyIsKeptAcrossSessionsOnceEach() throws {
    let state = try Product.folder()
    let first = try Product.prompt(state: state)
    for input in ["1 + 1", "2 + 2", "1 + 1"] {
      first.send(input + "\r")
      try first.expect("lbo> ")
    }
    first.send("\u{4}")
    #expect(first.exitCode() == 0)
    let kept = try String(contentsOfFile: state + "/lbo/history", encoding: .utf8)
    #expect(kept == "2 + 2\n1 + 1\n")
    let second = try Product.prompt(state: state)
    second.send("\u{1B}[A")
    try second.expect("1 + 1")
    second.send("\u{1B}[A")
    try second.expect("2 + 2")
    second.send(" + 10\r")
    try second.expect("\n14\n")
    second.send("\u{12}1 + 1")
    try second.expect("1 + 1")
    second.send("\r")
    try second.expect("\n2\n")
  }

  @Test func aHistoryThatCannotBeKeptIsToldOnce() throws {
    let state = try Product.folder()
    try "".write(toFile: state + "/lbo", atomically: false, encoding: .utf8)
    let prompt = try Product.prompt(state: state)
    prompt.send("1 + 1\r")
    try prompt.expect("warning: cannot make the folder")
    try prompt.expect("\n2\n")
    prompt.send("2 + 2\r")
    let shown = try prompt.expect("\n4\n")
    #expect(!shown.contains("warning"))
  }

  @Test func tablesAreCutToTheTerminal() throws {
    let prompt = try Product.prompt(columns: 44)
    prompt.send("table({n: range(0, 100), s: map(range(0, 100), i -> repeat(\"long \", 20))})\r")
    let shown = try prompt.expect("… 80 more rows")
    let rows = shown.split(separator: "\n").filter {
      $0.contains("long lo") && !$0.contains("table(")
    }
    #expect(rows.count == 20)
    #expect(rows.allSatisfy { $0.count <= 44 })
  }
}
