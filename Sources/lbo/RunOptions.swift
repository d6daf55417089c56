import ArgumentParser
import Core
import Language
import REPL

/// Options that every way of running takes.
struct RunOptions: ParsableArguments {
  @Option(help: "Where the random numbers start: the same seed gives the same results.")
  var seed: UInt64?

  @Option(help: "Threads that work at once; results do not depend on it.")
  var threads: Int?

  @Flag(
    name: .customLong("no-shell"),
    help: "Refuse shell commands, and writing outside the working folder.")
  var refusesShell = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is a whole number from 1 to 1024, not \(threads)")
    }
  }

  /// A workspace with these options.
  /// - Throws: a validation error's message where the system refuses what it needs.
  func workspace(arguments: [String] = [], folder: String = ".") throws -> Workspace {
    if let threads { Parallel.workers = threads }
    return try Workspace(
      SessionSettings(
        functions: StandardSession.functions, library: StandardSession.library(folder: folder),
        seed: seed, allowsShell: !refusesShell, arguments: arguments))
  }
}
