// Pages of errors found before anything runs: reading the text, names and calls, problems.
extension Explanation {
  static let readingPages: [Explanation] = [
    Explanation(
      .unexpectedCharacter, "a character that means nothing",
      "The character belongs to no word, number or operator. Often it comes from another language (`!`, `&&`) or from a text processor (curly quotes, long dashes).",
      wrong: "x = 3 & 4", right: "x = true and false"),
    Explanation(
      .unterminatedString, "a string without an end",
      "A string in \"…\" ends on the line it begins on. Text over several lines stands between three quotes on each side.",
      wrong: "x = \"abc", right: "x = \"abc\""),
    Explanation(
      .badNumber, "not a number",
      "Letters stand directly behind a number and are no unit of time, or the number is too large for a computer's numbers (about 1e308). Durations end in ms, s, min, h or d.",
      wrong: "x = 3y", right: "y = 2\nx = 3 * y"),
    Explanation(
      .badEscape, "an unknown escape in a string",
      "After a backslash a string knows n, t, r, \", \\, {, } and u{…}. Text in r\"…\" is taken as it is, which suits SMILES and file paths.",
      wrong: "x = \"F/C=C\\F\"", right: "x = r\"F/C=C\\F\""),
    Explanation(
      .unexpectedToken, "something else is expected here",
      "The text does not follow the grammar at this place; the message says what could stand here.",
      wrong: "x = 3 +* 4", right: "x = 3 + 4"),
    Explanation(
      .unclosedBracket, "an open bracket",
      "A bracket or block was opened and not closed. The message names the line of the opening one.",
      wrong: "x = [1, 2\ny = 3", right: "x = [1, 2]\ny = 3"),
    Explanation(
      .nestedTooDeeply, "nested too deeply",
      "Expressions, blocks and chains of operators have a limit far beyond what anyone reads. Generated code can use lists and loops.",
      wrong: "x = " + String(repeating: "(", count: 150) + "1" + String(repeating: ")", count: 150),
      right: "x = 1"),
    Explanation(
      .chainedComparison, "comparisons in a chain",
      "A comparison gives true or false, so a second one would compare that. Say both parts, or use a range.",
      wrong: "x = 1 < 2 < 3", right: "x = 2 in 1...3"),
    Explanation(
      .badTarget, "not something that can be assigned to",
      "Left of `=` stands a name, or a part of one: x, x[0], r.field.",
      wrong: "3 = 4", right: "x = 4"),
    Explanation(
      .positionalAfterNamed, "a positional argument after a named one",
      "In a call, arguments without a name come first.",
      wrong: "x = linspace(from: 0, 1)", right: "x = linspace(0, to: 1)"),
    Explanation(
      .duplicateName, "a name twice in one list",
      "Parameters of a function, and fields of a record, each need their own name.",
      wrong: "fn f(a, a) = a", right: "fn f(a, b) = a + b"),
    Explanation(
      .notText, "not a text file",
      "Scripts are text in UTF-8. The file holds bytes that are not: perhaps it is not a script, or was saved in another encoding."
    ),
    Explanation(
      .statementOutOfPlace, "a statement in the wrong place",
      "`return` stands in a function, `break` and `continue` in a loop, `maximize`, `minimize` and `subject to` directly in a problem, `use` at the top level of a script.",
      wrong: "break", right: "for i in 0..<3 { break }"),
    Explanation(
      .unmatchedBracket, "a closing bracket without an opening one",
      "There is one closing bracket too many, or an opening one is missing further up.",
      wrong: "x = 3)", right: "x = (3)"),
    Explanation(
      .requiredAfterDefault, "a parameter without a default after one with",
      "Arguments are given in order, so parameters that may be left out come last.",
      wrong: "fn f(a = 1, b) = a + b", right: "fn f(b, a = 1) = a + b"),
  ]

  static let namePages: [Explanation] = [
    Explanation(
      .unknownName, "an unknown name",
      "No variable, function or constant has this name here. Names assigned inside a function exist only there.",
      wrong: "total = 3\nx = totl + 1", right: "total = 3\nx = total + 1"),
    Explanation(
      .noValueYet, "a name without a value",
      "The name is given a value somewhere, but not before this line runs.",
      wrong: "y = x + 1\nx = 3", right: "x = 3\ny = x + 1"),
    Explanation(
      .unknownModule, "an unknown module",
      "`use` brings in a module of the standard library, or a script in the folder of this one.",
      wrong: "use nowhere"),
    Explanation(
      .unknownFunction, "an unknown function",
      "No function has this name. help() lists the families of functions, apropos(\"word\") searches them.",
      wrong: "x = sqroot(2)", right: "x = sqrt(2)"),
    Explanation(
      .unknownArgument, "an unknown named argument",
      "The function has no argument of this name. help(function) lists what it takes.",
      wrong: "x = linspace(0, 1, count: 5)", right: "x = linspace(0, 1, n: 5)"),
    Explanation(
      .tooManyArguments, "too many arguments",
      "The function takes fewer positional arguments. Some arguments can only be given by name.",
      wrong: "x = sqrt(1, 2)", right: "x = sqrt(1)"),
    Explanation(
      .missingArgument, "a missing argument",
      "An argument without a default was not given.",
      wrong: "x = dot([1, 2])", right: "x = dot([1, 2], [3, 4])"),
    Explanation(
      .argumentTwice, "an argument given twice",
      "The argument was given by name twice, or both by position and by name.",
      wrong: "x = sqrt(1, x: 2)", right: "x = sqrt(1)"),
    Explanation(
      .outerVariable, "changing a variable from outside the function",
      "A function can read the variables around it but changes only its own. Return the new value and assign it outside.",
      wrong: "n = 0\nfn count() { n += 1 }", right: "n = 0\nfn next(n) = n + 1\nn = next(n)"),
    Explanation(
      .moduleCycle, "modules that use each other",
      "A module is run before the code that uses it, so two modules cannot use each other. Move what both need to a third."
    ),
    Explanation(
      .moduleFailed, "a module with errors",
      "The errors of the module are listed above this one; the script cannot run until they are mended."
    ),
  ]

  static let problemPages: [Explanation] = [
    Explanation(
      .noGoal, "a problem without a goal",
      "A problem states one goal with `maximize` or `minimize`.",
      wrong: "problem p(x in box(-5, 5, dim: 2)) { y = sum(x) }",
      right: "problem p(x in box(-5, 5, dim: 2)) { maximize sum(x) }"),
    Explanation(
      .severalGoals, "several goals",
      "A problem has one goal; searching for trade-offs between several is not possible yet. Weigh them in one expression, or turn all but one into constraints.",
      wrong: "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n    minimize sum(x^2)\n}",
      right:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n    subject to sum(x^2) <= 4\n}"
    ),
    Explanation(
      .duplicateSubject, "two constraints of one name",
      "Constraints become columns, so each needs its own name.",
      wrong:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n    subject to a: x <= 1\n    subject to a: x >= 0\n}",
      right:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n    subject to a: x <= 1\n    subject to b: x >= 0\n}"
    ),
    Explanation(
      .badGoal, "a goal that is not a finite number",
      "The goal of an evaluation must be one finite number. A vector must be summed up; infinity and nan come from dividing by zero or from roots and logarithms of negative numbers. In a study the trial is marked failed."
    ),
    Explanation(
      .badSubject, "a constraint that is neither a comparison nor true/false",
      "`subject to` takes a comparison of numbers, or something that is true or false. In a study the trial is marked failed."
    ),
    Explanation(
      .unusedCandidate, "a problem that ignores its candidate",
      "The body never uses the name before `in` and measures nothing, so every candidate gives the same result. This is a warning.",
      wrong: "problem p(x in box(-5, 5, dim: 2)) { maximize 3 }",
      right: "problem p(x in box(-5, 5, dim: 2)) { maximize sum(x) }"
    ),
    Explanation(
      .emptyRange, "an empty range",
      "The lower end of the range lies above its upper end, so nothing can satisfy the constraint.",
      wrong:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n    subject to x in 5...1\n}",
      right:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n    subject to x in 1...5\n}"),
    Explanation(
      .returnInProblem, "`return` in a problem",
      "A problem's body states its goal and constraints and runs to its end. To give a candidate up, call fail(\"why\").",
      wrong: "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n    return 3\n}",
      right: "problem p(x in box(-5, 5, dim: 2)) {\n    maximize sum(x)\n}"),
    Explanation(
      .unnamedMeasurement, "a measurement without a name in quotes",
      "`ask` lists what to measure before any body runs, so the name stands in the text itself and not in a variable.",
      wrong:
        "what = \"yield\"\nproblem p(x in box(-5, 5, dim: 2)) {\n    maximize measured(what) - sum(x)\n}",
      right: "problem p(x in box(-5, 5, dim: 2)) {\n    maximize measured(\"yield\") - sum(x)\n}"),
    Explanation(
      .joinedComparisons, "comparisons joined by `and` in a constraint",
      "A comparison of numbers reveals how far a candidate is from holding, which a search learns from. Joined by `and` it becomes true or false: only yes or no is left. Write each in a line of its own; where yes or no is meant, indicator(…) says so. This is a warning.",
      wrong:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize x[0]\n    subject to c: sum(x) <= -8 and norm(x) <= 4\n}",
      right:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize x[0]\n    subject to low: sum(x) <= -8\n    subject to ball: norm(x) <= 4\n}"
    ),
    Explanation(
      .misspeltGoal, "a line of a problem that begins with no known word",
      "Goals and constraints begin with `maximize`, `minimize`, `subject to` or `require`. What this line begins with is nearly one of these, and no function or variable.",
      wrong: "problem p(x in box(-5, 5, dim: 2)) {\n    minimze (x[0] - 1)^2\n}",
      right: "problem p(x in box(-5, 5, dim: 2)) {\n    minimize (x[0] - 1)^2\n}"),
    Explanation(
      .requirementNotComputed, "a requirement that is not computed from the candidate",
      "`require` states what must hold before a candidate is evaluated, so it is asked of thousands of candidates that never are. It cannot need what is measured, what an outside program prints, or random numbers. `subject to` states what is known once a candidate was evaluated.",
      wrong:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize measured(\"yield\") - sum(x)\n    require pure: measured(\"purity\") >= 90\n}",
      right:
        "problem p(x in box(-5, 5, dim: 2)) {\n    maximize measured(\"yield\") - sum(x)\n    subject to pure: measured(\"purity\") >= 90\n}"
    ),
  ]
}
