import Core

/// Something another room owns and the language holds a handle to.
///
/// A type answers the questions it can; the defaults say "no". Members and elements are read by
/// running scripts, possibly from several threads at once, so answers must be thread-safe.
public protocol HostObject: AnyObject, Sendable {
  /// The type's name in the language, e.g. "molecule", "flow", "study".
  var typeName: String { get }
  /// What the prompt shows: one line, or a few.
  var summary: String { get }
  /// Names that `object.name` knows, for completion and suggestions.
  var members: [String] { get }
  /// `object.name`; nil when there is no such member.
  func member(_ name: String) throws -> Value?
  /// How many elements it has, when it can be indexed, sliced and looped over.
  var count: Int? { get }
  /// Element `index` of `0..<count`.
  func element(_ index: Int) throws -> Value
  /// The elements of these positions as an object of the same type: slices, `head`, `sample`.
  /// Nil where that makes no sense.
  func rows(_ indices: [Int]) throws -> Value?
  /// The parameters of `object(...)`; nil when it cannot be called.
  var signature: FunctionSignature? { get }
  /// `object(...)`; only asked when there is a `signature`.
  func call(_ arguments: Arguments, _ context: CallContext) throws -> Value
  /// A candidate as the body of a problem over this space receives it.
  /// - Throws: `.badArgument` for what does not lie in the space.
  func candidate(_ value: Value) throws(Failure) -> Value
  /// What `==` means; identity unless told otherwise.
  func isEqual(to other: any HostObject) -> Bool
}

extension HostObject {
  /// No members.
  public var members: [String] { [] }
  /// No members.
  public func member(_ name: String) throws -> Value? { nil }
  /// No elements.
  public var count: Int? { nil }
  /// Never asked without a `count`.
  public func element(_ index: Int) throws -> Value { .none }
  /// No slices.
  public func rows(_ indices: [Int]) throws -> Value? { nil }
  /// Not callable.
  public var signature: FunctionSignature? { nil }
  /// Never asked without a `signature`.
  public func call(_ arguments: Arguments, _ context: CallContext) throws -> Value { .none }
  /// Any value, as it is.
  public func candidate(_ value: Value) throws(Failure) -> Value { value }
  /// Identity.
  public func isEqual(to other: any HostObject) -> Bool { self === other }
}
