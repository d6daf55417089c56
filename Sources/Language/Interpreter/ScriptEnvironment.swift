import Core

/// What a script meets of the outside: output, events, cancellation, permissions, arguments.
public struct ScriptEnvironment: Sendable {
  /// Set by Ctrl-C; looked at once per loop turn and call.
  public var cancellation: Cancellation
  /// Where `print` writes; the text carries its own line end.
  public var output: @Sendable (String) -> Void
  /// Where progress, notices and warnings of long work go.
  public var events: @Sendable (RunEvent) -> Void
  /// False under `--no-shell`: no outside programs, no writing outside the working folder.
  public var allowsShell: Bool
  /// The arguments after the script's name on the command line.
  public var arguments: [String]
  /// How `print` shows tables and host objects.
  public var formatter: ValueFormatter
  /// Columns of the terminal that output goes to, at which help and what objects say of themselves are
  /// broken between words; without a limit where it is none.
  public var columns: Int

  /// An environment; without arguments a silent one, as tests use it.
  public init(
    cancellation: Cancellation = Cancellation(),
    output: @escaping @Sendable (String) -> Void = { _ in },
    events: @escaping @Sendable (RunEvent) -> Void = { _ in },
    allowsShell: Bool = true, arguments: [String] = [],
    formatter: ValueFormatter = ValueFormatter(), columns: Int = .max
  ) {
    self.cancellation = cancellation
    self.output = output
    self.events = events
    self.allowsShell = allowsShell
    self.arguments = arguments
    self.formatter = formatter
    self.columns = columns
  }

  /// A value as the prompt shows it; `none` gives an empty text.
  public func shown(_ value: Value) -> String {
    let text = formatter.shown(value)
    guard case .host = value else { return text }
    return DisplayWidth.paragraphs(text, to: columns, indent: 2).joined(separator: "\n")
  }
}
