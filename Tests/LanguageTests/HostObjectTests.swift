import Core
import Language
import Testing

/// A handle as another room would write one.
private final class Counter: HostObject {
  let size: Int

  init(size: Int) { self.size = size }

  var typeName: String { "counter" }
  var summary: String { "counter of \(size)" }
  var members: [String] { ["size", "broken"] }
  var count: Int? { size }
  var signature: FunctionSignature? {
    FunctionSignature([.required("by", "a number", "the factor")], result: "a number")
  }

  func member(_ name: String) throws -> Value? {
    if name == "broken" { throw Failure(.numerical, "the counter broke") }
    return name == "size" ? .number(Double(size)) : nil
  }

  func element(_ index: Int) throws -> Value { .number(Double(index * 10)) }
  func rows(_ indices: [Int]) throws -> Value? { .host(Counter(size: indices.count)) }

  func call(_ arguments: Arguments, _ context: CallContext) throws -> Value {
    .number(try arguments.number("by") * Double(size))
  }

  func isEqual(to other: any HostObject) -> Bool { (other as? Counter)?.size == size }
}

@Suite struct HostObjectTests {
  private static let options = [
    OptionSpec("epochs", .integer(1...500), default: .integer(10), "passes over the data"),
    OptionSpec("kind", .choice(["small", "paper"]), default: .text("small"), "the preset"),
    OptionSpec("verbose", .flag, default: .flag(false), "say more"),
  ]

  private static let family = FunctionCatalog.Family(
    "test", doc: "test",
    [
      NativeFunction(
        "counter", FunctionSignature([.required("n", "a whole number", "size")]), doc: "A counter."
      ) { arguments, _ in .host(Counter(size: try arguments.integer("n", in: 1...100))) },
      NativeFunction(
        "train",
        FunctionSignature(
          [.required("on", "a counter", "what to train")], options: options, result: "a number"),
        doc: "Trains."
      ) { arguments, context in
        let counter = try arguments.host("on", as: Counter.self, "a counter")
        let chosen = try arguments.options(options)
        try context.checkCancellation()
        return .number(Double(chosen.integer("epochs") * counter.size))
      },
      NativeFunction(
        "twice", FunctionSignature([.required("f", "a function", "what to call")]), doc: "Calls."
      ) { arguments, context in
        let f = try arguments.function("f")
        return try context.call(f, [try context.call(f, [.number(1)])])
      },
      NativeFunction("surprise", FunctionSignature(), doc: "Breaks.") { _, _ in
        throw CancellationError()
      },
    ])

  private func session() -> Session {
    let session = Session(functions: [HostObjectTests.family])
    _ = session.evaluate(source: "c = counter(3)")
    return session
  }

  private func value(_ text: String) -> String {
    let outcome = session().evaluate(source: text)
    if let diagnostic = outcome.diagnostics.first {
      return "\(diagnostic.code.rawValue) \(diagnostic.message)"
        + (diagnostic.advice.map { "; \($0)" } ?? "") + " @ \(diagnostic.span?.text ?? "")"
    }
    return outcome.value.map { ValueFormatter().shown($0) } ?? ""
  }

  @Test func handlesAnswerLikeValues() {
    #expect(value("c") == "counter of 3")
    #expect(value("c.size") == "3")
    #expect(value("c[-1]") == "20")
    #expect(value("c[0..<2]") == "counter of 2")
    #expect(value("head(c, 1)") == "counter of 1")
    #expect(value("c(by: 5)") == "15")
    #expect(value("c == counter(3)") == "true")
    #expect(value("len(c)") == "3")
    #expect(value("10 in c") == "true")
    #expect(value("map(c, x -> x + 1)") == "[1, 11, 21]")
    #expect(value("twice(c)") == "9")
    #expect(value("twice(x -> x + 1)") == "3")
  }

  @Test func failuresPointAtTheirArgument() {
    #expect(value("train(c, epochs: 3)") == "9")
    #expect(
      value("train(c, epochs: \"ten\")")
        == "LBO0309 `epochs` is a whole number from 1 to 500, not \"ten\" @ \"ten\"")
    #expect(
      value("train(c, kind: \"smal\")")
        == "LBO0309 `kind` is one of \"small\", \"paper\", not \"smal\"; did you mean `small`? @ \"smal\""
    )
    #expect(value("train(7)") == "LBO0309 `on` is a counter, not 7 @ 7")
    #expect(
      value("train(c, epoch: 3)")
        == "LBO0105 `train` has no argument named `epoch`; did you mean `epochs`? @ epoch")
    #expect(value("c.broken") == "LBO0404 the counter broke @ broken")
    #expect(value("c.sise") == "LBO0303 a counter has no `sise`; did you mean `size`? @ sise")
    #expect(value("c(5, 6)").hasPrefix("LBO0309 `counter` takes at most 1 positional argument"))
    #expect(value("surprise()").hasPrefix("LBO0499 internal error in `surprise`"))
  }

  @Test func membersAndOptionsComplete() {
    let session = session()
    #expect(session.completions("c.", cursor: 2).candidates.map(\.text) == ["size", "broken"])
    #expect(session.completions("train(c, ep", cursor: 11).candidates.map(\.text) == ["epochs: "])
    #expect(session.completions("c(", cursor: 2).candidates.first?.text == "by: ")
    func texts(_ text: String) -> [String] {
      session.completions(text, cursor: text.utf8.count).candidates.map(\.text)
    }
    #expect(texts("train(c, kind: ").prefix(2) == ["\"small\"", "\"paper\""])
    #expect(texts("train(c, kind: \"") == ["small\"", "paper\""])
    #expect(texts("x = [train(c, kind: \"pa") == ["paper\""])
    #expect(session.completions("train(c, kind: \"pa", cursor: 18).range == 16..<18)
    #expect(texts("train(c, verbose: f").first == "false")
    // Other texts are paths still.
    #expect(session.completions("train(c, path: \"pa", cursor: 18).path == "pa")
    #expect(session.completions("kind: \"pa", cursor: 9).path == "pa")
  }

  /// What a handle says of itself is broken between words at the terminal, by the prompt and by `print`.
  @Test func summariesAreBrokenAtTheTerminal() throws {
    let printed = Printed()
    let environment = ScriptEnvironment(output: { printed.append($0) }, columns: 9)
    let session = Session(functions: [Self.family], environment: environment)
    let value = try #require(session.evaluate(source: "c = counter(5)\nprint(c)\nc").value)
    #expect(printed.take() == "counter\n  of 5\n")
    #expect(environment.shown(value) == "counter\n  of 5")
    #expect(ScriptEnvironment().shown(value) == "counter of 5")
  }
}
