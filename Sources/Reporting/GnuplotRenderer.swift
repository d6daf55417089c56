import CGnuplot
import Core
import Foundation

/// Draws plots with the program gnuplot: as a picture, in a window, or as text.
///
/// gnuplot never writes a file itself: its picture comes back through a pipe, is looked at, and is
/// then written whole. So a missing, dying or hanging gnuplot costs a `Failure` and nothing else.
public struct GnuplotRenderer: Sendable {
  /// The program's name or path.
  public var program: String
  /// How long one picture may take.
  public var timeout: Duration

  /// A renderer that uses `LBO_GNUPLOT` if that is set, else `gnuplot` from the PATH.
  public init(
    program: String = ProcessInfo.processInfo.environment["LBO_GNUPLOT"] ?? "gnuplot",
    timeout: Duration = .seconds(60)
  ) {
    self.program = program
    self.timeout = timeout
  }

  /// A picture's bytes.
  /// - Parameter height: its height where its width is 800, nil for what suits the plot; a PNG has
  ///   twice as many pixels.
  /// - Throws: `.badData`, `.badArgument` for a plot that cannot be drawn; `.external` when gnuplot
  ///   is missing or failed.
  public func picture(_ plot: Plot, as format: PictureFormat, height: Int? = nil) throws(Failure)
    -> Data
  {
    try plot.validate()
    let script = GnuplotScript(
      plot, terminal: format.terminal(height: height ?? plot.standardHeight), medium: .picture,
      pointScale: format.pointScale)
    let run = try run(script.bytes)
    guard format.isWhole(run.output) else { throw failed(run) }
    return run.output
  }

  /// Draws into a file whose name tells the format; all of it or nothing.
  /// - Throws: as `picture`, and `.cannotWrite`.
  public func write(_ plot: Plot, to path: String, height: Int? = nil) throws(Failure) {
    let format = try PictureFormat(path: path)
    let bytes = try picture(plot, as: format, height: height)
    try AtomicFile.write([UInt8](bytes), to: path)
  }

  /// The plot as text for a terminal or page of this size.
  /// - Throws: as `picture`.
  public func text(_ plot: Plot, columns: Int = 79, rows: Int = 24) throws(Failure) -> String {
    try plot.validate()
    if let (grid, points) = plot.gridWithPoints {
      return GridText(columns: columns, rows: rows)(grid, points, plot: plot)
    }
    if let bars = plot.onlyBars {
      return BarsText(columns: columns, rows: rows)(
        edges: bars.edges, heights: bars.heights, plot: plot)
    }
    let size = "\(max(40, min(columns, 500))),\(max(12, min(rows, 200)))"
    let script = GnuplotScript(
      plot, terminal: "dumb size \(size) noenhanced mono", medium: .characters)
    let run = try run(script.bytes)
    let text = String(decoding: run.output, as: UTF8.self)
    guard text.contains("+--") else { throw failed(run) }
    return CharacterFrame.tidied(text)
  }

  /// Opens a window that stays when this program goes on, if there is a display for it.
  /// - Returns: false where there is no display or this gnuplot cannot open windows.
  /// - Throws: as `picture`.
  public func show(_ plot: Plot) throws(Failure) -> Bool {
    try plot.validate()
    guard let kind = try windowKind() else { return false }
    let terminal = "\(kind) noenhanced size 960,600 persist"
    _ = try run(GnuplotScript(plot, terminal: terminal, medium: .picture).bytes, ["--persist"])
    return true
  }

  /// The kind of window this gnuplot opens here, or nil where there is none.
  /// - Throws: `.external` when gnuplot is missing or failed.
  public func windowKind(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Failure) -> String? {
    #if os(Linux)
      let displays = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
      if !displays { return nil }
    #endif
    let run = try run(Data("set print '-'\nprint GPVAL_TERMINALS\n".utf8))
    let known = String(decoding: run.output, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    return ["qt", "wxt", "aqua", "x11"].first { known.contains(Substring($0)) }
  }

  // MARK: Running

  private struct Run {
    var output: Data
    var errors: String
  }

  /// Runs gnuplot over a script.
  /// - Throws: `.external` when it is missing, was killed, hung, or found an error in the script.
  private func run(_ script: Data, _ options: [String] = []) throws(Failure) -> Run {
    let arguments = [program, "--default-settings"] + options + ["-"]
    let pointers = arguments.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    let milliseconds = Int32(
      clamping: timeout.components.seconds * 1000
        + timeout.components.attoseconds / 1_000_000_000_000_000)
    var argv = pointers.map { UnsafePointer($0) }
    argv.append(nil)
    var result = script.withUnsafeBytes { input in
      gnuplot_run(argv, input.baseAddress, input.count, milliseconds)
    }
    defer { gnuplot_free(&result) }
    let run = Run(
      output: result.output.map { Data(bytes: $0, count: result.output_size) } ?? Data(),
      errors: result.errors.map {
        String(
          decoding: UnsafeRawBufferPointer(start: $0, count: result.errors_size), as: UTF8.self)
      } ?? "")
    switch result.end {
    case GNUPLOT_EXITED:
      if result.code != 0 { throw failed(run) }
      return run
    case GNUPLOT_KILLED:
      throw Failure(
        .external, "gnuplot was killed (signal \(result.code)) before the plot was drawn",
        advice: "is memory short? Plot fewer points, or try again")
    case GNUPLOT_TIMED_OUT:
      throw Failure(
        .external, "gnuplot did not draw the plot within \(timeout.components.seconds) s",
        advice: "plot fewer points, or check that `\(program)` works by itself")
    case GNUPLOT_NO_PROGRAM:
      throw Failure(
        .external,
        "plots need the program gnuplot, and `\(program)` could not be started "
          + "(\(String(cString: strerror(result.code)).lowercased()))",
        advice: "install it (Debian, Ubuntu: sudo apt install gnuplot) and plot again")
    default:
      throw Failure(
        .external,
        "gnuplot could not be run: \(String(cString: strerror(result.code)).lowercased())")
    }
  }

  /// gnuplot's own words, the line that tells most.
  private func failed(_ run: Run) -> Failure {
    let lines = run.errors.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let reason =
      lines.lazy.compactMap(GnuplotRenderer.complaint).first
      ?? lines.last { $0.count > 1 } ?? "it gave no picture"
    return Failure(
      .external, "gnuplot could not draw the plot: \(reason)",
      advice: "check that `\(program)` works by itself")
  }

  /// What follows "line 3: " in one of gnuplot's messages, unless that is a warning.
  private static func complaint(_ line: String) -> String? {
    guard let start = line.range(of: "line "),
      let colon = line.range(of: ": ", range: start.upperBound..<line.endIndex),
      line[start.upperBound..<colon.lowerBound].allSatisfy(\.isNumber)
    else { return nil }
    let words = line[colon.upperBound...]
    return words.hasPrefix("warning") || words.isEmpty ? nil : String(words)
  }
}
