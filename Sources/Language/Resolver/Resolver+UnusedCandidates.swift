/// A problem whose body does not mention its candidate.
struct UnusedCandidate {
  var problem: ProblemSyntax
  /// The names of its body.
  var scope: Scope
}

extension Resolver {
  /// Warns of problems that give every candidate the same result. What is measured differs by
  /// candidate, in the body or in a function it calls, which may stand further down.
  func warnOfUnusedCandidates() {
    for one in unusedCandidates where !mayMeasure(one.scope) {
      let names = one.problem.parameters.map { "`\($0.name)`" }
      note(
        .unusedCandidate,
        "the problem `\(one.problem.name)` never uses its "
          + (names.count == 1
            ? "candidate \(names[0])" : "settings \(names.joined(separator: ", "))"),
        one.problem.parameters[0].span, advice: "every candidate gives the same result",
        severity: .warning)
    }
  }

  /// Whether code may call `measured`, itself or through functions of this source, which are found by
  /// name, or of earlier inputs, which have values.
  private func mayMeasure(_ scope: Scope) -> Bool {
    var waiting = [scope.uses]
    var names: [String] = Array(scope.mentioned)
    var seen: Set<String> = []
    while true {
      while let name = names.popLast() {
        if !seen.insert(name).inserted { continue }
        waiting += functionCodes.filter { $0.name == name }.map(\.uses)
      }
      guard let uses = waiting.popLast() else { return false }
      if uses.measuresSomething { return true }
      names += uses.globals.map(\.name)
    }
  }
}
