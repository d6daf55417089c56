import ArgumentParser
import REPL

/// The program: a prompt, and commands around scripts.
@main
struct Lbo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lbo",
    abstract: "Latent Bayesian optimization of molecules and other token sequences.",
    usage: """
      lbo [options]                            a prompt
      lbo [options] file.lbo [arguments]       run a script (`-` reads it from standard input)
      lbo [options] -e 'expression'            evaluate and show
      lbo <command> ...
      """,
    discussion: """
      Options: --seed n (where the random numbers start), --threads n, --no-shell (no shell \
      commands, no writing outside the working folder). They stand before the script's name; \
      what follows it is for the script.
      Exit codes: 0 success, 64 usage, 65 error before running, 70 error while running, \
      130 interrupted.
      """,
    version: Version.withAllocator,
    subcommands: [Start.self, Run.self, Check.self, Explain.self],
    defaultSubcommand: Start.self)
}

extension ParsableCommand {
  /// Ends the process with this code.
  func leave(_ code: REPL.ExitCode) throws {
    throw ArgumentParser.ExitCode(InterruptHandler.endingCode ?? code.rawValue)
  }
}
