extension Resolver {
  /// Warns of `subject to a <= 1 and b <= 2`: how far each is violated would be revealed by itself, and
  /// a search that learns no more than yes or no may never find what is feasible.
  func warnOfJoinedComparisons(_ constraint: Expression) {
    let parts = constraint.joinedByAnd
    guard parts.count > 1, parts.contains(where: \.revealsSize) else { return }
    let count = parts.count == 2 ? "two" : "\(parts.count)"
    note(
      .joinedComparisons, "joined by `and`, these comparisons reveal only yes or no",
      constraint.span,
      advice: "\(count) `subject to` lines reveal how far each is violated; "
        + "if yes or no is meant, write indicator(…)",
      severity: .warning)
  }
}

extension Expression {
  /// What `and` joins at the top, in order; the expression itself where nothing is joined.
  fileprivate var joinedByAnd: [Expression] {
    var parts: [Expression] = []
    // A chain of `and` grows to the left, so what is still to be taken apart comes from the right.
    var rest = self.ungrouped
    while case .logic(isAnd: true, let left, let right) = rest.kind {
      parts.insert(contentsOf: right.joinedByAnd, at: 0)
      rest = left.ungrouped
    }
    return [rest] + parts
  }

  /// Whether the expression, alone in `subject to`, would tell how far it is violated, as far as can be
  /// seen before anything runs.
  fileprivate var revealsSize: Bool {
    switch ungrouped.kind {
    // Names and calls may be texts as well as numbers, and texts are compared by `==` more often.
    case .comparison(.equal, let left, let right): left.isNumber || right.isNumber
    case .comparison(.unequal, _, _): false
    case .comparison(_, let left, let right): left.mayBeNumber && right.mayBeNumber
    case .membership(_, let container, let isNegated):
      if case .range = container.ungrouped.kind { !isNegated } else { false }
    default: false
    }
  }

  /// Whether this is certainly a number, or a vector of them.
  private var isNumber: Bool {
    switch ungrouped.kind {
    case .number, .duration, .negate: true
    case .arithmetic(_, let left, let right): left.isNumber || right.isNumber
    default: false
    }
  }

  private var mayBeNumber: Bool {
    switch ungrouped.kind {
    case .string, .interpolation, .bool, .none, .list, .record, .lambda, .range, .logic, .not,
      .comparison, .membership:
      false
    case .arithmetic(_, let left, let right): left.mayBeNumber && right.mayBeNumber
    default: true
    }
  }
}
