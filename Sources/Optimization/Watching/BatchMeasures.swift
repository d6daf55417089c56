import Oracles

/// What every study measures of a batch, whatever its method.
package enum BatchMeasures {
  /// Points whose distances are looked at: enough for a mean, and no longer than a blink.
  private static let most = 256

  /// "batch_spread" in a box, and "violation_…" for each constraint.
  package static func of(_ trials: [Trial], space: BoxSpace?) -> [IterationReport.Measure] {
    var measures: [IterationReport.Measure] = []
    if let space, let spread = spread(trials, space) {
      measures.append(.init("batch_spread", spread))
    }
    return measures + violations(trials).map { .init("violation_\($0.name)", $0.mean) }
  }

  /// Mean distance between two points of the batch in the unit cube; nil for fewer than two points.
  package static func spread(_ trials: [Trial], _ space: BoxSpace) -> Double? {
    let points = trials.prefix(most).compactMap { trial -> [Double]? in
      if case .vector(let x) = trial.candidate { space.unit(x) } else { nil }
    }
    guard points.count > 1 else { return nil }
    var total = 0.0
    for i in points.indices {
      for j in 0..<i {
        var square = 0.0
        for c in 0..<space.dimension {
          let difference = points[i][c] - points[j][c]
          square += difference * difference
        }
        total += square.squareRoot()
      }
    }
    return total / Double(points.count * (points.count - 1) / 2)
  }

  /// Mean violation of each declared constraint over the trials that worked, its entries added up;
  /// what holds counts as 0.
  static func violations(_ trials: [Trial]) -> [(name: String, mean: Double)] {
    let worked = trials.filter { $0.evaluation.objective != nil }
    var names: [String] = []
    var sums: [String: Double] = [:]
    for trial in worked {
      for entry in trial.evaluation.constraints {
        let name = entry.declaredName
        if sums[name] == nil { names.append(name) }
        sums[name, default: 0] += max(0, entry.violation)
      }
    }
    return names.map { ($0, (sums[$0] ?? 0) / Double(worked.count)) }
  }
}

extension Evaluation.Constraint {
  /// The constraint as it was declared: `clear` for the entry `clear[3]`.
  var declaredName: String {
    guard name.last == "]", let bracket = name.lastIndex(of: "[") else { return name }
    return String(name[..<bracket])
  }
}
