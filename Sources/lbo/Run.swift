import ArgumentParser
import Core
import REPL

/// `lbo run f.lbo`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a script.", usage: "lbo run [--seed n] [--threads n] file.lbo [arguments]")

  @OptionGroup var options: RunOptions

  @Argument(help: "A script; `-` is standard input.")
  var file: String

  @Argument(parsing: .captureForPassthrough, help: "Arguments for the script.")
  var arguments: [String] = []

  func run() throws { try leave(Run.script(file, arguments, options)) }

  /// Runs a script whose modules stand beside it.
  static func script(_ file: String, _ arguments: [String], _ options: RunOptions) throws
    -> REPL.ExitCode
  {
    return try options.workspace(arguments: arguments, folder: FilePath.folder(of: file))
      .run(file: file)
  }
}
