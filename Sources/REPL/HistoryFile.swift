import Core
import Foundation

/// The inputs of all sessions, kept in a file that several prompts may share.
///
/// Each input stands once, where it was last used, one per line (`\n` and `\\` written for the line
/// ends and backslashes in it). Every change reads the file, changes it and writes it whole under a
/// lock, so prompts that run side by side keep each other's inputs.
public struct HistoryFile: Sendable {
  /// Where it is.
  public let path: String
  /// Inputs that are kept; the oldest go first.
  public let limit: Int

  /// A history in this file.
  public init(path: String, limit: Int = 5_000) {
    self.path = path
    self.limit = limit
  }

  /// `lbo/history` in XDG_STATE_HOME, or in `.local/state` of the home folder; nil without a home.
  public static func standardPath(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/lbo/history"
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/lbo/history"
  }

  /// All inputs, oldest first; none when the file does not exist or cannot be read.
  public func entries() -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    return HistoryFile.unique(lines.map(HistoryFile.decoded)).suffix(limit)
  }

  /// Adds an input at the end, and removes it from where it stood before.
  /// - Returns: all inputs now.
  /// - Throws: `.cannotWrite` when the file or its folder cannot be made.
  @discardableResult
  public func append(_ input: String) throws(Failure) -> [String] {
    let folder = FilePath.folder(of: path)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(
        .cannotWrite, "cannot make the folder \"\(folder)\" for the history of inputs",
        advice: "set XDG_STATE_HOME to a folder you may write to")
    }
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    if lock < 0 { throw FileWriter.failure(path, errno) }
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0 {
      if errno != EINTR { throw FileWriter.failure(path, errno) }
    }
    let isNew = access(path, F_OK) != 0
    let all = HistoryFile.unique(entries() + [input]).suffix(limit)
    let text = all.map { HistoryFile.encoded($0) + "\n" }.joined()
    try AtomicFile.write(text, to: path)
    if isNew { chmod(path, 0o600) }
    return Array(all)
  }

  /// Each text once, where it stands last.
  private static func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.reversed().filter { !$0.isEmpty && seen.insert($0).inserted }.reversed()
  }

  private static func encoded(_ text: String) -> String {
    text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
  }

  private static func decoded(_ line: String) -> String {
    var text = ""
    var escaped = false
    for character in line {
      switch (escaped, character) {
      case (true, "n"): text += "\n"
      case (true, _): text.append(character)
      case (false, "\\"):
        escaped = true
        continue
      case (false, _): text.append(character)
      }
      escaped = false
    }
    return text
  }
}
