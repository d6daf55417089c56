import Language

/// The inputs of a session as a script that does its work again.
struct SavedInputs {
  /// Stands above an input that Ctrl-C stopped.
  static let interruptedMark = "# interrupted with Ctrl-C"

  private var inputs: [String] = []
  private var interrupted = 0

  /// How many inputs there are.
  var count: Int { inputs.count }

  /// Takes an input if it changed the session.
  ///
  /// Of an interrupted one all that was done until then is kept in the session, and later inputs build
  /// on it, so a script without it would do something else. One that failed would stop the script.
  mutating func add(_ input: String, _ status: Session.Status) {
    switch status {
    case .completed: inputs.append(input)
    case .cancelled:
      inputs.append(SavedInputs.interruptedMark + "\n" + input)
      interrupted += 1
    case .refused, .failed: break
    }
  }

  /// The script, which begins with the seed the session was given.
  func script(seed: UInt64?) -> String {
    let first = seed.map { ["seed(\($0))"] } ?? []
    return (first + inputs).joined(separator: "\n") + "\n"
  }

  /// What is told when the script is saved.
  func summary(path: String) -> String {
    let saved = "\(count) \(count == 1 ? "input" : "inputs") saved to \(path)"
    switch interrupted {
    case 0: return saved
    case 1: return saved + "; the one that Ctrl-C interrupted runs to its end there"
    default:
      return saved + "; the \(interrupted) that Ctrl-C interrupted run to their ends there"
    }
  }
}
