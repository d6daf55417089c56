import Core

/// The program's version, as `lbo --version` and the prompt tell it.
enum Version {
  static let text = ProgramVersion.text
}
