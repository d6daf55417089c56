import Core
import Foundation
import Language

/// What Tab offers: the language's words and names, the prompt's commands, and file paths.
struct PromptCompletion {
  let session: Session

  /// The first byte of `text` that is replaced, and what could stand there.
  func candidates(_ text: String, cursor: Int) -> LineReader.Completions {
    let before = String(decoding: Array(text.utf8.prefix(cursor)), as: UTF8.self)
    let blank = before.utf8.prefix { $0 == UInt8(ascii: " ") }.count
    let rest = before.utf8.dropFirst(blank)
    switch rest.first {
    case UInt8(ascii: "?"):
      let marks = blank + rest.prefix { $0 == UInt8(ascii: "?") }.count
      let word = String(decoding: Array(before.utf8.dropFirst(marks)), as: UTF8.self)
      return shifted(code(word, cursor: word.utf8.count), by: marks)
    case UInt8(ascii: ":"): return command(before, blank)
    case UInt8(ascii: "!"): return paths(before, from: lastWord(before))
    default: return code(text, cursor: cursor)
    }
  }

  private func command(_ before: String, _ blank: Int) -> LineReader.Completions {
    let typed = String(decoding: Array(before.utf8.dropFirst(blank + 1)), as: UTF8.self)
    guard let space = typed.firstIndex(of: " ") else {
      let names = PromptInput.Command.allCases.map(\.rawValue).filter { $0.hasPrefix(typed) }
      return (blank + 1, names)
    }
    switch PromptInput.Command(rawValue: String(typed[..<space])) {
    case .load, .save: return paths(before, from: lastWord(before))
    case .time:
      let start = blank + 1 + typed[...space].utf8.count
      let expression = String(decoding: Array(before.utf8.dropFirst(start)), as: UTF8.self)
      return shifted(code(expression, cursor: expression.utf8.count), by: start)
    default: return (before.utf8.count, [])
    }
  }

  private func code(_ text: String, cursor: Int) -> LineReader.Completions {
    let found = session.completions(text, cursor: cursor)
    if found.path != nil {
      let before = String(decoding: Array(text.utf8.prefix(cursor)), as: UTF8.self)
      return paths(before, from: found.range.lowerBound)
    }
    let arguments = found.candidates.filter { $0.kind == .argument }
    // Where nothing is typed yet, the call's arguments say more than every name there is.
    let offered = found.range.isEmpty && !arguments.isEmpty ? arguments : found.candidates
    return (found.range.lowerBound, offered.map(\.text))
  }

  private func shifted(_ found: LineReader.Completions, by bytes: Int) -> LineReader.Completions {
    (found.start + bytes, found.candidates)
  }

  private func lastWord(_ text: String) -> Int {
    text.utf8.count - text.utf8.reversed().prefix { $0 != UInt8(ascii: " ") }.count
  }

  /// Files whose path begins with what stands from `start` on; folders end in a slash.
  private func paths(_ text: String, from start: Int) -> LineReader.Completions {
    let typed = String(decoding: Array(text.utf8.dropFirst(start)), as: UTF8.self)
    let slash = typed.lastIndex(of: "/")
    let folder = slash.map { String(typed[...$0]) } ?? ""
    let name = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
    let place = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    let found = entries.sorted().filter { entry in
      entry.hasPrefix(name) && (!entry.hasPrefix(".") || name.hasPrefix("."))
    }.map { entry -> String in
      var isFolder: ObjCBool = false
      let path = (place as NSString).appendingPathComponent(entry)
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      return exists && isFolder.boolValue ? entry + "/" : entry
    }
    return (start + folder.utf8.count, found)
  }
}
