import Core
import Flows
import Language
import Optimization
import Oracles

/// `initial:`: given, or drawn.
enum StartSet {
  /// Texts of the start set: given, or drawn from the flow.
  /// - Parameter requirement: what drawn texts have to satisfy.
  static func texts(
    _ arguments: Arguments, _ flow: FlowHandle, required: Bool, _ requirement: Requirement?,
    context: RunContext
  ) throws -> [String] {
    if case .number? = arguments.given("initial") {
      return try drawn(
        try arguments.integer("initial", in: 1...1_000_000), flow, requirement, context)
    }
    guard arguments.has("initial") else {
      if !required { return [] }
      throw Failure(
        .badArgument, "`initial` is missing: the sequences to start from",
        advice:
          "give some, as in `initial: head(library, 100)`, or a number to draw from the flow")
    }
    return try Texts.of(arguments, "initial", molecular: flow.coding.kind.isMolecular)
  }

  private static func drawn(
    _ count: Int, _ flow: FlowHandle, _ requirement: Requirement?, _ context: RunContext
  ) throws -> [String] {
    var texts: [String] = []
    var seen: Set<String> = []
    let model = flow.flow
    var round = 0
    while texts.count < count, round < 50 {
      let batch = try model.generate(
        count, length: flow.length, random: context.stream("start", round), context: context)
      for row in 0..<batch.count where texts.count < count {
        // A molecule that the flow wrote may have a canonical form that it cannot read back.
        if let text = flow.coding.identity(batch[row]), seen.insert(text).inserted,
          (try? flow.coding.numbers(text, length: flow.length)) != nil,
          try requirement?.holds(.text(text)) ?? true
        {
          texts.append(text)
        }
      }
      round += 1
    }
    guard texts.count == count else {
      throw Failure(
        .badData,
        "the flow gave only \(texts.count) distinct valid sequences to start from"
          + (requirement == nil ? "" : " that satisfy what the problem requires"),
        advice: "pretrain it, or give the start set as data")
    }
    return texts
  }

  /// Points of the start set: given, or the first of a scrambled Sobol sequence.
  /// - Parameter columns: where a table has them.
  static func points(
    _ arguments: Arguments, _ box: BoxSpace, columns: CandidateColumns, context: RunContext
  ) throws -> [[Double]] {
    let standard = StudySetting.standardStart(dimension: box.dimension)
    var first = 0
    switch arguments.given("initial") {
    case nil, Value.none?:
      return try box.cover(standard, from: &first, scrambledBy: context.stream("start"), context)
    case .number?:
      let count = try arguments.integer("initial", in: 1...10_000_000)
      return try box.cover(count, from: &first, scrambledBy: context.stream("start"), context)
    case let given?:
      // A point is evaluated once, however often it is given.
      var known: Set<[Double]> = []
      return try points(given, of: "initial", box, columns: columns, place: "start point")
        .filter { known.insert($0).inserted }
    }
  }

  /// Points that a script gives: one vector, a list of them, or a table with a column of them, or one of
  /// each setting.
  /// - Parameters:
  ///   - name: the argument that they are given by.
  ///   - columns: where a table has them.
  ///   - place: what a message calls one of them.
  static func points(
    _ value: Value, of name: String, _ box: BoxSpace, columns: CandidateColumns, place: String
  ) throws -> [[Double]] {
    switch value {
    case .list(let items) where !items.isEmpty:
      return try points(try items.map { try columns.point($0) }, box, place)
    case .table(let table) where table.rowCount > 0:
      return try points(try columns.values(table), box, place)
    // Of one setting, numbers are as many points.
    case .vector(let numbers) where columns.isSplit && box.dimension == 1:
      return try points(numbers.map { .number($0) }, box, place)
    case .vector: return try points([value], box, place)
    case .record: return try points([try columns.point(value)], box, place)
    case .number where columns.isSplit && box.dimension == 1:
      return try points([value], box, place)
    default:
      throw Failure(
        .badArgument,
        "`\(name)` is \(value.phrase), not a vector, a list of vectors or a table that has them",
        advice: "each has \(box.dimension == 1 ? "one number" : "\(box.dimension) numbers")")
    }
  }

  private static func points(_ items: [Value], _ box: BoxSpace, _ place: String) throws(Failure)
    -> [[Double]]
  {
    var points: [[Double]] = []
    for (i, item) in items.enumerated() {
      guard let x = item.point, x.count == box.dimension else {
        throw Failure(
          .badArgument,
          "\(place) \(i) is \(item.phrase), not a vector of \(box.dimension) numbers")
      }
      try box.check(x, named: "\(place) \(i)")
      points.append(x)
    }
    return points
  }
}

extension Value {
  /// A point: a vector, a list of numbers, a number, or their text in a table.
  var point: [Double]? {
    switch self {
    case .string(let text):
      let parts = text.split { $0 == " " || $0 == "," || $0 == "[" || $0 == "]" }
      let numbers = parts.compactMap { Double(decimal: $0) }
      return numbers.count == parts.count && !numbers.isEmpty ? numbers : nil
    case .number(let x): return [x]
    default: return numbers
    }
  }
}
