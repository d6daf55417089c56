import Core

/// The page of one kind of error, as `lbo explain` shows it.
public struct Explanation: Sendable {
  /// The kind of error.
  public var code: DiagnosticCode
  /// What is wrong, in a few words.
  public var title: String
  /// Why it is an error and what to do, in a few sentences.
  public var text: String
  /// A script that gives the error; empty where no script alone can.
  public var wrong: String
  /// The same put right.
  public var right: String

  init(
    _ code: DiagnosticCode, _ title: String, _ text: String, wrong: String = "", right: String = ""
  ) {
    self.code = code
    self.title = title
    self.text = text
    self.wrong = wrong
    self.right = right
  }

  /// The page as plain text.
  public var page: String { page(columns: .max) }

  /// The page as a terminal of so many columns shows it, its text broken between words.
  public func page(columns: Int) -> String {
    var lines = ["\(code.rawValue): \(title)", ""] + DisplayWidth.lines(text, to: columns)
    func block(_ heading: String, _ script: String) {
      if script.isEmpty { return }
      lines += ["", heading, ""] + script.split(separator: "\n").map { "    \($0)" }
    }
    block("Wrong:", wrong)
    block("Right:", right)
    return lines.joined(separator: "\n")
  }

  /// All pages, by code.
  static let all: [DiagnosticCode: Explanation] = Dictionary(
    uniqueKeysWithValues: (readingPages + namePages + problemPages + runningPages + worldPages)
      .map { ($0.code, $0) })
}

extension DiagnosticCode {
  /// The page of this kind of error. Every code has one; a test sees to it.
  public var explanation: Explanation {
    Explanation.all[self] ?? Explanation(self, "no page", "This error has no page yet.")
  }

  /// The code a user typed: `LBO0104`, `lbo0104` or `104`.
  public init?(text: String) {
    let digits = text.filter(\.isNumber)
    guard !digits.isEmpty, digits.count <= 4 else { return nil }
    let padded = String(repeating: "0", count: 4 - digits.count) + digits
    self.init(rawValue: "LBO\(padded)")
  }
}
