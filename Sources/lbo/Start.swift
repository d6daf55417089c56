import ArgumentParser
import Foundation
import REPL

/// The program without a command: a prompt, a script, or an expression.
struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Open the prompt, or run a script.",
    usage: "lbo [--seed n] [--threads n] [--no-shell] [-e text | file.lbo [arguments]]",
    shouldDisplay: false)

  @OptionGroup var options: RunOptions

  @Option(
    name: .customShort("e"), parsing: .unconditional,
    help: "Evaluate this text and show its values.")
  var expression: String?

  @Argument(help: "A script; `-` is standard input.")
  var file: String?

  @Argument(parsing: .captureForPassthrough, help: "Arguments for the script.")
  var arguments: [String] = []

  func run() throws {
    if let expression {
      let given = [file].compactMap { $0 } + arguments
      try leave(options.workspace(arguments: given).run(expression: expression))
    }
    guard let file else {
      let banner = "lbo \(Version.text), latent Bayesian optimization. :help lists what helps."
      let prompt = Prompt(try options.workspace(), banner: banner)
      return try leave(prompt.run())
    }
    if ["run", "check", "explain"].contains(file) {
      throw ValidationError("options stand after the command: lbo \(file) --seed 1 ...")
    }
    try leave(Run.script(file, arguments, options))
  }
}
