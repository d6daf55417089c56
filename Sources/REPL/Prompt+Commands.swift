import Core
import Foundation
import Language

extension Prompt {
  /// Does what is asked of the prompt itself.
  func perform(_ input: PromptInput) -> ExitCode {
    do throws(Failure) {
      switch input {
      case .help(let name): try help(name)
      case .apropos(let word): try apropos(word)
      case .shell(let command): try shell(command)
      case .command(let command, let argument): return try perform(command, argument)
      case .unknownCommand(let name):
        let names = PromptInput.Command.allCases.map(\.rawValue)
        let nearest = Suggestion.nearest(to: name, among: names)
        throw Failure(
          .unknownName, "there is no command `:\(name)`",
          advice: nearest.map { "did you mean `:\($0)`?" } ?? "`:help` lists the commands")
      case .code, .nothing: break
      }
      return .success
    } catch {
      workspace.tell([Diagnostic(error, at: nil)])
      return .failed
    }
  }

  private func perform(_ command: PromptInput.Command, _ argument: String) throws(Failure)
    -> ExitCode
  {
    switch command {
    case .who: who()
    case .time: return try time(argument)
    case .load: return try load(argument)
    case .save: try save(argument)
    case .reset:
      workspace.session.reset(seed: workspace.settings.seed ?? 0)
      savedInputs = SavedInputs()
      workspace.live.write("all variables are forgotten\n")
    case .help: commands()
    case .quit: break
    }
    return .success
  }

  // MARK: Help

  private func help(_ name: String) throws(Failure) {
    if name.isEmpty {
      commands()
      return
    }
    // As it may be left by completion: `nfbo()`, `nfbo.`
    let called = name.replacing("()", with: "")
    let name = called.hasSuffix(".") ? String(called.dropLast()) : called
    let (columns, rows) = Workspace.screen()
    if let page = workspace.session.help(name) {
      workspace.live.write(page.text(columns: columns, rows: rows) + "\n")
    } else if let dot = name.firstIndex(of: "."),
      let page = workspace.session.help(String(name[..<dot])), !page.arguments.isEmpty
    {
      let argument = String(name[name.index(after: dot)...])
      guard let text = page.text(argument: argument, columns: columns) else {
        throw Failure(
          .unknownName, "`\(page.name)` takes no argument `\(argument)`",
          advice: Suggestion.phrase(for: argument, among: page.arguments)
            ?? "`?\(page.name)` lists what it takes")
      }
      workspace.live.write(text + "\n")
    } else {
      throw Failure(
        .unknownName, "there is no help on `\(name)`",
        advice: workspace.session.suggestion(for: name) ?? "`??\(name)` searches all help pages")
    }
  }

  private func apropos(_ word: String) throws(Failure) {
    if word.isEmpty {
      throw Failure(.badArgument, "`??` needs a word to look for", advice: "for example `??table`")
    }
    let found = workspace.session.apropos(word)
    if found.isEmpty {
      workspace.live.write("nothing mentions \"\(word)\"\n")
      return
    }
    let width = min(28, found.map { DisplayWidth.of($0.name) }.max() ?? 0)
    let columns = Workspace.size().columns
    for match in found.prefix(40) {
      let line = DisplayWidth.pad(match.name, to: width) + "  " + match.summary
      workspace.live.write(DisplayWidth.cut(line, to: columns - 1) + "\n")
    }
    if found.count > 40 { workspace.live.write("… \(found.count - 40) more\n") }
  }

  private func commands() {
    var lines = [
      ("?name", "help on a function, variable or word; `?name.argument` on one argument"),
      ("??word", "search all help pages and their arguments"), ("!command", "run a shell command"),
    ]
    lines += PromptInput.Command.allCases.map { ($0.usage.form, $0.usage.doc) }
    lines.append(("expr;", "evaluate without showing the value"))
    lines.append(("Tab, Ctrl-R", "complete, search the history; Ctrl-C stops work"))
    let columns = Workspace.screen().columns
    for (form, doc) in lines {
      let line = DisplayWidth.pad(form, to: 12) + "  " + doc
      let shown = DisplayWidth.lines(line, to: columns, indent: 14)
      workspace.live.write(shown.joined(separator: "\n") + "\n")
    }
  }

  // MARK: Commands

  private func who() {
    let variables = workspace.session.variables
    if variables.isEmpty {
      workspace.live.write("no variables yet\n")
      return
    }
    let columns = Workspace.size().columns
    let names = min(24, variables.map { DisplayWidth.of($0.name) }.max() ?? 0)
    let types = min(12, variables.map { DisplayWidth.of($0.value.typeName) }.max() ?? 0)
    for (name, value) in variables {
      let head =
        DisplayWidth.pad(name, to: names) + "  "
        + DisplayWidth.pad(value.typeName, to: types) + "  "
      let line = head + Prompt.glance(value)
      workspace.live.write(DisplayWidth.cut(line, to: columns - 1).trimmed + "\n")
    }
  }

  /// A value in a few words, on one line.
  private static func glance(_ value: Value) -> String {
    switch value {
    case .table, .function, .list, .record: value.phrase
    default:
      ValueFormatter(longest: 6).shown(value).split(separator: "\n").first.map(String.init) ?? ""
    }
  }

  private func time(_ expression: String) throws(Failure) -> ExitCode {
    if expression.isEmpty {
      throw Failure(.badArgument, "`:time` needs something to time", advice: "`:time run(study)`")
    }
    let start = ContinuousClock.now
    let code = evaluate(expression)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let text =
      seconds < 60 ? String(format: "%.3g s", seconds) : LiveLine.timeText(.seconds(seconds))
    workspace.live.write("took \(text)\n")
    return code
  }

  private func load(_ argument: String) throws(Failure) -> ExitCode {
    let path = try Prompt.path(argument, "`:load` needs a file")
    do throws(Diagnostic) {
      let source = try Workspace.source(path)
      let status = workspace.evaluate(source)
      savedInputs.add(source.text.trimmed, status)
      return ExitCode(status)
    } catch {
      workspace.tell([error])
      return .refused
    }
  }

  private func save(_ argument: String) throws(Failure) {
    let path = try Prompt.path(argument, "`:save` needs a file")
    if savedInputs.count == 0 {
      throw Failure(.badArgument, "there is nothing to save yet: no input has succeeded")
    }
    try AtomicFile.write(savedInputs.script(seed: workspace.settings.seed), to: path)
    let lines = DisplayWidth.lines(
      savedInputs.summary(path: path), to: Workspace.screen().columns, indent: 2)
    workspace.live.write(lines.joined(separator: "\n") + "\n")
  }

  private func shell(_ command: String) throws(Failure) {
    if !workspace.settings.allowsShell {
      throw Failure(.unsupported, "shell commands are refused (--no-shell)")
    }
    if command.isEmpty {
      throw Failure(.badArgument, "`!` needs a command", advice: "for example `!ls`")
    }
    workspace.interrupts.beginWork()
    StandardOutput.shared.flush()
    let status = system(command)
    // As `wait` encodes it: the exit code in the second byte, a signal in the first.
    let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    if code != 0 { workspace.live.message("(the command ended with code \(code))") }
  }

  /// A file's path, with or without quotes, `~` being the home folder.
  private static func path(_ argument: String, _ missing: String) throws(Failure) -> String {
    var path = argument
    if path.count >= 2, path.hasPrefix("\""), path.hasSuffix("\"") {
      path = String(path.dropFirst().dropLast())
    }
    if path.isEmpty { throw Failure(.badArgument, missing) }
    return (path as NSString).expandingTildeInPath
  }
}
