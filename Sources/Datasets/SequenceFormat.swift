/// How sequences stand in a file.
public enum SequenceFormat: String, Sendable, CaseIterable {
  /// A SMILES and, after white space, an optional name on each line; `#` begins a comment line.
  case smiles
  /// A column of a CSV file.
  case csv
  /// Records that begin with `>name`.
  case fasta
  /// One sequence on each line, of any characters.
  case lines

  /// The format that a file's name tells, `.gz` left aside.
  public static func guess(path: String) -> SequenceFormat? {
    var name = path.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return nil }
    return switch name[name.index(after: dot)...] {
    case "smi", "smiles", "txt", "can", "ism": .smiles
    case "csv", "tsv": .csv
    case "fasta", "fa", "faa", "fna": .fasta
    default: nil
    }
  }
}
