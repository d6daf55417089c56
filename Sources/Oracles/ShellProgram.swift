import Core

/// A shell command that scores one candidate: docking, a simulation, a model of someone else.
///
/// `/bin/sh -c` runs it with nothing to read, in a process group of its own. Its answer is a number
/// or a JSON object on its standard output (`ProgramResult`). May be run on several threads at once.
public struct ShellProgram: Sendable {
  /// The command as the shell reads it; texts inside are quoted by `quoted(_:)`.
  public let command: String
  /// How long one attempt may take.
  public let timeout: Duration
  /// Further attempts after one that failed.
  public let retries: Int
  /// How long after a command was stopped by a signal we look whether we are stopped, too.
  package var patience = Duration.seconds(1)

  /// A command with its limits.
  /// - Throws: `.badArgument` for a blank command, one with a NUL character, a timeout that is not
  ///   above 0, or negative retries.
  public init(_ command: String, timeout: Duration = .seconds(600), retries: Int = 0)
    throws(Failure)
  {
    guard command.contains(where: { !$0.isWhitespace }) else {
      throw Failure(
        .badArgument, "`command` is empty", advice: "give what you would type in a terminal")
    }
    try ShellProgram.checkNoNUL(command, "command")
    guard timeout > .zero else { throw Failure(.badArgument, "`timeout` is not above 0s") }
    guard retries >= 0 else { throw Failure(.badArgument, "`retries` is below 0") }
    self.command = command
    self.timeout = timeout
    self.retries = retries
  }

  /// Runs the command and reads its answer.
  /// - Throws: `.external` when the last attempt could not be started, ended with another exit code
  ///   than 0, by a signal or by the timeout (its whole group is stopped), or printed no result;
  ///   the message has the end of what it wrote on its standard error. `.cancelled` when the user
  ///   asked to stop, which kills the group at once.
  public func run(cancellation: Cancellation) throws(Failure) -> ProgramResult {
    var attempt = 1
    while true {
      try cancellation.check()
      do throws(Failure) {
        return try runOnce(cancellation)
      } catch {
        if error.kind == .cancelled { throw error }
        guard attempt <= retries else {
          let attempts = attempt == 1 ? "" : " failed \(attempt) times; the last time it"
          throw Failure(
            error.kind, "the command `\(command.shortened)`\(attempts) \(error.message)",
            advice: error.advice)
        }
        attempt += 1
      }
    }
  }

  /// One attempt; the failure's message continues "the command …".
  private func runOnce(_ cancellation: Cancellation) throws(Failure) -> ProgramResult {
    let child = try ChildProcess("/bin/sh", ["-c", command])
    let end = child.wait(timeout: timeout, cancellation: cancellation)
    // A stop of all processes at once (a machine that shuts down, a queue that ends the job) reaches the
    // command before us: what it did not finish is no failure.
    if end.isByStop { cancellation.wait(atMost: patience) }
    if end != .exited(code: 0), cancellation.isRequested { throw Failure(.cancelled, "stopped") }
    let (what, advice): (String, String?)
    switch end {
    case .cancelled: throw Failure(.cancelled, "stopped")
    case .timedOut:
      (what, advice) = (
        "took longer than \(ShellProgram.text(timeout)) and was stopped", "give a longer `timeout`"
      )
    case .signalled(let signal):
      (what, advice) = ("was ended by signal \(ShellProgram.name(signal))", nil)
    case .exited(code: 0):
      do throws(Failure) {
        return try ProgramResult(output: child.output.bytes, isWhole: child.output.isWhole)
      } catch {
        (what, advice) = ("gave no result: \(error.message)", error.advice)
      }
    case .exited(let code): (what, advice) = ShellProgram.meaning(code)
    }
    let reason = child.errors.lastLines(3).map { ": \($0)" } ?? ""
    throw Failure(.external, what + reason, advice: advice)
  }

  // MARK: Quoting

  /// A text as one word of a command: the shell passes it on unchanged, whatever is in it.
  /// - Throws: `.badArgument` for a NUL character, which no command can hold.
  public static func quoted(_ text: String) throws(Failure) -> String {
    try checkNoNUL(text, "text")
    let plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-".utf8
    if !text.isEmpty, text.utf8.allSatisfy(plain.contains) { return text }
    let parts = text.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.map { String($0) }.joined(separator: "'\\''") + "'"
  }

  private static func checkNoNUL(_ text: String, _ name: String) throws(Failure) {
    if text.utf8.contains(0) {
      throw Failure(
        .badArgument, "`\(name)` has a NUL character, which a command cannot hold",
        advice: "write such data to a file, and pass the file's name")
    }
  }
}
