/// Help on the words of the language.
enum KeywordHelp {
  static let pages: [HelpPage] = [
    page(
      "fn", "fn name(x, n = 10) = … or { … }",
      "Makes a function. Parameters with a default come last; any can be given by name. A block gives a value with `return`. ## lines above it are its help.",
      "fn half(x) = x / 2"),
    page(
      "problem", "problem name(x in space) { … }",
      "Declares what to search for: one `maximize` or `minimize` line, any number of `subject to` and `require` lines, and statements whose names are recorded with each trial. `problem name(a in 0...1, b in [1, 2, 5]) { … }` has settings in place of one candidate: numbers of a range, or of a list. It keeps the values its names have when it is declared.",
      "problem sphere(x in box(-5, 5, dim: 2)) {\n    minimize sum(x^2)\n    subject to ball: norm(x) <= 3\n}"
    ),
    page(
      "maximize", "maximize name: expression", "States the goal of a `problem`.",
      "maximize score: 3 - sum(x^2)"),
    page(
      "minimize", "minimize name: expression", "States the goal of a `problem`.",
      "minimize cost: sum(x^2)"),
    page(
      "subject", "subject to name: expression",
      "States what must hold in a `problem`. `a <= b`, `a >= b`, `a == b` and `a in lo...hi` reveal how far they are violated; true or false, or indicator(…), only whether they hold.",
      "subject to ball: norm(x) <= 3"),
    page(
      "require", "require name: expression",
      "States in a `problem` what must hold of a candidate before it is evaluated: what `subject to` takes, as far as it is computed from the candidate alone. No method asks for a candidate that violates it, and start sets that are drawn keep to it.",
      "require total: sum(x) <= 1"),
    page(
      "use", "use name", "Brings in the functions of a module, such as `use synthetic`.", ""),
    page(
      "if", "if condition { … } else { … }",
      "Runs one of two blocks; `if c then a else b` is a value.",
      "x = if 2 > 1 then \"yes\" else \"no\""),
    page(
      "for", "for x in things { … }",
      "Runs a block for each element of a range, list, vector, string, table (rows) or record (names). `break` leaves the loop, `continue` goes on with the next.",
      "for i in 0..<3 { print(i) }"),
    page("while", "while condition { … }", "Runs a block as long as a condition holds.", ""),
    page(
      "return", "return value", "Ends a function with a value; without one, with none.", ""),
    page(
      "in", "x in things",
      "Whether a range, list, record or string holds something; `not in` for the opposite.",
      "3 in 1...5"),
    page(
      "none", "none", "The value for \"there is none\"; what a function without `return` gives.", ""
    ),
  ]

  private static func page(_ name: String, _ signature: String, _ doc: String, _ example: String)
    -> HelpPage
  {
    HelpPage(name: name, signature: signature, doc: doc, example: example, family: "language")
  }
}
