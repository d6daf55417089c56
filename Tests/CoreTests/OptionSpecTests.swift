import Core
import Testing

@Suite struct OptionSpecTests {
  private static let specs = [
    OptionSpec("batch", .integer(1...500), default: .integer(50), "trials per step"),
    OptionSpec("budget", .integer(1...Int.max), "trials in all"),
    OptionSpec("rate", .real(0...1), default: .real(0.5), "learning rate"),
    OptionSpec("noise", .real(0...Double.infinity), "noise's variance"),
    OptionSpec("tacs", .flag, default: .flag(true), "perturb by TACS"),
    OptionSpec("size", .choice(["small", "paper"]), default: .text("small"), "preset"),
    OptionSpec("store", .text, "file to keep trials in"),
  ]

  private static func failure(_ given: [String: OptionValue]) -> String {
    do throws(Failure) {
      _ = try Options(given, specs: specs)
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test func defaultsFillWhatIsNotGiven() throws {
    let options = try Options(["batch": .real(20), "rate": .integer(1)], specs: Self.specs)
    #expect(options.integer("batch") == 20)
    #expect(options.real("rate") == 1)
    #expect(options.flag("tacs"))
    #expect(options.text("size") == "small")
    #expect(!options.contains("budget") && options["store"] == nil)
    #expect(options.stored["batch"] == .integer(20))
  }

  @Test func messagesSayWhatTheOptionTakes() {
    #expect(
      Self.failure(["batch": .integer(0)]) == "`batch` is a whole number from 1 to 500, not 0")
    #expect(
      Self.failure(["batch": .real(2.5)]) == "`batch` is a whole number from 1 to 500, not 2.5")
    #expect(
      Self.failure(["budget": .integer(-3)]) == "`budget` is a whole number of at least 1, not -3")
    #expect(Self.failure(["rate": .real(2)]) == "`rate` is a number from 0 to 1, not 2")
    #expect(Self.failure(["rate": .real(.nan)]) == "`rate` is a number from 0 to 1, not nan")
    #expect(Self.failure(["noise": .real(-1)]) == "`noise` is a number of at least 0, not -1")
    #expect(Self.failure(["tacs": .integer(1)]) == "`tacs` is true or false, not 1")
    #expect(Self.failure(["store": .flag(true)]) == "`store` is a text, not true")
    #expect(
      Self.failure(["size": .text("papr")])
        == "`size` is one of \"small\", \"paper\", not \"papr\"; did you mean `paper`?")
    #expect(
      Self.failure(["size": .integer(3)]) == "`size` is one of \"small\", \"paper\", not 3")
    #expect(
      Self.failure(["bach": .integer(3)]) == "there is no option `bach`; did you mean `batch`?")
    #expect(Self.failure(["zzz": .integer(3)]) == "there is no option `zzz`")
  }

  @Test func phrasesOfValuesAreReadBack() {
    let values: [OptionValue] = [
      .integer(-3), .real(0.1 + 0.2), .real(1e-300), .real(.infinity), .flag(true),
      .text("auto"), .text(""), .text("a \"quoted\" text"), .text("true"), .text("7"),
    ]
    for value in values { #expect(OptionValue(phrase: value.phrase) == value) }
    for text in ["", "yes", "\"", "auto\""] { #expect(OptionValue(phrase: text) == nil) }
  }

  @Test func theKindsInWords() {
    #expect(OptionSpec.Kind.integer(Int.min...Int.max).phrase == "a whole number")
    #expect(OptionSpec.Kind.integer(Int.min...5).phrase == "a whole number of at most 5")
    #expect(OptionSpec.Kind.real(-Double.infinity...2.5).phrase == "a number of at most 2.5")
    #expect(OptionSpec.Kind.real(-Double.infinity...Double.infinity).phrase == "a number")
    #expect(OptionSpec.Kind.real(0.001...1e6).phrase == "a number from 0.001 to 1000000")
  }
}

@Suite struct SuggestionTests {
  @Test func theNearestNameIsSuggested() {
    let names = ["pretrain", "reconstruct", "run", "step", "sum"]
    #expect(Suggestion.phrase(for: "pretain", among: names) == "did you mean `pretrain`?")
    #expect(Suggestion.nearest(to: "PRETRAIN", among: names) == "pretrain")
    #expect(Suggestion.nearest(to: "rnu", among: names) == "run")
    let tasks = ["zaleplon_mpo", "median1", "train_every"]
    #expect(Suggestion.nearest(to: "zalplon", among: tasks) == "zaleplon_mpo")
    #expect(Suggestion.nearest(to: "train", among: tasks) == "train_every")
    #expect(Suggestion.nearest(to: "zaleplon_mop", among: tasks) == "zaleplon_mpo")
    #expect(Suggestion.nearest(to: "elephant", among: names) == nil)
    #expect(Suggestion.nearest(to: "xyz", among: names) == nil)
    #expect(Suggestion.nearest(to: "", among: names) == nil)
    // Equally near: the first of the alphabet, whatever the order they come in.
    #expect(Suggestion.nearest(to: "sun", among: ["sum", "run"]) == "run")
    #expect(Suggestion.nearest(to: "sun", among: ["run", "sum"]) == "run")
  }

  @Test func distancesCountEdits() {
    for (a, b, edits) in [
      ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1),
      ("abc", "ab", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("é", "e", 1),
    ] {
      #expect(Suggestion.distance(a, b) == edits, "\(a), \(b)")
      #expect(Suggestion.distance(b, a) == edits, "\(b), \(a)")
    }
  }
}
