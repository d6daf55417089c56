import Foundation

/// The program as built, beside the tests.
enum Product {
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["LBO_PRODUCT"] { return path }
    #if os(Linux)
      let tests =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    #else
      let tests = Bundle.main.bundlePath
    #endif
    return (tests as NSString).deletingLastPathComponent + "/lbo"
  }()

  /// A new, empty folder.
  static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "lbo-prompt-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// Runs the program without a terminal.
  static func run(_ arguments: [String], input: String = "", output path: String? = nil) throws
    -> (code: Int32, output: String, errors: String)
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: self.path)
    process.arguments = arguments
    let folder = try folder()
    try input.write(toFile: folder + "/in", atomically: false, encoding: .utf8)
    _ = FileManager.default.createFile(atPath: folder + "/out", contents: nil)
    _ = FileManager.default.createFile(atPath: folder + "/err", contents: nil)
    process.standardInput = FileHandle(forReadingAtPath: folder + "/in")
    process.standardOutput = FileHandle(forWritingAtPath: path ?? folder + "/out")
    process.standardError = FileHandle(forWritingAtPath: folder + "/err")
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOfFile: folder + "/out", encoding: .utf8),
      try String(contentsOfFile: folder + "/err", encoding: .utf8)
    )
  }

  /// A prompt on a pseudo-terminal, ready for input.
  static func prompt(state: String? = nil, _ arguments: [String] = [], columns: Int = 80) throws
    -> PseudoTerminal
  {
    let folder = try state ?? folder()
    let terminal = try PseudoTerminal(
      [path] + arguments, environment: ["XDG_STATE_HOME": folder], columns: columns)
    try terminal.expect("lbo> ")
    return terminal
  }
}
