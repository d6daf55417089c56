/// One line of a problem's body, with what it gives values to and what it needs.
struct ProblemLine {
  /// Nil for a line with errors.
  var step: ProblemCode.Step?
  var uses: CodeUses
  /// Names that it reads.
  var needs: Set<String>
  /// Names that it gives values to, or changes.
  var gives: Set<String>
}

extension [ProblemLine] {
  /// The lines that some constraints need, in order: their own, and before each the lines that give values
  /// to names that it reads, directly or through other lines.
  ///
  /// A line that may give a value (in a branch, say) counts as one that does.
  /// - Parameter captures: places of the names that the body captures.
  func slice(_ captures: [String: Int], of isWanted: (_ subject: Int) -> Bool) -> ProblemCode.Slice
  {
    var taken: Set<Int> = []
    for (place, line) in enumerated() {
      guard case .subject(let subject, _, _)? = line.step, isWanted(subject) else { continue }
      taken.insert(place)
      var needs = line.needs
      for earlier in indices[..<place].reversed() where !self[earlier].gives.isDisjoint(with: needs)
      {
        taken.insert(earlier)
        needs.formUnion(self[earlier].needs)
      }
    }
    let lines = taken.sorted().map { self[$0] }
    var slice = ProblemCode.Slice(steps: lines.compactMap(\.step))
    for line in lines {
      slice.uses.add(line.uses)
      slice.captures.formUnion(line.needs.compactMap { captures[$0] })
    }
    return slice
  }
}

extension ProblemSyntax.Item {
  /// Names that it gives values to, or changes.
  var assignedNames: Set<String> {
    guard case .statement(let statement) = self else { return [] }
    let names = AssignedNames.collect([statement])
    return Set(names.variables + names.others + names.changed)
  }
}
