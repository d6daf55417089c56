import Core
import Synchronization

/// Where all output meets: printed text, and one line on which long work tells how far it is.
///
/// On a terminal the line is overwritten in place and cleared before anything else is printed.
/// Elsewhere progress is a plain line now and then. Safe to use from any thread.
public final class LiveLine: Sendable {
  /// Where bytes go.
  public struct Sinks: Sendable {
    /// Standard output: what scripts print.
    public var output: @Sendable (String) -> Void
    /// Standard error: progress, notices, warnings.
    public var messages: @Sendable (String) -> Void
    /// Columns of the terminal the messages go to, asked each time; nil where it is none.
    public var columns: @Sendable () -> Int?
    /// Time since any fixed moment.
    public var now: @Sendable () -> Duration

    /// Sinks, as tests give them.
    public init(
      output: @escaping @Sendable (String) -> Void, messages: @escaping @Sendable (String) -> Void,
      columns: @escaping @Sendable () -> Int?, now: @escaping @Sendable () -> Duration
    ) {
      self.output = output
      self.messages = messages
      self.columns = columns
      self.now = now
    }
  }

  private struct Task {
    var start: Duration
    var startDone: Int
    var done: Int
    /// When a plain line last told of it, or would have if it had gone on for long. Of each task alone:
    /// else the batches of a search would leave no line for the search.
    var told: Duration?
  }

  private struct State {
    var tasks: [String: Task] = [:]
    var isDrawn = false
    var lastShown: Duration?
  }

  /// Time between two plain lines where there is no terminal.
  static let plainPace = Duration.seconds(15)
  /// Time between two drawings on a terminal: often enough to look alive.
  static let livePace = Duration.milliseconds(100)

  private let sinks: Sinks
  private let state = Mutex(State())

  /// A live line over these sinks.
  public init(_ sinks: Sinks) { self.sinks = sinks }

  /// Prints text on standard output.
  public func write(_ text: String) {
    state.withLock { state in
      clear(&state)
      sinks.output(text)
    }
  }

  /// Columns of the terminal that messages go to; nil where it is none.
  public var columns: Int? { sinks.columns() }

  /// Prints text on standard error, on a terminal broken between words.
  public func message(_ text: String) { message(lines: broken(text)) }

  /// Prints lines on standard error as they are.
  public func message(lines: [String]) {
    state.withLock { state in
      clear(&state)
      sinks.messages(lines.joined(separator: "\n") + "\n")
    }
  }

  private func broken(_ text: String) -> [String] {
    guard let columns else { return [text] }
    return DisplayWidth.paragraphs(text, to: columns, indent: 2)
  }

  /// Shows what work tells.
  public func handle(_ event: RunEvent) {
    switch event {
    case .progress(let progress): show(progress)
    case .finished(let task, let summary):
      state.withLock { state in
        state.tasks[task] = nil
        if state.tasks.isEmpty { state.lastShown = nil }
        clear(&state)
        if let summary { sinks.messages(broken(summary).joined(separator: "\n") + "\n") }
      }
    case .notice(let text): message(text)
    case .warning(let text): message("warning: \(text)")
    }
  }

  /// Removes the line and forgets unfinished tasks: work has ended, however it did.
  public func end() {
    state.withLock { state in
      clear(&state)
      state.tasks = [:]
      state.lastShown = nil
    }
  }

  // MARK: Drawing

  private func clear(_ state: inout State) {
    if state.isDrawn { sinks.messages("\r\u{1B}[K") }
    state.isDrawn = false
  }

  private func show(_ progress: Progress) {
    state.withLock { state in
      let now = sinks.now()
      var task =
        state.tasks[progress.task]
        ?? Task(start: now, startDone: progress.done, done: progress.done)
      if progress.done < task.done {
        task = Task(
          start: now, startDone: progress.done, done: progress.done, told: task.told)
      }
      task.done = progress.done
      defer { state.tasks[progress.task] = task }
      let left = LiveLine.timeLeft(progress, task, now)
      guard let columns = sinks.columns() else {
        // The first line waits too: work that ends soon needs none.
        if let last = task.told {
          if now - last < LiveLine.plainPace { return }
          sinks.messages(LiveLine.plainText(progress, left) + "\n")
        }
        task.told = now
        return
      }
      let isLast = progress.done == progress.total
      if let last = state.lastShown, now - last < LiveLine.livePace, !isLast { return }
      let text = LiveLine.text(progress, left, columns: columns)
      sinks.messages("\r\(text)\u{1B}[K")
      state.isDrawn = true
      state.lastShown = now
    }
  }

  /// Time left at the pace so far, once there is a pace.
  private static func timeLeft(_ progress: Progress, _ task: Task, _ now: Duration) -> Duration? {
    guard let total = progress.total, progress.done < total else { return nil }
    let done = progress.done - task.startDone
    let elapsed = now - task.start
    guard done > 0, elapsed >= .seconds(1) else { return nil }
    return elapsed * (Double(total - progress.done) / Double(done))
  }

  static func text(_ progress: Progress, _ left: Duration?, columns: Int) -> String {
    var head = printable(progress.task)
    if let total = progress.total, total > 0 {
      let share = min(1, Double(progress.done) / Double(total))
      if columns >= 60 {
        let width = 16
        let full = Int(share * Double(width))
        head +=
          " " + String(repeating: "━", count: full)
          + String(repeating: "╌", count: width - full)
      }
      head += " \(progress.done)/\(total)"
    } else {
      head += " \(progress.done)"
    }
    let parts = [head] + details(progress, left)
    // The last column stays free: some terminals would move to the next line.
    return DisplayWidth.cut(parts.joined(separator: " · "), to: max(1, columns - 1))
  }

  private static func plainText(_ progress: Progress, _ left: Duration?) -> String {
    let far = progress.total.map { "\(progress.done) of \($0)" } ?? "\(progress.done)"
    return (["\(printable(progress.task)): \(far)"] + details(progress, left))
      .joined(separator: ", ")
  }

  private static func details(_ progress: Progress, _ left: Duration?) -> [String] {
    let parts = [progress.rate, left.map { timeText($0) + " left" }, progress.note]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.map(printable)
  }

  private static func printable(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }

  /// A length of time in its one or two largest units.
  static func timeText(_ time: Duration) -> String {
    let seconds = Int(min(max(0, time / .seconds(1)), 1e9).rounded())
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
    default: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}
