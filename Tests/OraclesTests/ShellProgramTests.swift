import Core
import Foundation
import Oracles
import Testing

struct ShellProgramTests {
  private func run(_ command: String, timeout: Duration = .seconds(60), retries: Int = 0) throws
    -> ProgramResult
  {
    try ShellProgram(command, timeout: timeout, retries: retries).run(cancellation: Cancellation())
  }

  private func failure(
    _ command: String, timeout: Duration = .seconds(60), retries: Int = 0
  ) -> Failure? {
    #expect(throws: Failure.self) {
      try run(command, timeout: timeout, retries: retries)
    }
  }

  @Test(arguments: [
    ("echo -7.25", ProgramResult.number(-7.25)),
    ("printf 1e-3", .number(0.001)),
    ("echo loading; echo ' 3 '; echo", .number(3)),
    ("echo noise >&2; echo 4", .number(4)),
    ("cat; echo 5", .number(5)),
    ("echo $((6 * 7))", .number(42)),
    (
      "echo log; echo '{\"score\": -8.5, \"ok\": true, \"poses\": [1, {\"rmsd\": 0.5}], \"note\": null}'",
      .object([
        "score": .number(-8.5), "ok": .flag(true), "note": .null,
        "poses": .list([.number(1), .object(["rmsd": .number(0.5)])]),
      ])
    ),
    (
      "printf '{\\n  \"score\": 1,\\n  \"name\": \"a{b\"\\n}\\n'",
      .object(["score": .number(1), "name": .text("a{b")])
    ),
  ]) func readsTheAnswer(_ command: String, _ expected: ProgramResult) throws {
    #expect(try run(command) == expected)
  }

  /// A machine that shuts down stops all programs at once, us perhaps a little later.
  @Test(arguments: ["kill -TERM $$", "sh -c 'kill -TERM $$'; exit 143"])
  func aStopOfAllIsNoFailure(_ command: String) throws {
    let cancellation = Cancellation()
    var program = try ShellProgram(command)
    // However busy the machine is.
    program.patience = .seconds(600)
    let stopper = Thread {
      usleep(100_000)
      cancellation.request()
    }
    stopper.start()
    let failure = #expect(throws: Failure.self) { try program.run(cancellation: cancellation) }
    #expect(failure?.kind == .cancelled)
  }

  @Test(arguments: [
    ("echo first >&2; echo 'no receptor' >&2; echo 1; exit 3", ["exit code 3", "no receptor"]),
    ("no_such_program_anywhere CCO", ["exit code 127", "no_such_program_anywhere"]),
    ("kill -9 $$", ["signal 9"]),
    ("sh -c 'kill -11 $$'; exit $?", ["exit code 139", "signal 11"]),
    ("true", ["printed nothing"]),
    ("exec >&- 2>&-; sleep 0.3", ["printed nothing"]),
    ("echo done; echo bad >&2", ["`done`", "bad"]),
    ("echo '[1, 2]'", ["`[1, 2]`"]),
    ("echo \"{'score': 1}\"", ["not valid JSON", "double quotes"]),
    ("echo '{\"score\": NaN}'", ["not valid JSON", "NaN"]),
    ("echo \(String(repeating: "x", count: 300_000))", ["could not be started", "too long"]),
  ]) func tellsWhatWentWrong(_ command: String, _ parts: [String]) {
    let failure = failure(command)
    #expect(failure?.kind == .external)
    for part in parts { #expect(failure?.description.contains(part) == true, "\(failure!)") }
    #expect(failure!.message.count < 700)
  }

  @Test func deepJSONIsRefusedOnAWorkersStack() throws {
    // Worker threads have small stacks: what is let through must fit, what is not must not crash.
    let results = Parallel.map(8) { i -> String in
      let depth = i % 2 == 0 ? 63 : 100_000
      let text =
        "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      do throws(Failure) {
        _ = try ProgramResult(output: Array((text + "}").utf8))
        return "read"
      } catch {
        return error.message
      }
    }
    for (i, result) in results.enumerated() {
      #expect(i % 2 == 0 ? result == "read" : result.contains("nested"))
    }
  }

  @Test func refusesWhatNoShellCanRun() {
    #expect(throws: Failure.self) { try ShellProgram(" \n") }
    #expect(throws: Failure.self) { try ShellProgram("echo \0 3") }
    #expect(throws: Failure.self) { try ShellProgram("echo 3", timeout: .zero) }
    #expect(throws: Failure.self) { try ShellProgram("echo 3", retries: -1) }
  }

  @Test func timeoutStopsGrandchildrenToo() throws {
    let witness = try Witness()
    let failure = failure(
      "echo waiting >&2; sh -c 'trap \"\" TERM; sh -c \"trap \\\"\\\" TERM; sleep 300; sleep 300\" &"
        + " wait; sleep 300' 9>\(witness.path)", timeout: .milliseconds(700))
    #expect(failure?.kind == .external)
    #expect(failure?.message.contains("took longer than 0.7s") == true, "\(failure!)")
    #expect(failure?.message.contains("waiting") == true)
    #expect(witness.allHolders(endWithin: 20))
  }

  @Test func aStoppedProgramMayCleanUp() throws {
    let folder = try Folder()
    let failure = failure(
      "sh -c 'trap \"echo cleaned > \(folder.path)/note; exit\" TERM; sleep 300 & wait'; true",
      timeout: .seconds(2))
    #expect(failure?.message.contains("took longer than 2s") == true)
    #expect(try run("grep -c cleaned \(folder.path)/note") == .number(1))
  }

  @Test func whatRunsOnInTheBackgroundIsStopped() throws {
    let witness = try Witness()
    #expect(try run("sleep 300 9>\(witness.path) & echo 5") == .number(5))
    #expect(witness.allHolders(endWithin: 20))
  }

  @Test func cancellationStopsAtOnce() throws {
    let witness = try Witness()
    let cancellation = Cancellation()
    let user = Thread {
      // Only when the program is there.
      _ = witness.waitForText(seconds: 60)
      cancellation.request()
    }
    user.start()
    let start = ContinuousClock.now
    let program = try ShellProgram(
      "sh -c 'trap \"\" TERM; echo started >&9; sleep 300; sleep 300' 9>\(witness.path)", retries: 5
    )
    let failure = #expect(throws: Failure.self) { try program.run(cancellation: cancellation) }
    #expect(failure?.kind == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(120))
    #expect(witness.allHolders(endWithin: 20))
  }

  @Test func retriesUntilItWorksAndNoMore() throws {
    let folder = try Folder()
    let counted = "echo x >> \(folder.path)/runs; n=$(wc -l < \(folder.path)/runs)"
    #expect(
      try run("\(counted); [ $n -ge 3 ] || exit 9; echo $n", retries: 5) == .number(3))
    let failure = failure("\(counted); echo $n >&2; exit 9", retries: 2)
    #expect(failure?.message.contains("failed 3 times") == true, "\(failure!)")
    #expect(failure?.message.hasSuffix("exit code 9: 6") == true, "\(failure!)")
    #expect(try run("wc -l < \(folder.path)/runs") == .number(6))
  }

  @Test func hugeOutputsAreReadWithoutBlockingOrKeepingThem() throws {
    // 60 MB on one, 8 MB on the other, both far above a pipe's capacity and the first above the
    // limit of what is kept.
    let noise = "yes 0123456789 | head -c 60000000; yes trouble | head -c 8000000 >&2; echo"
    #expect(try run("\(noise); echo 4.5") == .number(4.5))
    let failure = failure("\(noise); echo 'the reason' >&2; exit 2")
    #expect(failure?.message.hasSuffix("the reason") == true)
    let line = "head -c 20000000 /dev/zero | tr '\\0' 7"
    #expect(self.failure(line)?.message.contains("too long") == true)
  }

  @Test func manyRunAtOnce() throws {
    let results = try Parallel.map(32) { i in
      try ShellProgram("sleep 0.\(i % 3); echo noise >&2; echo {\\\"i\\\": \(i)}").run(
        cancellation: Cancellation())
    }
    #expect(results == (0..<32).map { .object(["i": .number(Double($0))]) })
  }

  @Test func programsDoNotInheritOpenFiles() throws {
    let descriptor = open("/dev/null", O_RDONLY)
    defer { close(descriptor) }
    try #require(descriptor > 2)
    #expect(
      try run("if [ -e /proc/$$/fd/\(descriptor) ]; then echo 1; else echo 0; fi")
        == .number(0))
  }

  @Test(arguments: [
    "CC(=O)Oc1ccccc1C(=O)O", "C/C=C\\C#N", "[N+](=O)[O-]", "it's", "'", "", "a b\nc", "$HOME `ls`",
    "*",
    "-7.5", "é漢", "\"x\"", "e\u{301}'\u{301}",
  ]) func quotedTextsArriveUnchanged(_ text: String) throws {
    let bytes = Array(text.utf8)
    let quoted = try ShellProgram.quoted(text)
    // Two words would give two lines of numbers, the first of them the argument count.
    let counted = try run("set -- \(quoted); printf '%s' \"$1\" | wc -c; [ $# = 1 ] || exit 1")
    #expect(counted == .number(Double(bytes.count)))
    let folder = try Folder()
    _ = try run("printf '%s' \(quoted) > \(folder.path)/text; echo 0")
    #expect(
      FileManager.default.contents(atPath: folder.path + "/text").map { [UInt8]($0) } == bytes)
  }

  @Test func plainWordsStayReadable() throws {
    #expect(try ShellProgram.quoted("CCO") == "CCO")
    #expect(try ShellProgram.quoted("it's") == "'it'\\''s'")
    #expect(throws: Failure.self) { try ShellProgram.quoted("a\0b") }
  }
}
