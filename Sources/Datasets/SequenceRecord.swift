/// One entry of a file of sequences.
public struct SequenceRecord: Sendable, Equatable {
  /// The line on which it begins, from 1.
  public var line: Int
  /// The sequence, e.g. a SMILES.
  public var text: String
  /// Its name; empty where the file gives none.
  public var name: String
  /// Why the line cannot be read as an entry, if it cannot; the text is then empty.
  public var fault: String?

  /// An entry read from `line`.
  public init(line: Int, text: String, name: String = "", fault: String? = nil) {
    self.line = line
    self.text = text
    self.name = name
    self.fault = fault
  }
}
