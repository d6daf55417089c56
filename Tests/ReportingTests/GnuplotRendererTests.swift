import Core
import Foundation
import Reporting
import Testing

/// Needs gnuplot, as the product does.
@Suite struct GnuplotRendererTests {
  private func folder() throws -> String {
    let path =
      ProcessInfo.processInfo.environment["LBO_KEEP_PICTURES"]
      ?? NSTemporaryDirectory() + "lbo-pictures-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// A program that stands in for gnuplot.
  private func stand(in script: String) throws -> String {
    let path = NSTemporaryDirectory() + "lbo-gnuplot-\(UUID().uuidString)"
    try AtomicFile.write("#!/bin/sh\n\(script)\n", to: path)
    chmod(path, 0o755)
    return path
  }

  private func failure(_ body: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) { try body() } catch { return error }
    return nil
  }

  @Test(arguments: PictureFormat.allCases)
  func drawsEveryKindOfPlot(format: PictureFormat) throws {
    let folder = try folder()
    for (name, plot) in try SamplePlots.all() {
      let path = "\(folder)/\(name).\(format.rawValue)"
      try GnuplotRenderer().write(plot, to: path)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(format.isWhole(bytes), "\(name)")
      #expect(bytes.count > 3_000, "\(name)")
    }
  }

  @Test func drawsTextOfTheSizeAsked() throws {
    for (name, plot) in try SamplePlots.all() {
      let text = try GnuplotRenderer().text(plot, columns: 70, rows: 20)
      if let folder = ProcessInfo.processInfo.environment["LBO_KEEP_PICTURES"] {
        try AtomicFile.write(text + "\n", to: "\(folder)/\(name).txt")
      }
      let lines = text.split(separator: "\n")
      #expect(lines.count <= 20 && lines.count > 5, "\(name)")
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= 70 }, "\(name)")
    }
  }

  @Test func textShowsTitleLabelsAndLegend() throws {
    let text = try GnuplotRenderer().text(SamplePlots.logLoss())
    for word in ["Training", "epoch", "held out", "target", "┌", "┘"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test func histogramsAsTextAreLyingBars() throws {
    let plot = try Plot.histogram([("n", [1, 2, 2, 3, 3, 3, 3])], title: "Rings")
    #expect(
      try GnuplotRenderer().text(plot, columns: 40) == """
        Rings
                n  count
        0.5 … 1.5 │██████▊ 1
        1.5 … 2.5 │█████████████▌ 2
        2.5 … 3.5 │███████████████████████████ 4
        """)
    let many = try Plot.histogram([(nil, (0..<1_000).map { Double($0 % 100) })])
    let text = try GnuplotRenderer().text(many, columns: 60, rows: 12)
    let rows = text.split(separator: "\n").dropFirst()
    #expect(rows.count == 10 && rows.allSatisfy { $0.hasSuffix(" 100") })
  }

  @Test func textsAreNeverCommands() throws {
    let evil = "it's `touch /tmp/x` %d \"q\" {/Bold b}_a^2 \\n \u{1B}[31m\nnew"
    var plot = try SamplePlots.scatter()
    plot.title = evil
    plot.series[0].name = evil
    plot.x.label = evil
    plot.rules = [Plot.Rule(.x(300), label: evil)]
    let svg = String(decoding: try GnuplotRenderer().picture(plot, as: .svg), as: UTF8.self)
    let shown = "it's `touch /tmp/x` %d \"q\" {/Bold b}_a^2 \\n [31m new"
      .replacingOccurrences(of: "'", with: "&#39;").replacingOccurrences(of: "\"", with: "&quot;")
    let plain = svg.replacingOccurrences(of: "\"", with: "&quot;")
      .replacingOccurrences(of: "'", with: "&#39;")
    #expect(plain.components(separatedBy: shown).count >= 5)
  }

  @Test func gapsAndNumbersThatCannotBeShownAreLeftOut() throws {
    let plot = Plot(
      series: [
        Plot.Series("a", .line(x: [1, 2, .nan, 4, 5], y: [1, .infinity, 3, 4, 5])),
        Plot.Series("nothing", .points(x: [.nan], y: [1])),
        Plot.Series("band", .band(x: [1, 2, 3], low: [0, .nan, 1], high: [1, 2, 2])),
      ])
    #expect(try GnuplotRenderer().picture(plot, as: .png).count > 3_000)
  }

  @Test func drawsManyPointsInBinary() throws {
    var random = RandomStream(seed: 5)
    let x = random.normals(300_000)
    let plot = try Plot.scatter(x: x, y: random.normals(300_000))
    #expect(try GnuplotRenderer().picture(plot, as: .png).count > 10_000)
  }

  @Test func tellsThatGnuplotIsMissing() throws {
    let plot = try SamplePlots.scatter()
    let error = failure { () throws(Failure) in
      _ = try GnuplotRenderer(program: "/no/gnuplot").picture(plot, as: .png)
    }
    #expect(error?.kind == .external)
    #expect(error?.message.contains("plots need the program gnuplot") == true)
    #expect(error?.advice?.contains("install") == true)
  }

  @Test(arguments: [
    ("exit 0", "it gave no picture"),
    ("cat > /dev/null; echo 'line 3: no room here' >&2; exit 1", "no room here"),
    ("exec <&-; printf '\\211PNG'; exit 0", "it gave no picture"),
    ("head -c 100 > /dev/null; kill -SEGV $$", "killed (signal 11)"),
  ])
  func tellsThatGnuplotFailed(script: String, words: String) throws {
    let program = try stand(in: script)
    var random = RandomStream(seed: 5)
    // More than a pipe holds, so that writing meets the dead reader.
    let plot = try Plot.scatter(x: random.normals(50_000), y: random.normals(50_000))
    let error = failure { () throws(Failure) in
      _ = try GnuplotRenderer(program: program).picture(plot, as: .png)
    }
    #expect(error?.kind == .external)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "drew it")")
  }

  @Test(arguments: ["sleep 600", "exec sleep 600 >&- 2>&-", "trap '' TERM; cat; sleep 600"])
  func doesNotWaitForever(script: String) throws {
    let plot = try SamplePlots.scatter()
    let renderer = GnuplotRenderer(program: try stand(in: script), timeout: .milliseconds(300))
    let error = failure { () throws(Failure) in _ = try renderer.picture(plot, as: .png) }
    #expect(
      error?.message.contains("did not draw the plot within") == true, "\(error?.message ?? "")")
  }

  @Test func aHelperThatStaysIsNotWaitedFor() throws {
    let program = try stand(in: "cat > /dev/null; sleep 20 & gnuplot -d < /dev/null; exit 3")
    let renderer = GnuplotRenderer(program: program, timeout: .seconds(15))
    let plot = try SamplePlots.scatter()
    let error = failure { () throws(Failure) in _ = try renderer.picture(plot, as: .png) }
    #expect(error?.message.contains("could not draw") == true)
  }

  @Test func aFailedDrawingLeavesTheOldFile() throws {
    let path = try folder() + "/old.png"
    try AtomicFile.write("old", to: path)
    let plot = try SamplePlots.scatter()
    let renderer = GnuplotRenderer(program: try stand(in: "exit 1"))
    #expect(failure { () throws(Failure) in try renderer.write(plot, to: path) } != nil)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  @Test func tellsWhereItCannotWrite() throws {
    let plot = try SamplePlots.scatter()
    let missing = failure { () throws(Failure) in
      try GnuplotRenderer().write(plot, to: "/no/folder/a.png")
    }
    #expect(missing?.kind == .cannotWrite)
    let ending = failure { () throws(Failure) in
      try GnuplotRenderer().write(plot, to: "a.bmp")
    }
    #expect(ending?.message.contains("it ends in .bmp") == true)
    let none = failure { () throws(Failure) in try GnuplotRenderer().write(plot, to: "x.d/a") }
    #expect(none?.message.contains("it has no ending") == true)
  }

  @Test func choosesAWindowOnlyWithADisplay() throws {
    let program = try stand(in: "cat > /dev/null; echo ' dumb png qt x11 '")
    let renderer = GnuplotRenderer(program: program)
    #expect(try renderer.windowKind(environment: ["DISPLAY": ":0"]) == "qt")
    #if os(Linux)
      #expect(try renderer.windowKind(environment: [:]) == nil)
    #endif
    let plain = GnuplotRenderer(program: try stand(in: "cat > /dev/null; echo ' dumb png '"))
    #expect(try plain.windowKind(environment: ["DISPLAY": ":0"]) == nil)
  }
}
