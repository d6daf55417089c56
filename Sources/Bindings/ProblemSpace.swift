import Core
import Language
import Optimization

extension ProblemValue {
  /// The box that candidates lie in; nil for a problem over something else.
  /// - Throws: `.badArgument` for settings whose values cannot be searched.
  func box() throws(Failure) -> BoxSpace? {
    switch space {
    case .host(let object): return (object as? BoxHandle)?.space
    case _ where hasSettings:
      let settings = if case .record(let record) = space { record.values } else { [space] }
      var (low, high, levels) = ([Double](), [Double](), [[Double]?]())
      for (name, value) in zip(parameterNames, settings) {
        let setting = try Setting(value, named: name, of: self.name)
        low.append(setting.low)
        high.append(setting.high)
        levels.append(setting.levels)
      }
      return try BoxSpace(low: low, high: high).keeping(to: levels, names: parameterNames)
    default: return nil
    }
  }

  /// One setting: any number of a range, or one of some.
  private struct Setting {
    var low: Double
    var high: Double
    /// Ascending; nil for a range.
    var levels: [Double]?

    init(_ value: Value, named name: String, of problem: String) throws(Failure) {
      if case .range(let range) = value {
        (low, high) = (range.lower, range.upper)
        try check(name, problem)
        return
      }
      let given = Set(value.numbers ?? [])
      let rounded = Set(given.map(\.ofTwelveDigits))
      let levels = (rounded.count == given.count ? rounded : given).sorted()
      guard let first = levels.first, let last = levels.last else {
        throw Failure(
          .badArgument,
          "the setting `\(name)` of `\(problem)` is \(value.phrase), not a range or a list of numbers",
          advice:
            "write `\(name) in 20...120` for any value, or `\(name) in [1, 2, 5]` for these alone")
      }
      (low, high, self.levels) = (first, last, levels)
      try check(name, problem)
    }

    private func check(_ name: String, _ problem: String) throws(Failure) {
      guard low.isFinite, high.isFinite else {
        throw Failure(
          .badArgument,
          "the setting `\(name)` of `\(problem)` has no finite range: \(Format.short(low)) to "
            + Format.short(high), advice: "write finite bounds")
      }
      if low > high {
        throw Failure(
          .badArgument,
          "the setting `\(name)` of `\(problem)` has its bounds reversed: \(Format.short(low)) is above "
            + Format.short(high), advice: "write the lower bound first")
      }
      if low == high {
        throw Failure(
          .badArgument,
          "the setting `\(name)` of `\(problem)` has one value only, \(Format.short(low))",
          advice: "write it as a constant in the body")
      }
    }
  }
}
