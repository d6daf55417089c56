import Core

/// What one input at the prompt asks for.
enum PromptInput: Equatable {
  /// Something in the language.
  case code(String)
  /// `?name`; empty for an overview.
  case help(String)
  /// `??word`.
  case apropos(String)
  /// `!cmd`.
  case shell(String)
  /// `:name argument`.
  case command(Command, String)
  /// A `:name` that does not exist.
  case unknownCommand(String)
  case nothing

  /// Commands of the prompt itself.
  enum Command: String, CaseIterable {
    case who, time, load, save, reset, help, quit

    /// How it is written, and what it does.
    var usage: (form: String, doc: String) {
      switch self {
      case .who: (":who", "list the variables")
      case .time: (":time expr", "evaluate and tell how long it took")
      case .load: (":load file", "run a script here")
      case .save:
        (":save file", "write this session's inputs as a script, without those that failed")
      case .reset: (":reset", "forget all variables")
      case .help: (":help", "this list")
      case .quit: (":quit", "leave (Ctrl-D does too)")
      }
    }
  }

  init(_ text: String) {
    let text = text.trimmed
    guard let first = text.first else {
      self = .nothing
      return
    }
    let rest = text.dropFirst()
    switch first {
    case "?": self = rest.first == "?" ? .apropos(rest.dropFirst().trimmed) : .help(rest.trimmed)
    case "!": self = .shell(rest.trimmed)
    case ":":
      let name = rest.prefix { !$0.isWhitespace }
      let argument = rest.dropFirst(name.count).trimmed
      let known = Command(rawValue: String(name))
      self = known.map { .command($0, argument) } ?? .unknownCommand(String(name))
    default: self = .code(text)
    }
  }

  /// Whether a text is for the prompt and not for the language; then it is one line.
  static func isMeta(_ text: String) -> Bool {
    switch PromptInput(text) {
    case .code, .nothing: false
    // What is timed is in the language, and may have several lines.
    case .command(.time, _): false
    default: true
    }
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    var part = self[...]
    while part.first?.isWhitespace == true { part.removeFirst() }
    while part.last?.isWhitespace == true { part.removeLast() }
    return String(part)
  }
}
