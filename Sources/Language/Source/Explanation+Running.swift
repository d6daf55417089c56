// Pages of errors that appear while a script runs.
extension Explanation {
  static let runningPages: [Explanation] = [
    Explanation(
      .wrongOperands, "values that do not go together",
      "The operator has no meaning for these types. Nothing is converted silently: number(text) reads a number, \"{x}\" makes text, vector([…]) makes a vector.",
      wrong: "x = \"3\" + 1", right: "x = number(\"3\") + 1"),
    Explanation(
      .notCallable, "calling what is not a function",
      "Only functions and problems can be called. A variable may have taken a function's name.",
      wrong: "x = 3\ny = x(2)", right: "x = n -> n + 1\ny = x(2)"),
    Explanation(
      .noMember, "no such field, column or member",
      "The value has no part of this name; the message lists what it has. Functions are called as f(x), not x.f.",
      wrong: "r = {name: \"a\"}\nx = r.nam", right: "r = {name: \"a\"}\nx = r.name"),
    Explanation(
      .indexOutOfRange, "a position outside",
      "Positions count from 0 to the number of elements less one; negative ones count from the end, -1 being the last.",
      wrong: "x = [1, 2]\ny = x[2]", right: "x = [1, 2]\ny = x[-1]"),
    Explanation(
      .notIndexable, "a value without parts",
      "The value cannot be indexed, sliced or changed at a position.",
      wrong: "x = 3\ny = x[0]", right: "x = [3]\ny = x[0]"),
    Explanation(
      .notACondition, "a condition that is not true or false",
      "`if`, `while`, `and`, `or` and `not` need true or false. A comparison of a vector gives one answer per entry: use all(…) or any(…).",
      wrong: "x = 1\nif x { print(x) }", right: "x = 1\nif x != 0 { print(x) }"),
    Explanation(
      .notIterable, "nothing to loop over",
      "A loop goes over ranges of whole numbers, lists, vectors, strings, records (their names) and tables (their rows).",
      wrong: "for i in 3 { print(i) }", right: "for i in 0..<3 { print(i) }"),
    Explanation(
      .lengthMismatch, "lengths that differ",
      "Arithmetic and comparisons of two vectors work entry by entry and need as many entries on both sides.",
      wrong: "a = vector([1, 2])\nb = vector([1, 2, 3])\nx = a + b",
      right: "a = vector([1, 2])\nb = vector([3, 4])\nx = a + b"),
    Explanation(
      .badArgument, "an argument the function does not take",
      "The message names the argument, what it takes and what it got. help(function) says more.",
      wrong: "x = zeros(\"ten\")", right: "x = zeros(10)"),
    Explanation(
      .assertionFailed, "an assertion that does not hold",
      "assert(condition) found its condition false. A second argument says what that means.",
      wrong: "assert(1 > 2, \"one is not larger\")", right: "assert(2 > 1)"),
    Explanation(
      .failedOnPurpose, "fail(…) was called",
      "The script gave up with this reason. In a problem's body it marks one trial failed and the study goes on.",
      wrong: "fail(\"no data\")"),
    Explanation(
      .tooDeep, "calls too deep",
      "Functions have called functions too many levels deep, usually one that calls itself without an end.",
      wrong: "fn f(n) = f(n + 1)\nx = f(0)",
      right: "fn f(n) = if n > 100 then n else f(n + 1)\nx = f(0)"),
    Explanation(
      .badIndex, "an index of the wrong kind",
      "Positions are whole numbers, ranges of them, vectors of them, or a list of true and false for each element. Fields and columns are named by strings.",
      wrong: "x = [1, 2]\ny = x[0.5]", right: "x = [1, 2]\ny = x[0]"),
  ]

  static let worldPages: [Explanation] = [
    Explanation(
      .badFile, "a file that cannot be read",
      "The file is missing, empty, truncated, or not of the format its name says. The message names it, and the line where there is one."
    ),
    Explanation(
      .cannotWrite, "a file that cannot be written",
      "The folder is missing or protected, or the disk is full. Nothing that was already written is lost."
    ),
    Explanation(
      .badData, "data that cannot be used",
      "The data was read but does not serve: nothing is left after skipping bad lines, or scores are not numbers."
    ),
    Explanation(
      .numerical, "the numbers broke down",
      "A matrix could not be factorized or a loss became nan. Look for constant or enormous inputs, and for learning rates that are too high."
    ),
    Explanation(
      .external, "a program outside is missing or failed",
      "A program that the script calls could not be started, took too long, or ended with an error. The message has the last lines it printed."
    ),
    Explanation(
      .cancelled, "stopped by Ctrl-C",
      "Work was stopped at a safe point on request. At the prompt everything reached so far is kept: run and step go on from there. A script ends; the evaluations of a study that has a store are in its file, and the same script goes on from them."
    ),
    Explanation(
      .unsupported, "not possible in this build or yet",
      "The program was built without what this needs, or it does not exist yet. The message says which."
    ),
    Explanation(
      .nameNotFound, "a name that is not known",
      "A column, option, preset or the like has no such name; the message suggests the one meant or lists what there is.",
      wrong: "t = table({score: [1, 2]})\nx = sort(t, by: \"scor\")",
      right: "t = table({score: [1, 2]})\nx = sort(t, by: \"score\")"),
    Explanation(
      .waiting, "measurements that are not there yet",
      "The problem's body reads what only somebody outside can tell, with measured(\"…\"). `ask(study)` lists the candidates that wait, `tell(study, table)` brings what was measured, a part at a time if need be. Nothing that was told is lost."
    ),
    Explanation(
      .internalError, "our mistake",
      "The program met a case that its authors did not foresee. Please report it with the script that led here; the session goes on."
    ),
  ]
}
