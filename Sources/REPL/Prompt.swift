import Core
import Foundation
import Language

/// The prompt: reads inputs, evaluates them, shows what comes of them, until the user leaves.
public final class Prompt {
  let workspace: Workspace
  private let banner: String
  /// Inputs that changed the session, as `:save` writes them.
  var savedInputs = SavedInputs()
  private var inputs = 0
  private var firstError: ExitCode?

  /// A prompt that greets with `banner`.
  public init(_ workspace: Workspace, banner: String) {
    self.workspace = workspace
    workspace.endsWithSource = false
    self.banner = banner
  }

  /// Runs until `:quit`, Ctrl-D or the end of the input.
  /// - Returns: success on a terminal; elsewhere the code of the first input that failed.
  public func run(
    history path: String? = HistoryFile.standardPath()
  ) -> ExitCode {
    let session = workspace.session
    let reader = LineReader(
      history: path.map { HistoryFile(path: $0) },
      isComplete: { text in
        PromptInput.isMeta(text) || Session.isComplete(Prompt.code(in: text))
      },
      complete: { text, cursor in
        PromptCompletion(session: session).candidates(text, cursor: cursor)
      },
      warn: { [workspace] failure in
        workspace.live.message("warning: \(failure); inputs of this session are not kept")
      })
    if reader.isInteractive { workspace.live.write(banner + "\n") }
    let marks = marks(isTerminal: reader.isInteractive)
    while true {
      switch reader.read(prompt: marks.first, continuation: marks.next) {
      case .end: return workspace.finish(reader.isInteractive ? .success : firstError ?? .success)
      case .interrupted: continue
      case .input(let text):
        reader.remember(text)
        let (goesOn, code) = handle(text)
        if code != .success, firstError == nil { firstError = code }
        if !goesOn { return workspace.finish(.success) }
        if InterruptHandler.endingCode != nil { return workspace.finish(.interrupted) }
        // From a pipe, Ctrl-C is for the whole of it.
        if !reader.isInteractive, code == .interrupted { return workspace.finish(.interrupted) }
      }
    }
  }

  /// What of an input is in the language: `:time` asks for its expression only.
  static func code(in text: String) -> String {
    if case .command(.time, let expression) = PromptInput(text) { return expression }
    return text
  }

  /// Does what one input asks for. False means to leave.
  private func handle(_ text: String) -> (goesOn: Bool, code: ExitCode) {
    switch PromptInput(text) {
    case .nothing: return (true, .success)
    case .command(.quit, _): return (false, .success)
    case .code(let code): return (true, evaluate(code))
    case let input: return (true, perform(input))
    }
  }

  /// Evaluates an input in the language and remembers it for `:save`.
  func evaluate(_ code: String) -> ExitCode {
    inputs += 1
    let status = workspace.evaluate(SourceFile(name: "input \(inputs)", text: code))
    savedInputs.add(code, status)
    return ExitCode(status)
  }

  private func marks(isTerminal: Bool) -> (first: String, next: String) {
    guard workspace.isColored, isTerminal else { return ("lbo> ", "...> ") }
    // The control characters tell readline what takes no room.
    func painted(_ text: String) -> String { "\u{1}\u{1B}[1;36m\u{2}\(text)\u{1}\u{1B}[0m\u{2} " }
    return (painted("lbo>"), painted("...>"))
  }
}
