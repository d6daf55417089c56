/// What could stand at the cursor.
public struct Completion: Sendable {
  /// What a candidate is.
  public enum Kind: String, Sendable {
    case keyword
    case variable
    case function
    case argument
    case member
    case module
  }

  /// One text that could stand there.
  public struct Candidate: Sendable, Equatable {
    /// The whole word, to replace what is typed of it; a named argument ends in `: `.
    public var text: String
    /// What it is.
    public var kind: Kind
    /// A line about it: a signature, a type, an argument's help.
    public var detail: String
  }

  /// The bytes of the text that a candidate replaces.
  public var range: Range<Int>
  /// What could stand there, best first.
  public var candidates: [Candidate]
  /// The text typed so far of a string the cursor is in, to be completed as a file's path; nil
  /// outside strings.
  public var path: String?
}
