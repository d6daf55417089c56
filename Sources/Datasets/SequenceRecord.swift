/// One entry of a file of sequences.
public struct SequenceRecord: Sendable, Equatable {
  /// The line on which it begins, from 1.
  public var line: Int
  /// The sequence, e.g. a SMILES.
  public var text: String
  /// Its name; empty where the file gives none.
  public var name: String

  /// An entry read from `line`.
  public init(line: Int, text: String, name: String = "") {
    self.line = line
    self.text = text
    self.name = name
  }
}
