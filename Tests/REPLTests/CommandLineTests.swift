import Foundation
import Testing

/// The program without a terminal: what it prints and how it ends.
@Suite struct CommandLineTests {
  private func script(_ text: String, name: String = "s.lbo") throws -> String {
    let path = try Product.folder() + "/" + name
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  @Test(arguments: [["run"], []])
  func runsAScriptWithArguments(command: [String]) throws {
    let path = try script("print(\"hello\")\nprint(arguments())\n1 + 1\n3;\n")
    let run = try Product.run(command + [path, "--seed", "x"])
    #expect(run.code == 0)
    #expect(run.output == "hello\n[\"--seed\", \"x\"]\n2\n")
    #expect(run.errors == "")
  }

  @Test func readsAScriptFromStandardInput() throws {
    #expect(try Product.run(["-"], input: "x = 2\nx * 21\n").output == "42\n")
    #expect(try Product.run(["run", "-"], input: "1\n").output == "1\n")
  }

  @Test func evaluatesAnExpression() throws {
    let run = try Product.run(["-e", "-1 + 3"])
    #expect(run.code == 0 && run.output == "2\n" && run.errors == "")
  }

  @Test func aPromptWithoutATerminalIsPlain() throws {
    let run = try Product.run([], input: "x = 2\nfn f(a) {\n  return a * x\n}\nf(4)\n!echo hi\n")
    #expect(run.code == 0 && run.output == "8\nhi\n" && run.errors == "")
    let failing = try Product.run([], input: "nope\n1 + 1\n")
    #expect(failing.code == 65 && failing.output == "2\n")
    #expect(try Product.run([], input: "[1\n").code == 65)
  }

  @Test func exitCodesTellWhatHappened() throws {
    let bad = try script("x = 1\ny = nope(x)\n")
    let refused = try Product.run([bad])
    #expect(refused.code == 65 && refused.errors.contains("LBO0104"))
    #expect(refused.errors.contains(":2:5"))
    #expect(try Product.run(["check", bad]).code == 65)
    let failing = try Product.run([try script("print(1)\n[1][3]\nprint(2)\n")])
    #expect(failing.code == 70 && failing.output == "1\n")
    #expect(failing.errors.contains("LBO0304"))
    #expect(try Product.run(["--bogus"]).code == 64)
    #expect(try Product.run(["--threads", "0"]).code == 64)
    #expect(try Product.run(["--seed", "x"]).code == 64)
    #expect(try Product.run(["--version"]).code == 0)
  }

  /// A log can be searched for whole messages: only a terminal breaks them.
  @Test func errorsInALogAreNotBroken() throws {
    let reason = String(repeating: "reason ", count: 40) + "end"
    let run = try Product.run(["-e", "fail(\"\(reason)\")"])
    #expect(run.code == 70 && run.errors.contains(reason))
  }

  @Test func checkRunsNothing() throws {
    let path = try script("print(\"ran\")\n")
    let run = try Product.run(["check", path])
    #expect(run.code == 0 && run.output == "\(path): no errors found\n")
  }

  @Test func filesThatAreNoScriptsAreTold() throws {
    let folder = try Product.folder()
    try "1\n".write(toFile: folder + "/lead.lbo", atomically: false, encoding: .utf8)
    let missing = try Product.run([folder + "/laed.lbo"])
    #expect(missing.code == 65)
    #expect(missing.errors.contains("there is no file"))
    #expect(missing.errors.contains("did you mean `lead.lbo`?"))
    #expect(try Product.run([folder]).errors.contains("is a folder"))
    try Data([1, 0, 255, 3]).write(to: URL(fileURLWithPath: folder + "/b.lbo"))
    #expect(try Product.run([folder + "/b.lbo"]).code == 65)
    let empty = try Product.run([try script("")])
    #expect(empty.code == 0 && empty.output == "" && empty.errors == "")
  }

  @Test func modulesStandBesideTheScript() throws {
    let path = try script("use helper\nprint(triple(14))\n")
    let folder = (path as NSString).deletingLastPathComponent
    try "fn triple(x) = 3 * x\n"
      .write(toFile: folder + "/helper.lbo", atomically: false, encoding: .utf8)
    #expect(try Product.run([path]).output == "42\n")
  }

  @Test func seedsGiveTheSameNumbers() throws {
    let first = try Product.run(["--seed", "5", "-e", "uniform(); print(uniform())"])
    let second = try Product.run(["--seed", "5", "-e", "uniform(); print(uniform())"])
    let other = try Product.run(["--seed", "6", "-e", "uniform(); print(uniform())"])
    #expect(first.code == 0 && first.output == second.output)
    #expect(first.output != other.output && !first.output.isEmpty)
  }

  #if os(Linux)
    @Test func lostOutputIsAnError() throws {
      let run = try Product.run(["-e", "1"], output: "/dev/full")
      #expect(run.code == 70)
      #expect(run.errors.contains("the disk is full"))
    }
  #endif

  /// The log of a run of days can be followed: what is printed before a long call is there during it.
  @Test func printedTextDoesNotWaitForTheNext() throws {
    let folder = try Product.folder()
    #expect(mkfifo(folder + "/go", 0o600) == 0)
    let path = try script("print(\"begun\")\nprint(shell(\"cat \(folder)/go\"))\n")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Product.path)
    process.arguments = [path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var waited = pollfd(
      fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    let arrived = poll(&waited, 1, 30_000)
    let before = arrived == 1 ? output.fileHandleForReading.availableData : Data()
    try "42\n".write(toFile: folder + "/go", atomically: false, encoding: .utf8)
    process.waitUntilExit()
    #expect(String(decoding: before, as: UTF8.self) == "begun\n")
    let after = try output.fileHandleForReading.readToEnd() ?? Data()
    #expect(String(decoding: after, as: UTF8.self) == "42\n")
  }

  /// What a queue or a shutdown sends: finished evaluations are kept, started programs stopped.
  @Test(arguments: [SIGTERM, SIGHUP])
  func asksToEndStopWorkAsCtrlCDoes(signal: Int32) throws {
    let folder = try Product.folder()
    let path = try script(
      """
      problem p(x in box(0, 1, dim: 1)) {
          minimize y: shell("echo $$ >> \(folder)/started; test $(wc -l < \(folder)/started) -lt 3 || sleep 60; echo 1")
      }
      run(sobol(p, initial: 8, budget: 1, store: "\(folder)/s.db"))
      """)
    // Not by a thread of the tests, whose blocked signals it would inherit.
    let terminal = try PseudoTerminal([Product.path, "--threads", "1", path])
    func started() -> [String] {
      let text = (try? String(contentsOfFile: folder + "/started", encoding: .utf8)) ?? ""
      return text.split(separator: "\n").map(String.init)
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while started().count < 3, ContinuousClock.now < deadline { usleep(20_000) }
    #expect(started().count == 3)
    terminal.signal(signal)
    #expect(terminal.exitCode() == 128 + signal)
    let last = try #require(started().last.flatMap { Int32($0) })
    // Nobody is left to signal.
    #expect(kill(last, 0) == -1)
    // Two were finished and are kept.
    let again = try Product.run([
      "-e",
      "problem p(x in box(0, 1, dim: 1)) { minimize y: measured(\"a\") }\nprint(resume(p, \"\(folder)/s.db\").evaluations)",
    ])
    #expect(again.output == "2\n", "\(again)")
  }

  /// What is wrong with a problem is told before a search spends its budget on it, once.
  @Test func warningsComeBeforeTheRun() throws {
    let problem = "problem p(x in 0...1) { maximize 3 }\nprint(\"be\" + \"gun\")\n"
    for last in ["[1][3]", "while true {}", "print(\"en\" + \"ded\")"] {
      let terminal = try PseudoTerminal([Product.path, try script(problem + last + "\n")])
      try terminal.expect("LBO0206")
      try terminal.expect("begun")
      terminal.send(last.hasPrefix("while") ? "\u{3}" : "")
      let code = terminal.exitCode()
      #expect(code == (last.hasPrefix("[") ? 70 : last.hasPrefix("while") ? 130 : 0))
      #expect(terminal.screen.components(separatedBy: "LBO0206").count == 2)
      #expect(
        terminal.screen.contains(
          last.hasPrefix("[") ? "LBO0304" : last.hasPrefix("while") ? "stopped at" : "ended"))
    }
  }

  @Test func interruptedScriptsEndWith130() throws {
    let path = try script("print(\"be\" + \"gun\")\nwhile true {}\n")
    let terminal = try PseudoTerminal([Product.path, path])
    try terminal.expect("begun")
    terminal.send("\u{3}")
    try terminal.expect("stopped at \(path):2:1")
    #expect(terminal.exitCode() == 130)
  }
}
