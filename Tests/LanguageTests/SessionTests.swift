import Core
import Language
import Testing

@Suite struct SessionTests {
  @Test func inputsSeeEachOther() {
    let session = Session()
    _ = session.evaluate(source: "x = 3\nfn f(a) = a + x")
    let outcome = session.evaluate(source: "f(1)")
    #expect(outcome.isShown)
    #expect(outcome.value?.isEqual(to: .number(4)) == true)
    #expect(session.evaluate(source: "f(1);").isShown == false)
    #expect(session.variables.map(\.name) == ["f", "x"])
    session.reset()
    #expect(session.evaluate(source: "x").status == .refused)
  }

  @Test func nothingRunsWhenAnythingIsWrong() {
    let session = Session()
    #expect(session.evaluate(source: "x = 3\ny = nosuch(1)").status == .refused)
    #expect(session["x"] == nil)
    let failed = session.evaluate(source: "x = 3\ny = x.z\nw = 1")
    #expect(failed.status == .failed)
    #expect(session["x"]?.isEqual(to: .number(3)) == true)
    #expect(session["w"] == nil)
  }

  @Test func cancellationStopsLoopsAndKeepsState() {
    let cancellation = Cancellation()
    let session = Session(
      environment: ScriptEnvironment(
        cancellation: cancellation, output: { _ in cancellation.request() }))
    let outcome = session.evaluate(
      source: "n = 0\nwhile true { n += 1; if n == 100 { print(n) } }")
    #expect(outcome.status == .cancelled)
    #expect(session["n"]?.isEqual(to: .number(100)) == true)
    cancellation.reset()
    #expect(session.evaluate(source: "n").status == .completed)
  }

  @Test func modulesBringTheirNames() {
    let sources = [
      "shapes": "use base\n_hidden = 2\nfn area(r) = circle * r^_hidden",
      "base": "circle = 3",
      "loop_a": "use loop_b", "loop_b": "use loop_a",
      "broken": "fn f( = 3",
      "auto": "fn automatic_function(x) = x + 100",
    ]
    let library = ModuleLibrary(
      names: sources.keys.sorted(), automatic: ["automatic_function": "auto"]
    ) { name in sources[name].map { SourceFile(name: "stdlib/\(name).lbo", text: $0) } }
    let session = Session(library: library)
    let outcome = session.evaluate(source: "use shapes\narea(2)")
    #expect(outcome.value?.isEqual(to: .number(12)) == true)
    #expect(session.evaluate(source: "_hidden").status == .refused)
    #expect(session.evaluate(source: "circle").status == .refused)
    #expect(
      session.evaluate(source: "automatic_function(1)").value?.isEqual(to: .number(101)) == true)
    #expect(session.evaluate(source: "use loop_a").diagnostics.map(\.code).contains(.moduleCycle))
    #expect(session.evaluate(source: "use broken").diagnostics.map(\.code).contains(.moduleFailed))
    #expect(
      session.evaluate(source: "use shape").diagnostics.first?.advice == "did you mean `shapes`?")
    // A name of a module can be taken for something else without changing the module.
    _ = session.evaluate(source: "area = 5")
    #expect(session.evaluate(source: "area").value?.isEqual(to: .number(5)) == true)
  }

  @Test func completionKnowsTheContext() {
    let session = Session()
    _ = session.evaluate(
      source:
        "rec = {alpha: 1, beta: {gamma: 2}}\nt = table({score: [1]})\nfn mine(first, second = 2) = first"
    )
    func texts(_ text: String) -> [String] {
      session.completions(text, cursor: text.utf8.count).candidates.map(\.text)
    }
    #expect(texts("rec.") == ["alpha", "beta"])
    #expect(texts("1 + rec.beta.g") == ["gamma"])
    #expect(texts("t.sc") == ["score"])
    #expect(texts("linspace(0, ").prefix(3) == ["from: ", "to: ", "n: "])
    #expect(texts("linspace(n: 3, t").contains("to: "))
    #expect(!texts("linspace(n: 3, ").contains("n: "))
    #expect(texts("mine(sec") == ["second: "])
    #expect(texts("lins") == ["linspace"])
    #expect(texts("whi") == ["while"])
    #expect(texts("local_name = 3; local_n") == ["local_name"])
    #expect(texts("mi").contains("min") && texts("mi").contains("mine"))
    let path = session.completions("read(\"data/fi", cursor: 13)
    #expect(path.path == "data/fi")
    #expect(path.range == 6..<13)
    #expect(session.completions("lins + 1", cursor: 4).range == 0..<4)
  }

  @Test func helpComesFromSignaturesAndComments() throws {
    let session = Session()
    _ = session.evaluate(source: "## Halves a number.\nfn half(x, by = 2) = x / by")
    let page = try #require(session.help("half"))
    #expect(page.signature == "half(x, by: 2)")
    #expect(page.doc == "Halves a number.")
    #expect(session.help("quantile")?.text.contains("share of numbers below") == true)
    #expect(session.help("nosuch") == nil)
    #expect(session.suggestion(for: "quantil") == "did you mean `quantile`?")
    #expect(session.apropos("halves").first?.name == "half")
    #expect(session.apropos("problem").contains { $0.name == "problem" })
    #expect(session.help("problem")?.family == "language")
  }

  @Test func aproposLooksAtArgumentsAndModulesThatLoadByThemselves() throws {
    let library = ModuleLibrary(names: ["trees"], automatic: ["grown": "trees"]) { name in
      name == "trees"
        ? SourceFile(
          name: "stdlib/trees.lbo",
          text: "fail(\"help runs nothing\")\n## An oak of n years.\nfn grown(n, by = 2) = n * by")
        : nil
    }
    let printed = Printed()
    let session = Session(
      library: library, environment: ScriptEnvironment(output: { printed.append($0) }))
    // By an argument's name, by what it says, and not twice where the page itself is found.
    let byName = session.apropos("separator")
    #expect(byName.map(\.name).contains("print.separator"))
    #expect(
      byName.first { $0.name == "print.separator" }?.signature == "print(…, separator: …)")
    #expect(session.apropos("stands between them").map(\.name).contains("print.separator"))
    let quantile = session.apropos("quantile").map(\.name)
    #expect(quantile.count { $0 == "quantile" } == 1 && quantile.first == "quantile")
    // Functions of modules, before the module is loaded.
    #expect(session.apropos("oak").map(\.name) == ["grown"])
    #expect(session.apropos("grow").first?.summary == "An oak of n years.")
    #expect(session.help("grown")?.signature == "grown(n, by: 2)")
    #expect(session.suggestion(for: "grwn") == "did you mean `grown`?")
    #expect(session.evaluate(source: "help(\"grown\")\napropos(\"oak\")").status == .completed)
    #expect(
      printed.take()
        == "grown(n, by: 2)\n\n  An oak of n years.\ngrown(n, by: 2)\n    An oak of n years.\n")
    _ = session.evaluate(source: "help()")
    #expect(printed.take().hasSuffix("brought in when they are used\n  grown\n"))
  }

  @Test func helpBreaksItsLinesAtTheTerminal() throws {
    let printed = Printed()
    let session = Session(environment: ScriptEnvironment(output: { printed.append($0) }))
    let inputs = ["help()", "help(\"subject\")", "help(quantile)", "apropos(\"vector\")"]
    for input in inputs {
      _ = session.evaluate(source: input)
      let whole = printed.take()
      #expect(whole.split(separator: "\n").contains { $0.count > 50 }, "\(input)")
      session.environment.columns = 50
      _ = session.evaluate(source: input)
      let narrow = printed.take()
      session.environment.columns = .max
      #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 50 }, "\(input)")
      // Broken between words: the words are the same.
      #expect(
        narrow.split { $0.isWhitespace } == whole.split { $0.isWhitespace }, "\(input)")
    }
  }

  @Test func printedTextIsWhatWasPrinted() {
    let printed = Printed()
    let session = Session(environment: ScriptEnvironment(output: { printed.append($0) }))
    _ = session.evaluate(
      source: "print(\"a\", 0.1 + 0.2)\nprint([\"x\"], separator: \"\")\nhelp(sqrt)")
    #expect(
      printed.take().hasPrefix("a 0.30000000000000004\n[\"x\"]\nsqrt(x) -> a number or a vector\n"))
  }
}
