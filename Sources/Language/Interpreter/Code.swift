/// The resolved code of one function.
final class FunctionCode: Sendable {
  /// One parameter; it lives in the slot of its position.
  struct Parameter: Sendable {
    var name: String
    /// Evaluated in the function's frame when the argument is not given.
    var standard: Node?
  }

  enum Body: Sendable {
    case expression(Node)
    case block([StatementNode])
  }

  let name: String
  let parameters: [Parameter]
  let slotCount: Int
  let body: Body
  let doc: String?
  let span: Span
  let signature: FunctionSignature
  let uses: CodeUses

  init(
    name: String, parameters: [Parameter], slotCount: Int, body: Body, doc: String?, span: Span,
    signature: FunctionSignature, uses: CodeUses
  ) {
    self.name = name
    self.parameters = parameters
    self.slotCount = slotCount
    self.body = body
    self.doc = doc
    self.span = span
    self.signature = signature
    self.uses = uses
  }
}

/// The resolved code of one problem. The candidate is in slot 0, or each setting in the slot of its place.
final class ProblemCode: Sendable {
  /// A `subject to`, whose shape decides what it reveals.
  enum Constraint: Sendable {
    case comparison(Node, Operators.Comparison, Node)
    case membership(Node, Node)
    case indicator(Node)
  }

  /// One line of the body; goal and subjects see the values names have where they stand.
  enum Step: Sendable {
    case statement(StatementNode)
    case goal(Node)
    case subject(Int, Constraint, Span)
  }

  let name: String
  let parameterNames: [String]
  let goal: ProblemValue.Goal
  let subjects: [ProblemValue.Subject]
  let steps: [Step]
  let recordedNames: [String]
  let recordedSlots: [Int]
  let slotCount: Int
  let doc: String?
  let span: Span
  /// The whole statement as it is written.
  let text: String
  let uses: CodeUses
  /// What has to be run to know whether all that is required holds; nil where nothing is.
  let requirement: Slice?
  /// The same for each constraint by itself.
  let slices: [Slice]

  /// Lines of the body that give some of its constraints, without those that serve anything else.
  struct Slice: Sendable {
    var steps: [Step]
    var uses = CodeUses()
    /// Places of the captured values that they read.
    var captures: Set<Int> = []
  }

  init(
    name: String, parameterNames: [String], goal: ProblemValue.Goal,
    subjects: [ProblemValue.Subject], steps: [Step], recordedNames: [String],
    recordedSlots: [Int], slotCount: Int, doc: String?, span: Span, text: String, uses: CodeUses,
    requirement: Slice?, slices: [Slice]
  ) {
    self.name = name
    self.parameterNames = parameterNames
    self.goal = goal
    self.subjects = subjects
    self.steps = steps
    self.recordedNames = recordedNames
    self.recordedSlots = recordedSlots
    self.slotCount = slotCount
    self.doc = doc
    self.span = span
    self.text = text
    self.uses = uses
    self.requirement = requirement
    self.slices = slices
  }
}

/// What a piece of code refers to, to know whether it may run on several threads at once
/// and what it needs to be told.
struct CodeUses: Sendable {
  var natives: [NativeFunction] = []
  var globals: [GlobalCell] = []
  var functions: [FunctionCode] = []
  /// Names in `measured("…")`.
  var measured: [String] = []

  /// Takes in what other code refers to.
  mutating func add(_ other: CodeUses) {
    natives += other.natives
    globals += other.globals
    functions += other.functions
    measured += other.measured
  }
}
