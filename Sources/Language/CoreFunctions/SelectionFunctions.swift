import Core

/// Choosing and ordering elements; the result has the type of what is chosen from.
enum SelectionFunctions {
  static let family = FunctionCatalog.Family(
    "selection", doc: "choosing and ordering the elements of lists, vectors and tables",
    [head, tail, filter, sort, sample, shuffle, split])

  private static let collection = "a list, vector, table or the like"

  private static func count(_ arguments: Arguments) throws -> Int {
    let value = try arguments.value("x")
    if case .record = value { throw arguments.mismatch("x", collection) }
    guard let count = Access.count(value) else { throw arguments.mismatch("x", collection) }
    return count
  }

  private static func rows(_ arguments: Arguments, _ indices: [Int], _ context: CallContext) throws
    -> Value
  {
    try Access.rows(try arguments.value("x"), indices, context.span)
  }

  private static let head = NativeFunction(
    "head",
    FunctionSignature(
      [
        .required("x", collection, "the elements"),
        .optional("n", "a whole number of at least 0", default: "10", "how many"),
      ], result: "the same type"),
    doc: "The first n elements, or all if there are fewer.", example: "head([1, 2, 3], 2)"
  ) { arguments, context in
    let n = try arguments.integer("n", in: 0...Int.max, default: 10)
    return try rows(arguments, Array(0..<min(n, try count(arguments))), context)
  }

  private static let tail = NativeFunction(
    "tail",
    FunctionSignature(
      [
        .required("x", collection, "the elements"),
        .optional("n", "a whole number of at least 0", default: "10", "how many"),
      ], result: "the same type"),
    doc: "The last n elements, or all if there are fewer.", example: "tail([1, 2, 3], 2)"
  ) { arguments, context in
    let all = try count(arguments)
    let n = min(all, try arguments.integer("n", in: 0...Int.max, default: 10))
    return try rows(arguments, Array((all - n)..<all), context)
  }

  private static let filter = NativeFunction(
    "filter",
    FunctionSignature(
      [
        .required("x", collection, "the elements"),
        .required("f", "a function that answers true or false", "which to keep"),
      ], result: "the same type"),
    doc: "The elements for which a function answers true; for a table it is given each row.",
    example: "filter([1, 2, 3], n -> n > 1)"
  ) { arguments, context in
    let function = try arguments.function("f")
    _ = try count(arguments)
    let items = try Read.items(arguments, "x")
    let kept = try items.indices.filter { try Read.answer(function, items[$0], context) }
    return try rows(arguments, kept, context)
  }

  private static let sort = NativeFunction(
    "sort",
    FunctionSignature(
      [
        .required("x", collection, "the elements"),
        .optional("by", "a column's name, or a function of an element", "what to compare"),
        .named("descending", "true or false", default: "false", "whether the largest come first"),
      ], result: "the same type"),
    doc: "The elements in ascending order; equal ones keep their order, and nan comes last.",
    example: "sort([3, 1, 2], descending: true)"
  ) { arguments, context in
    _ = try count(arguments)
    let keys = try sortKeys(arguments, context)
    let descending = try arguments.bool("descending", default: false)
    return try rows(arguments, try order(keys, descending: descending), context)
  }

  private static func sortKeys(_ arguments: Arguments, _ context: CallContext) throws -> [Value] {
    guard arguments.has("by"), let by = arguments.given("by") else {
      if case .table = try arguments.value("x") {
        throw Failure(
          .badArgument, "`by` is the name of a column when a table is sorted",
          advice: "as in sort(t, by: \"score\")")
      }
      return try Read.items(arguments, "x")
    }
    if case .string(let name) = by, case .table(let table) = try arguments.value("x") {
      let column = try table.column(name)
      return (0..<column.count).map { Value(column.cell($0)) }
    }
    guard by.isCallable else {
      throw arguments.mismatch("by", "a column's name, or a function of an element")
    }
    return try Read.items(arguments, "x").map { try context.call(by, [$0]) }
  }

  private static func order(_ keys: [Value], descending: Bool) throws -> [Int] {
    if let numbers = Value.list(keys).numbers {
      return keys.indices.sorted { i, j in
        let (a, b) = (numbers[i], numbers[j])
        if a.isNaN || b.isNaN { return a.isNaN == b.isNaN ? i < j : b.isNaN }
        return a == b ? i < j : (descending ? a > b : a < b)
      }
    }
    if let texts = Value.list(keys).strings {
      return keys.indices.sorted { i, j in
        texts[i] == texts[j] ? i < j : (descending ? texts[i] > texts[j] : texts[i] < texts[j])
      }
    }
    throw Failure(
      .badArgument, "`x` can be sorted by numbers or by strings, not by a mixture",
      advice: "give `by`, a function that makes a number or a string of an element")
  }

  // MARK: By chance

  private static let sample = NativeFunction(
    "sample",
    FunctionSignature(
      [
        .required("x", collection, "the elements"),
        .required("n", "a whole number, at most the number of elements", "how many"),
      ], result: "the same type"),
    doc: "n different elements drawn at random, in random order.", example: "sample(1...100, 5)",
    effect: .ordered
  ) { arguments, context in
    let all = try count(arguments)
    let n = try arguments.integer("n", in: 0...Int.max)
    if n > all {
      throw Failure(
        .badArgument, "`n` is at most \(all), the number of elements, not \(n)",
        advice: "elements are drawn without putting them back")
    }
    var stream = context.random.next("sample")
    return try rows(arguments, stream.sample(n, of: all), context)
  }

  private static let shuffle = NativeFunction(
    "shuffle",
    FunctionSignature([.required("x", collection, "the elements")], result: "the same type"),
    doc: "The elements in random order.", example: "shuffle([1, 2, 3])", effect: .ordered
  ) { arguments, context in
    let all = try count(arguments)
    var stream = context.random.next("shuffle")
    return try rows(arguments, stream.permutation(all), context)
  }

  private static let split = NativeFunction(
    "split",
    FunctionSignature(
      [
        .required("x", "a string, or a list, vector or table", "what to split"),
        .optional(
          "at", "a string for text; a number from 0 to 1 for the rest",
          default: "whitespace, or 0.8",
          "the separator, or the share of elements in the first part"),
        .named("shuffled", "true or false", default: "true", "whether elements are mixed first"),
      ], result: "a list of strings, or {first, second}"),
    doc: "Splits text at a separator; splits elements at random into a first and a second part.",
    example: "split(\"a,b,c\", \",\")", effect: .ordered
  ) { arguments, context in
    if case .string(let text) = try arguments.value("x") {
      return .list(try StringFunctions.split(text, arguments).map { .string($0) })
    }
    let all = try count(arguments)
    let share = try arguments.number("at", in: 0...1, default: 0.8)
    let cut = Int((share * Double(all)).rounded())
    var indices = Array(0..<all)
    if try arguments.bool("shuffled", default: true) {
      var stream = context.random.next("split")
      indices = stream.permutation(all)
    }
    return .record(
      Record([
        ("first", try rows(arguments, Array(indices[..<cut]), context)),
        ("second", try rows(arguments, Array(indices[cut...]), context)),
      ]))
  }
}
