import Language

/// How the program ends, as told to the shell.
public enum ExitCode: Int32, Sendable {
  case success = 0
  /// The command line makes no sense.
  case usage = 64
  /// The script cannot be read or has errors that were found before anything ran.
  case refused = 65
  /// The script failed while it ran.
  case failed = 70
  /// Ctrl-C.
  case interrupted = 130

  /// The code for how an input or script ended.
  public init(_ status: Session.Status) {
    switch status {
    case .completed: self = .success
    case .refused: self = .refused
    case .failed: self = .failed
    case .cancelled: self = .interrupted
    }
  }
}
