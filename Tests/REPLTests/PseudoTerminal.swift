import CTerminal
import Foundation

/// Drives a program as a user at a terminal does.
final class PseudoTerminal {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  private let side: Int32
  private let pid: pid_t
  /// Everything shown so far, without escape sequences.
  private(set) var screen = ""
  private var raw: [UInt8] = []
  private var seen = 0
  private var status: Int32?

  init(_ arguments: [String], environment: [String: String] = [:], columns: Int = 80) throws {
    var all = ProcessInfo.processInfo.environment
    all["TERM"] = "xterm"
    all["NO_COLOR"] = "1"
    all["INPUTRC"] = "/dev/null"
    for (name, value) in environment { all[name] = value }
    let argv = arguments.map { strdup($0) }
    let envp = all.map { strdup("\($0.key)=\($0.value)") }
    defer { (argv + envp).forEach { free($0) } }
    var child: pid_t = 0
    side = terminal_spawn(
      argv.map { UnsafePointer($0) } + [nil], envp.map { UnsafePointer($0) } + [nil], 24,
      Int32(columns), &child)
    pid = child
    if side < 0 { throw Missing(description: "no pseudo-terminal: \(errno)") }
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    close(side)
  }

  /// Sends the program a signal.
  func signal(_ number: Int32) { kill(pid, number) }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(side, $0.baseAddress, $0.count) }
  }

  /// Waits until `text` is shown after what was waited for before.
  /// - Returns: what was shown up to it.
  @discardableResult
  func expect(_ text: String) throws -> String {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      let from = screen.unicodeScalars.index(screen.unicodeScalars.startIndex, offsetBy: seen)
      if let found = screen.range(of: text, range: from..<screen.endIndex) {
        seen = screen.unicodeScalars.distance(
          from: screen.unicodeScalars.startIndex, to: found.upperBound)
        return String(screen[from..<found.lowerBound])
      }
      if ContinuousClock.now > deadline || !read() {
        throw Missing(description: "never shown: \(text.debugDescription); shown: \(screen)")
      }
    }
  }

  /// Waits for the program's end. Negative: the signal that ended it; one that does not end is
  /// killed.
  func exitCode() -> Int32 {
    let deadline = ContinuousClock.now + .seconds(60)
    while read() {
      if ContinuousClock.now > deadline { kill(pid, SIGKILL) }
    }
    if status == nil {
      var value: Int32 = 0
      while waitpid(pid, &value, 0) < 0, errno == EINTR {}
      status = value
    }
    let value = status ?? 0
    return value & 0x7F == 0 ? (value >> 8) & 0xFF : -(value & 0x7F)
  }

  /// Reads a piece. False at the end.
  private func read() -> Bool {
    var wait = pollfd(fd: side, events: Int16(POLLIN), revents: 0)
    if poll(&wait, 1, 1_000) == 0 { return true }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = Foundation.read(side, &bytes, bytes.count)
    // Linux tells the end of the other side as EIO.
    if count <= 0 { return count < 0 && errno == EINTR }
    raw += bytes.prefix(count)
    screen = PseudoTerminal.plain(String(decoding: raw, as: UTF8.self))
    return true
  }

  /// Text without escape sequences, bells and carriage returns.
  static func plain(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var inSequence = false
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if inSequence {
        let isEnd = previous != "\u{1B}" && ("@"..."~").contains(scalar)
        if isEnd || (previous == "\u{1B}" && scalar != "[") { inSequence = false }
      } else if scalar == "\u{1B}" {
        inSequence = true
      } else if scalar != "\r", scalar != "\u{07}" {
        result.append(scalar)
      }
      previous = scalar
    }
    return String(result)
  }
}
