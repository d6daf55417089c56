import ArgumentParser
import Language
import REPL

/// `lbo explain LBO0104`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain an error by its code.",
    discussion: "Without a code, all codes are listed.")

  @Argument(help: "The code an error shows, such as LBO0104.")
  var code: String?

  func run() throws {
    guard let code else {
      for one in DiagnosticCode.allCases { print("\(one.rawValue)  \(one.explanation.title)") }
      return
    }
    guard let known = Explain.known(code) else {
      throw ValidationError(
        "there is no error code \"\(code)\"; `lbo explain` without a code lists them all")
    }
    print(known.explanation.page(columns: Workspace.screen().columns))
  }

  /// The code meant: `LBO0104`, `lbo0104` or `104`.
  private static func known(_ code: String) -> DiagnosticCode? {
    let digits = code.uppercased().hasPrefix("LBO") ? String(code.dropFirst(3)) : code
    guard !digits.isEmpty, digits.count <= 4, digits.allSatisfy(\.isNumber) else { return nil }
    let padded = String(repeating: "0", count: 4 - digits.count) + digits
    return DiagnosticCode(rawValue: "LBO" + padded)
  }
}
