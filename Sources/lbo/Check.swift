import ArgumentParser
import Core
import REPL

/// `lbo check f.lbo`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell a script's errors without running it.")

  @Argument(help: "Scripts; `-` is standard input.")
  var files: [String]

  func run() throws {
    var worst = REPL.ExitCode.success
    for file in files {
      let options = try RunOptions.parse([])
      let code = try options.workspace(folder: FilePath.folder(of: file)).check(file: file)
      if code != .success { worst = code }
    }
    try leave(worst)
  }
}
