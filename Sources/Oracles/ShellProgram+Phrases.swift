#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ShellProgram {
  /// What an exit code other than 0 means, and what to do about it.
  static func meaning(_ code: Int32) -> (String, advice: String?) {
    switch code {
    case 126:
      // POSIX's Shell Command Language, 2.8.2: found, but not an executable file.
      return (
        "ended with exit code 126 (a program that may not be executed)",
        "make it executable: chmod +x"
      )
    case 127:
      return (
        "ended with exit code 127 (no such program)",
        "check the program's name, and that its folder is in PATH"
      )
    case 129...(128 + 64):
      // A shell tells in this way that a signal ended what it ran.
      return (
        "ended with exit code \(code) (what it ran was ended by signal \(name(code - 128)))", nil
      )
    default: return ("ended with exit code \(code)", nil)
    }
  }

  /// A signal's number with its meaning, e.g. "11 (Segmentation fault)".
  static func name(_ signal: Int32) -> String {
    guard let text = strsignal(signal) else { return "\(signal)" }
    return "\(signal) (\(String(cString: text)))"
  }

  /// A length of time in the largest unit that gives a whole number.
  static func text(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    for (unit, length) in [("h", 3_600.0), ("min", 60), ("s", 1)] {
      let count = seconds / length
      if count == count.rounded(), count < 1e15 { return "\(Int(count))\(unit)" }
    }
    return "\(seconds)s"
  }
}
