import Core

/// One error or warning about a script, as a value; `DiagnosticRenderer` makes text of it.
public struct Diagnostic: Error, Sendable {
  /// Whether the script can run.
  public enum Severity: String, Sendable {
    case error
    case warning
  }

  /// One call on the way to a run-time error: the function, and where it was called.
  public struct Call: Sendable {
    /// The name of the function.
    public var function: String
    /// Where it was called.
    public var span: Span
  }

  /// Error or warning.
  public var severity: Severity
  /// The kind, with its page for `lbo explain`.
  public var code: DiagnosticCode
  /// One clear sentence in the user's terms, without a full stop.
  public var message: String
  /// What is underlined; nil when the error belongs to no place of a source.
  public var span: Span?
  /// What to do about it, or the name meant; shown beside the underline.
  public var advice: String?
  /// Further facts, each a line below.
  public var notes: [String]
  /// The calls a run-time error came through, innermost first.
  public var trace: [Call]

  /// A diagnostic with all its parts.
  public init(
    _ code: DiagnosticCode, _ message: String, at span: Span?, advice: String? = nil,
    notes: [String] = [], severity: Severity = .error
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.span = span
    self.advice = advice
    self.notes = notes
    self.trace = []
  }

  /// The failure of another room, at a place of the script.
  public init(_ failure: Failure, at span: Span?) {
    self.init(
      DiagnosticCode(failure.kind), failure.message, at: span, advice: failure.advice)
  }

  /// Whether it says that the user stopped the work.
  public var isCancellation: Bool { code == .cancelled }

  /// Whether it is our mistake, not the script's.
  public var isInternal: Bool { code == .internalError }
}
