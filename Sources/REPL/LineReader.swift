import CTerminal
import Core
import Foundation

/// Reads inputs at the prompt: with editing, history and completion on a terminal, plainly elsewhere.
///
/// An input may have several lines: reading goes on while `isComplete` says that something is still
/// open. One thread reads, and there is one reader in a process (GNU readline's state is global).
public final class LineReader {
  /// What came in.
  public enum Event: Equatable {
    case input(String)
    /// Ctrl-C: what was typed is forgotten.
    case interrupted
    /// Ctrl-D, or the end of the input.
    case end
  }

  /// What could stand at the cursor: the first byte that is replaced, and the replacements.
  public typealias Completions = (start: Int, candidates: [String])

  private let isTerminal: Bool
  private let history: HistoryFile?
  private var keepsHistory = true
  private let isComplete: (String) -> Bool
  /// Lines read before the one being edited, which completion takes into account.
  private var earlier = ""
  private let complete: (_ text: String, _ cursor: Int) -> Completions
  /// Told once when the history cannot be kept.
  private let warn: (Failure) -> Void

  /// A reader of standard input.
  /// - Parameters:
  ///   - complete: given the whole input so far and the bytes of it before the cursor.
  public init(
    history: HistoryFile?, isComplete: @escaping (String) -> Bool,
    complete: @escaping (_ text: String, _ cursor: Int) -> Completions,
    warn: @escaping (Failure) -> Void = { _ in }
  ) {
    isTerminal = terminal_is_terminal(STDIN_FILENO) != 0
    self.history = history
    self.isComplete = isComplete
    self.complete = complete
    self.warn = warn
    guard isTerminal else { return }
    terminal_start_editor("lbo", completeLine, Unmanaged.passUnretained(self).toOpaque())
    show(history?.entries() ?? [])
  }

  /// Whether inputs come from a terminal.
  public var isInteractive: Bool { isTerminal }

  /// Reads one input.
  public func read(prompt: String, continuation: String) -> Event {
    earlier = ""
    var text = ""
    while true {
      var line: UnsafeMutablePointer<CChar>?
      let end =
        isTerminal
        ? terminal_edit_line(text.isEmpty ? prompt : continuation, &line)
        : terminal_plain_line(&line)
      defer { free(line) }
      switch end {
      case TERMINAL_LINE:
        text += line.map { String(cString: $0) } ?? ""
        if isComplete(text) { return .input(text) }
        text += "\n"
        earlier = text
      case TERMINAL_INTERRUPTED: return .interrupted
      default:
        // What is still open is given anyway: the language says what it misses.
        return text.isEmpty ? .end : .input(text)
      }
    }
  }

  /// Keeps an input in the history, here and in the file.
  public func remember(_ input: String) {
    let input = input.trimmingCharacters(in: .whitespacesAndNewlines)
    guard isTerminal, keepsHistory, !input.isEmpty, let history else { return }
    do throws(Failure) {
      show(try history.append(input))
    } catch {
      keepsHistory = false
      warn(error)
    }
  }

  private func show(_ entries: [String]) {
    let pointers = entries.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    let constant = pointers.map { UnsafePointer($0) }
    terminal_set_history(constant, Int32(constant.count))
  }

  fileprivate func candidates(_ line: String, _ cursor: Int) -> Completions {
    let shift = earlier.utf8.count
    var found = complete(earlier + line, shift + cursor)
    found.start -= shift
    return found
  }
}

/// Called by the editor, on the reading thread, when Tab is pressed.
private func completeLine(
  _ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?, _ cursor: Int32,
  _ result: OpaquePointer?
) {
  guard let context, let line, let result else { return }
  let reader = Unmanaged<LineReader>.fromOpaque(context).takeUnretainedValue()
  let found = reader.candidates(String(cString: line), Int(cursor))
  terminal_replace_from(result, Int32(clamping: found.start))
  for candidate in found.candidates { terminal_add_candidate(result, candidate) }
}
