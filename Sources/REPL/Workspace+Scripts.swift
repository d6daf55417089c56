import Core
import Foundation
import Language

extension Workspace {
  /// Runs a script; `-` reads it from standard input.
  public func run(file path: String) -> ExitCode {
    do throws(Diagnostic) {
      let source = try Workspace.source(path)
      return finish(ExitCode(evaluate(source)))
    } catch {
      tell([error])
      return .refused
    }
  }

  /// Runs a text given on the command line.
  public func run(expression text: String) -> ExitCode {
    finish(ExitCode(evaluate(SourceFile(name: "-e", text: text))))
  }

  /// Tells all errors and warnings of a script that can be found without running it.
  public func check(file path: String) -> ExitCode {
    do throws(Diagnostic) {
      let source = try Workspace.source(path)
      let diagnostics = session.check(source)
      tell(diagnostics)
      let errors = diagnostics.count { $0.severity == .error }
      if errors == 0 { live.write("\(source.name): no errors found\n") }
      return finish(errors == 0 ? .success : .refused)
    } catch {
      tell([error])
      return .refused
    }
  }

  /// The text of a script; `-` is standard input.
  /// - Throws: a diagnostic that tells why it cannot be read, or where it is not text.
  static func source(_ path: String) throws(Diagnostic) -> SourceFile {
    if path == "-" {
      let data = FileHandle.standardInput.readDataToEndOfFile()
      return try SourceFile.decode(name: "stdin", bytes: [UInt8](data))
    }
    let failure: Failure
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      return try SourceFile.decode(name: path, bytes: [UInt8](data))
    } catch let error as Diagnostic {
      throw error
    } catch {
      failure = unreadable(path)
    }
    throw Diagnostic(failure, at: nil)
  }

  private static func unreadable(_ path: String) -> Failure {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      let names = try? FileManager.default.contentsOfDirectory(atPath: FilePath.folder(of: path))
      let advice = Suggestion.phrase(for: FilePath.name(of: path), among: names?.sorted() ?? [])
      return Failure(.badFile, "there is no file \"\(path)\"", advice: advice)
    }
    if isFolder.boolValue {
      return Failure(.badFile, "\"\(path)\" is a folder, not a script")
    }
    return Failure(.badFile, "the file \"\(path)\" cannot be read: no permission")
  }

  /// Writes what still waits; lost output makes a success a failure.
  func finish(_ code: ExitCode) -> ExitCode {
    StandardOutput.shared.flush()
    guard let failure = StandardOutput.shared.failure else { return code }
    tell([Diagnostic(failure, at: nil)])
    return code == .success ? .failed : code
  }
}
