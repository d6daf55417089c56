/// A function of the language that is written in Swift: one entry in its family's table.
public final class NativeFunction: Sendable {
  /// What runs: bound arguments in, a value out; failures are shown at the call.
  public typealias Body = @Sendable (Arguments, CallContext) throws -> Value

  /// What a call does besides giving a value.
  public enum Effect: Sendable, Equatable {
    /// Nothing.
    case none
    /// Something that may happen on several threads at once but is more than computing: an outside program
    /// runs.
    case outside
    /// Something whose order matters: printing, drawing from the script's random numbers, files.
    case ordered
  }

  /// The name scripts call it by, snake_case.
  public let name: String
  /// What it takes and gives.
  public let signature: FunctionSignature
  /// What it does, in a sentence; further paragraphs may follow.
  public let doc: String
  /// A line or two of the language that shows its use; empty for none.
  public let example: String
  /// The heading help lists it under, e.g. "math"; the catalog's family when empty.
  public let effect: Effect
  /// A number in, a number out: lets loops call it directly, and acts on each entry of a vector.
  public let scalar: (@Sendable (Double) -> Double)?
  /// What a call runs.
  public let body: Body

  /// A function with its data and its body.
  public init(
    _ name: String, _ signature: FunctionSignature, doc: String, example: String = "",
    effect: Effect = .none, body: @escaping Body
  ) {
    self.name = name
    self.signature = signature
    self.doc = doc
    self.example = example
    self.effect = effect
    self.scalar = nil
    self.body = body
  }

  /// A function of one number, applied to a number or to each entry of a vector.
  public init(
    scalar name: String, doc: String, example: String = "",
    _ function: @escaping @Sendable (Double) -> Double
  ) {
    self.name = name
    self.signature = FunctionSignature(
      [.required("x", "a number or a vector", "the number, or the vector to map")],
      result: "a number or a vector")
    self.doc = doc
    self.example = example
    self.effect = .none
    self.scalar = function
    self.body = { arguments, _ in
      switch try arguments.value("x") {
      case .number(let x): .number(function(x))
      case .vector(let xs): .vector(xs.map(function))
      default: throw arguments.mismatch("x", "a number or a vector")
      }
    }
  }
}
