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

  /// An environment; without arguments a silent one, as tests use it.
  public init(
    cancellation: Cancellation = Cancellation(),
    output: @escaping @Sendable (String) -> Void = { _ in },
    events: @escaping @Sendable (RunEvent) -> Void = { _ in },
    allowsShell: Bool = true, arguments: [String] = [],
    formatter: ValueFormatter = ValueFormatter()
  ) {
    self.cancellation = cancellation
    self.output = output
    self.events = events
    self.allowsShell = allowsShell
    self.arguments = arguments
    self.formatter = formatter
  }
}
