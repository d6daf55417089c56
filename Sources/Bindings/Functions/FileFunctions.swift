import Core
import Datasets
import Foundation
import Language

/// Files of text, and the clock: for what has no function of its own.
enum FileFunctions {
  static let family = FunctionCatalog.Family(
    "files", doc: "files of text, and the clock", [read, write, time])

  private static let read = NativeFunction(
    "read",
    FunctionSignature([DataFunctions.path], result: "a list of strings"),
    doc: "Reads a file of text, line by line; `join(read(path), \"\\n\")` is the whole text.",
    example: "targets = read(\"targets.txt\")", effect: .ordered
  ) { arguments, context in
    let source = try LineSource(path: try arguments.string("path"))
    var lines: [Value] = []
    while let line = try source.next() {
      if lines.count % 100_000 == 0 {
        try context.environment.cancellation.check("stopped after \(lines.count) lines")
      }
      lines.append(.string(line))
    }
    return .list(lines)
  }

  private static let writable = "a string, or a list of strings"

  private static let write = NativeFunction(
    "write",
    FunctionSignature([
      .required("path", "a file's path", "the file, which is replaced"),
      .required("text", writable, "its text, or its lines"),
    ]),
    doc: "Writes a file of text, whole or not at all; a list's strings become its lines.",
    example: "write(\"best.txt\", best(study, 10).smiles)", effect: .ordered
  ) { arguments, context in
    let path = try WritablePath.check(try arguments.string("path"), context)
    switch try arguments.value("text") {
    case .string(let text): try AtomicFile.write(text, to: path)
    case let value:
      guard let lines = value.strings else {
        throw arguments.mismatch("text", writable)
      }
      try AtomicFile.write(lines.map { $0 + "\n" }.joined(), to: path)
    }
    return .none
  }

  private static let time = NativeFunction(
    "time", FunctionSignature([], result: "a number"),
    doc: "Seconds since 1970: the difference of two calls is how long something took.",
    example: "started = time()\nprint(\"that took {round(time() - started)} s\")", effect: .ordered
  ) { _, _ in .number(Date().timeIntervalSince1970) }
}
