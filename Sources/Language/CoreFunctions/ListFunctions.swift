import Core

/// Building and walking through lists; most take vectors, ranges, strings and tables as well.
enum ListFunctions {
  static let family = FunctionCatalog.Family(
    "lists", doc: "building lists and applying functions to their elements",
    [
      length, list, rangeOf, map, reduce, zipped, enumerate, reverse, unique, append, flatten,
      contains, indexOf, test("any", "at least one") { $0.contains(true) },
      test("all", "every one") { !$0.contains(false) }, count,
    ])

  private static let collection = "a list, vector, range, string or table"

  private static let length = NativeFunction(
    "len",
    FunctionSignature([.required("x", collection, "what to count")], result: "a number"),
    doc: "How many elements, characters, fields or rows something has.", example: "len([1, 2, 3])"
  ) { arguments, _ in
    guard let count = Access.count(try arguments.value("x")) else {
      throw arguments.mismatch("x", "something with elements")
    }
    return .number(Double(count))
  }

  private static let list = NativeFunction(
    "list", FunctionSignature([.required("x", collection, "the elements")], result: "a list"),
    doc: "The elements as a list: a string's characters, a table's rows, a record's names.",
    example: "list(1...3)"
  ) { arguments, _ in .list(try Read.items(arguments, "x")) }

  private static let rangeOf = NativeFunction(
    "range",
    FunctionSignature(
      [
        .required("from", "a number", "the first element"),
        .required("to", "a number", "where to stop, not included"),
        .optional("step", "a number other than 0", default: "1", "the distance between elements"),
      ], result: "a list"),
    doc: "A list of numbers from one to before another, in steps.", example: "range(0, 10, 3)"
  ) { arguments, _ in
    let from = try arguments.number("from")
    let to = try arguments.number("to")
    let step = try arguments.number("step", default: 1)
    let count = ((to - from) / step).rounded(.up)
    guard step != 0, count.isFinite else {
      throw arguments.mismatch("step", "a number other than 0")
    }
    guard count <= Double(Value.longestList) else {
      throw Failure(.badArgument, "`step` gives more than \(Value.longestList) elements")
    }
    return .list((0..<Int(Swift.max(0, count))).map { .number(from + Double($0) * step) })
  }

  private static let map = NativeFunction(
    "map",
    FunctionSignature(
      [
        .required("x", collection, "the elements"),
        .required("f", "a function of one element", "what to apply"),
      ], result: "a list"),
    doc: "Applies a function to each element. Over a vector, numbers give a vector; "
      + "everything else gives a list.",
    example: "map([1, 2, 3], n -> n * 10)"
  ) { arguments, context in
    let function = try arguments.function("f")
    let results = try Read.items(arguments, "x").map { try context.call(function, [$0]) }
    if case .vector = try arguments.value("x"), let numbers = Value.list(results).numbers {
      return .vector(numbers)
    }
    return .list(results)
  }

  private static let reduce = NativeFunction(
    "reduce",
    FunctionSignature(
      [
        .required("x", collection, "the elements"),
        .required("f", "a function of two values", "combines the result so far and an element"),
        .optional("start", "any value", "the result before the first element"),
      ], result: "a value"),
    doc: "Combines all elements, from the first to the last, into one value.",
    example: "reduce([1, 2, 3], (a, b) -> a + b, 0)"
  ) { arguments, context in
    let function = try arguments.function("f")
    var items = try Read.items(arguments, "x")[...]
    var result: Value
    if let start = arguments.given("start") {
      result = start
    } else if let first = items.popFirst() {
      result = first
    } else {
      throw Failure(.badArgument, "`x` is empty", advice: "give `start`, the result for nothing")
    }
    for item in items { result = try context.call(function, [result, item]) }
    return result
  }

  private static let zipped = NativeFunction(
    "zip",
    FunctionSignature(
      [
        .required("a", collection, "the first elements"),
        .required("b", collection, "as many second elements"),
      ], result: "a list"),
    doc: "Pairs the elements of two collections of the same length.",
    example: "zip([1, 2], [\"a\", \"b\"])"
  ) { arguments, _ in
    let a = try Read.items(arguments, "a")
    let b = try Read.items(arguments, "b")
    guard a.count == b.count else {
      throw Failure(.badArgument, "`b` has \(b.count) elements, but `a` has \(a.count)")
    }
    return .list(zip(a, b).map { .list([$0, $1]) })
  }

  private static let enumerate = NativeFunction(
    "enumerate",
    FunctionSignature([.required("x", collection, "the elements")], result: "a list"),
    doc: "Pairs each element with its position, from 0.", example: "enumerate([\"a\", \"b\"])"
  ) { arguments, _ in
    .list(try Read.items(arguments, "x").enumerated().map { .list([.number(Double($0)), $1]) })
  }

  private static let reverse = NativeFunction(
    "reverse",
    FunctionSignature([.required("x", collection, "the elements")], result: "the same type"),
    doc: "The elements in the opposite order.", example: "reverse([1, 2, 3])"
  ) { arguments, context in
    let value = try arguments.value("x")
    guard let count = Access.count(value) else { throw arguments.mismatch("x", collection) }
    if case .record = value { throw arguments.mismatch("x", collection) }
    return try Access.rows(value, Array((0..<count).reversed()), context.span)
  }

  private static let unique = NativeFunction(
    "unique",
    FunctionSignature([.required("x", collection, "the elements")], result: "a list or vector"),
    doc: "Each different element once, in the order of first appearance.",
    example: "unique([3, 1, 3])"
  ) { arguments, context in
    let items = try Read.items(arguments, "x")
    var seen: Set<ValueKey> = []
    let kept = items.indices.filter { seen.insert(ValueKey(items[$0])).inserted }
    if case .vector(let numbers) = try arguments.value("x") {
      return .vector(kept.map { numbers[$0] })
    }
    return .list(kept.map { items[$0] })
  }

  private static let append = NativeFunction(
    "append",
    FunctionSignature(
      [
        .required("x", "a list or a vector", "the elements"),
        .required("item", "a value", "what comes after them"),
      ], result: "a list or vector"),
    doc: "The list or vector with one element more. `x = append(x, item)` takes no copy.",
    example: "append([1, 2], 3)"
  ) { arguments, _ in
    let item = try arguments.value("item")
    switch (try arguments.value("x"), item) {
    case (.list(let items), _): return .list(items + [item])
    case (.vector(let numbers), .number(let x)): return .vector(numbers + [x])
    case (.vector, _): throw arguments.mismatch("item", "a number")
    default: throw arguments.mismatch("x", "a list or a vector")
    }
  }

  private static let flatten = NativeFunction(
    "flatten",
    FunctionSignature([.required("x", "a list of lists", "the lists")], result: "a list"),
    doc: "Joins lists in a list, and vectors, into one list.", example: "flatten([[1, 2], [3]])"
  ) { arguments, _ in
    var result: [Value] = []
    for item in try arguments.list("x") {
      switch item {
      case .list(let items): result += items
      case .vector(let numbers): result += numbers.map { .number($0) }
      default: result.append(item)
      }
    }
    return .list(result)
  }

  private static let contains = NativeFunction(
    "contains",
    FunctionSignature(
      [
        .required("x", "a list, string, range or record", "where to look"),
        .required("item", "a value", "what to look for"),
      ], result: "true or false"),
    doc: "Whether something holds a value, as `item in x` does.", example: "contains([1, 2], 2)"
  ) { arguments, context in
    .bool(
      try Operators.contains(
        try arguments.value("x"), try arguments.value("item"), context.span))
  }

  private static let indexOf = NativeFunction(
    "index_of",
    FunctionSignature(
      [
        .required("x", collection, "where to look"),
        .required("item", "a value", "what to look for"),
      ], result: "a number or none"),
    doc: "The position of the first element equal to a value, or none.",
    example: "index_of([\"a\", \"b\"], \"b\")"
  ) { arguments, _ in
    let item = try arguments.value("item")
    let found = try Read.items(arguments, "x").firstIndex { $0.isEqual(to: item) }
    return found.map { .number(Double($0)) } ?? .none
  }

  private static func test(
    _ name: String, _ word: String, _ decide: @escaping @Sendable ([Bool]) -> Bool
  ) -> NativeFunction {
    NativeFunction(
      name,
      FunctionSignature(
        [
          .required("x", "a list of true and false, or elements to test", "the elements"),
          .optional("f", "a function that answers true or false", "the test"),
        ], result: "true or false"),
      doc: "Whether \(word) is true, or passes a test.", example: "\(name)([1, 2, 3], n -> n > 2)"
    ) { arguments, context in
      let items = try Read.items(arguments, "x")
      if arguments.has("f") {
        let function = try arguments.function("f")
        return .bool(decide(try items.map { try Read.answer(function, $0, context) }))
      }
      return .bool(
        decide(
          try items.map {
            if case .bool(let flag) = $0 { return flag }
            throw arguments.mismatch("x", "a list of true and false, or is given with a test `f`")
          }))
    }
  }

  private static let count = NativeFunction(
    "count",
    FunctionSignature(
      [
        .required("x", "a list of true and false, or elements to test", "the elements"),
        .optional("f", "a function that answers true or false", "the test"),
      ], result: "a number"),
    doc: "How many are true, or pass a test.", example: "count([1, 2, 3], n -> n > 1)"
  ) { arguments, context in
    let items = try Read.items(arguments, "x")
    let function = arguments.has("f") ? try arguments.function("f") : nil
    var total = 0
    for item in items {
      if let function {
        if try Read.answer(function, item, context) { total += 1 }
      } else if case .bool(let flag) = item {
        if flag { total += 1 }
      } else {
        throw arguments.mismatch("x", "a list of true and false, or is given with a test `f`")
      }
    }
    return .number(Double(total))
  }
}

/// Values as keys of a set, by the same equality as `==` (and nan equal to nan).
struct ValueKey: Hashable {
  let value: Value

  init(_ value: Value) { self.value = value }

  static func == (a: ValueKey, b: ValueKey) -> Bool {
    if case .number(let x) = a.value, case .number(let y) = b.value, x.isNaN, y.isNaN {
      return true
    }
    return a.value.isEqual(to: b.value)
  }

  func hash(into hasher: inout Hasher) {
    switch value {
    case .number(let x): hasher.combine(x == 0 ? 0 : x.isNaN ? -1 : x)
    case .string(let text): hasher.combine(text)
    case .bool(let flag): hasher.combine(flag)
    case .list(let items): for item in items { ValueKey(item).hash(into: &hasher) }
    default: hasher.combine(value.typeName)
    }
  }
}
