import Core
import REPL
import Synchronization
import Testing

/// Collects what a live line writes; its clock stands until it is moved.
private final class Screen: Sendable {
  private let state = Mutex((output: "", messages: "", now: Duration.zero))
  let columns: Int?

  init(columns: Int?) { self.columns = columns }

  var line: LiveLine {
    LiveLine(
      LiveLine.Sinks(
        output: { text in self.state.withLock { $0.output += text } },
        messages: { text in self.state.withLock { $0.messages += text } },
        columns: { self.columns }, now: { self.state.withLock { $0.now } }))
  }

  var output: String { state.withLock { $0.output } }
  var messages: String { state.withLock { $0.messages } }
  func wait(_ time: Duration) { state.withLock { $0.now += time } }
  func take() -> String {
    state.withLock { state in
      defer { state.messages = "" }
      return state.messages
    }
  }
}

@Suite struct LiveLineTests {
  private func progress(_ done: Int, note: String? = nil) -> RunEvent {
    .progress(Progress("pretrain", done: done, total: 10, rate: "36k tokens/s", note: note))
  }

  @Test func oneLineIsOverwrittenOnATerminal() {
    let screen = Screen(columns: 90)
    let line = screen.line
    line.handle(progress(0))
    #expect(screen.take() == "\rpretrain ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 0/10 · 36k tokens/s\u{1B}[K")
    screen.wait(.seconds(60))
    line.handle(progress(5, note: "best 0.71"))
    #expect(
      screen.take()
        == "\rpretrain ━━━━━━━━╌╌╌╌╌╌╌╌ 5/10 · 36k tokens/s · 1 min 0 s left · best 0.71\u{1B}[K")
    line.handle(.finished(task: "pretrain", summary: "pretrained"))
    #expect(screen.take() == "\r\u{1B}[Kpretrained\n")
  }

  @Test func otherOutputClearsTheLine() {
    let screen = Screen(columns: 90)
    let line = screen.line
    line.handle(progress(1))
    _ = screen.take()
    line.write("value\n")
    #expect(screen.take() == "\r\u{1B}[K" && screen.output == "value\n")
    line.write("more\n")
    #expect(screen.take() == "")
    screen.wait(.seconds(1))
    line.handle(progress(2))
    _ = screen.take()
    line.handle(.warning("low"))
    #expect(screen.take() == "\r\u{1B}[Kwarning: low\n")
    line.end()
    #expect(screen.take() == "")
  }

  /// What is told is broken between words on a terminal, and left as it is for a log.
  @Test func messagesAreBrokenBetweenWords() {
    let text = "lead: nothing feasible yet in 40 evaluations\n  weight is violated most"
    func all(_ line: LiveLine) {
      line.message(text)
      line.handle(.notice(text))
      line.handle(.warning(text))
      line.handle(.finished(task: "lead", summary: text))
    }
    let screen = Screen(columns: 30)
    all(screen.line)
    let broken = "lead: nothing feasible yet in\n  40 evaluations\n  weight is violated most\n"
    #expect(
      screen.take() == broken + broken
        + "warning: lead: nothing\n  feasible yet in 40\n  evaluations\n  weight is violated most\n"
        + broken)
    let log = Screen(columns: nil)
    all(log.line)
    #expect(log.take() == "\(text)\n\(text)\nwarning: \(text)\n\(text)\n")
  }

  @Test(arguments: [1, 10, 30, 59, 60, 80])
  func neverFillsTheTerminal(columns: Int) {
    let screen = Screen(columns: columns)
    let line = screen.line
    line.handle(progress(3, note: "分子 and a\nlong note " + String(repeating: "x", count: 100)))
    let text = screen.take().dropFirst().dropLast(3)
    #expect(DisplayWidth.of(String(text)) <= max(1, columns - 1))
    #expect(!text.contains("\n"))
  }

  @Test func drawsAtMostTenTimesASecondButAlwaysTheLast() {
    let screen = Screen(columns: 80)
    let line = screen.line
    for done in 0..<10 {
      line.handle(progress(done))
      screen.wait(.milliseconds(1))
    }
    #expect(screen.take().count { $0 == "\r" } == 1)
    line.handle(progress(10))
    #expect(screen.take().contains("10/10"))
  }

  @Test func plainLinesAtASlowPaceElsewhere() {
    let screen = Screen(columns: nil)
    let line = screen.line
    for done in 0..<10 {
      line.handle(progress(done))
      screen.wait(.seconds(6))
    }
    let text = screen.messages
    #expect(
      text.split(separator: "\n") == [
        "pretrain: 3 of 10, 36k tokens/s, 42 s left", "pretrain: 6 of 10, 36k tokens/s, 24 s left",
        "pretrain: 9 of 10, 36k tokens/s, 6 s left",
      ])
    #expect(!text.contains("\r") && !text.contains("\u{1B}"))
  }

  /// A search tells how far it is once an iteration, right after the last evaluation of its batch.
  @Test func workWithinWorkLeavesItsPlainLines() {
    let screen = Screen(columns: nil)
    let line = screen.line
    for iteration in 1...3 {
      for done in 0..<4 {
        line.handle(.progress(Progress("evaluate", done: done, total: 4)))
        screen.wait(.seconds(9))
      }
      line.handle(.finished(task: "evaluate", summary: nil))
      line.handle(.progress(Progress("nfbo", done: iteration, total: 3)))
    }
    let lines = screen.messages.split(separator: "\n").map { $0.prefix { $0 != "," } }
    #expect(
      lines == [
        "evaluate: 2 of 4", "evaluate: 2 of 4", "nfbo: 2 of 3", "evaluate: 2 of 4", "nfbo: 3 of 3",
      ])
  }
}
