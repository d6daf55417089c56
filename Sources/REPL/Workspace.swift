import CTerminal
import Core
import Foundation
import Language
import Reporting

/// A session with everything around it: output, progress, Ctrl-C, tables and plots.
///
/// The prompt and scripts share it, so that both show the same things in the same way.
public final class Workspace {
  /// The language's side.
  public let session: Session
  /// Where all output goes.
  public let live: LiveLine
  let interrupts: InterruptHandler
  let settings: SessionSettings
  let isColored: Bool
  private let display: PlotDisplay
  /// Whether the process ends with the source: what is left of stopped work is then what files hold.
  var endsWithSource = true

  /// A workspace over this process's terminal.
  /// - Throws: `.external` when Ctrl-C cannot be watched for.
  public init(_ settings: SessionSettings) throws(Failure) {
    self.settings = settings
    let live = LiveLine.standard()
    self.live = live
    interrupts = try InterruptHandler()
    let isSeen = terminal_is_terminal(STDOUT_FILENO) != 0
    isColored = Workspace.wantsColor(
      isTerminal: terminal_is_terminal(STDERR_FILENO) != 0,
      environment: ProcessInfo.processInfo.environment)
    display = PlotDisplay(opensWindows: isSeen)
    let environment = ScriptEnvironment(
      cancellation: interrupts.cancellation, output: { live.write($0) },
      events: { live.handle($0) }, allowsShell: settings.allowsShell,
      arguments: settings.arguments, formatter: Workspace.formatter())
    session = Session(
      functions: settings.functions, library: settings.library, environment: environment,
      seed: settings.seed ?? 0)
  }

  /// Runs a source, shows its values and tells its errors.
  /// - Returns: how it ended; a value that could not be shown counts as a failure.
  public func evaluate(_ source: SourceFile) -> Session.Status {
    // The window may have another size than last time.
    session.environment.formatter = Workspace.formatter()
    session.environment.columns = Workspace.screen().columns
    interrupts.beginWork()
    var couldShow = true
    var told = 0
    let outcome = session.evaluate(source) { value, span in
      if let failure = self.show(value) {
        self.tell([Diagnostic(failure, at: span)])
        couldShow = false
      }
    } onWarnings: { warnings in
      // After a search of days they would come too late.
      self.tell(warnings)
      told = warnings.count
    }
    live.end()
    let untold = Array(outcome.diagnostics.dropFirst(told))
    if outcome.status == .cancelled {
      tellWhereStopped(untold)
    } else {
      tell(untold)
    }
    StandardOutput.shared.flush()
    return outcome.status == .completed && !couldShow ? .failed : outcome.status
  }

  /// Shows a value as the prompt does.
  /// - Returns: why it could not be shown, or nil.
  func show(_ value: Value) -> Failure? {
    do throws(Failure) {
      if case .host(let object) = value, let plottable = object as? any Plottable {
        let size = Workspace.size()
        let text = try display.show(plottable.plot, columns: size.columns, rows: size.rows)
        live.write((text ?? "the plot is shown in a window") + "\n")
      } else {
        let text = session.environment.shown(value)
        if !text.isEmpty { live.write(text + "\n") }
      }
    } catch {
      return error
    }
    return nil
  }

  /// Writes errors and warnings on standard error.
  public func tell(_ diagnostics: [Diagnostic]) {
    if diagnostics.isEmpty { return }
    let renderer = DiagnosticRenderer(isColored: isColored, columns: live.columns)
    live.message(lines: [renderer.text(diagnostics)])
  }

  private func tellWhereStopped(_ diagnostics: [Diagnostic]) {
    tell(diagnostics.filter { !$0.isCancellation })
    for one in diagnostics where one.isCancellation {
      let place = one.span.map { " at \($0.place)" } ?? ""
      let detail = one.message == "stopped" ? "" : ": \(one.message)"
      let kept =
        endsWithSource
        ? "what `store:` and `checkpoint:` files hold is kept"
        : "studies and flows that have a name keep what was done so far"
      live.message("stopped\(place)\(detail); \(kept)")
    }
  }

  // MARK: The terminal

  /// Columns and rows for what is printed.
  static func size() -> (columns: Int, rows: Int) {
    let columns = Int(terminal_columns(STDOUT_FILENO))
    let rows = Int(terminal_rows(STDOUT_FILENO))
    return (columns > 0 ? columns : 80, rows > 0 ? rows : 24)
  }

  /// Columns and rows of the screen that is looked at; no limits where there is none.
  public static func screen() -> (columns: Int, rows: Int) {
    terminal_is_terminal(STDOUT_FILENO) != 0 ? size() : (.max, .max)
  }

  static func formatter() -> ValueFormatter {
    ValueFormatter(width: size().columns) { table, width in
      TableText(width: width, maxRows: 20)(table)
    }
  }

  /// Colours only where someone sees them, and not where the user does not want them
  /// (https://no-color.org).
  static func wantsColor(isTerminal: Bool, environment: [String: String]) -> Bool {
    isTerminal && environment["TERM"] != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty
  }
}
