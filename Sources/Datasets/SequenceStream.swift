import Core

/// The entries of a file of sequences, one at a time and with bounded memory.
public final class SequenceStream {
  private enum Source {
    case smiles(LineSource)
    case lines(LineSource)
    case fasta(LineSource)
    case csv(CSVSource, sequence: Int, name: Int?)
  }

  private let source: Source
  private var firstLine = true
  /// FASTA: the header of the record that follows the one returned last.
  private var header: (line: Int, name: String)?

  /// Opens the file.
  /// - Parameters:
  ///   - format: how the sequences stand in it; nil to tell from the file's name.
  ///   - column: the column of a CSV file; nil for the standard one.
  ///   - standard: the column that is meant where none is named.
  /// - Throws: `.badFile` as `LineSource` does, or if the format is not known; `.unknownName` for
  ///   a column that is not there.
  public init(
    path: String, format: SequenceFormat? = nil, column: String? = nil,
    standard: String = "smiles"
  ) throws(Failure) {
    guard let format = format ?? SequenceFormat.guess(path: path) else {
      throw Failure(
        .badFile, "the name of \(path) does not tell its format",
        advice: "name it .smi or .txt (SMILES), .csv or .fasta, each also with .gz")
    }
    switch format {
    case .smiles: source = .smiles(try LineSource(path: path))
    case .lines: source = .lines(try LineSource(path: path))
    case .fasta: source = .fasta(try LineSource(path: path))
    case .csv:
      let csv = try CSVSource(path: path)
      guard let index = csv.index(of: column ?? standard) else {
        throw SequenceStream.noColumn(column, standard, csv)
      }
      let name = csv.index(of: "name") ?? csv.index(of: "id")
      source = .csv(csv, sequence: index, name: name == index ? nil : name)
    }
  }

  /// The next entry, or nil after the last. Its text may be empty (a FASTA record or a CSV field
  /// without letters); blank and comment lines are passed over. A line of SMILES, CSV or plain lines
  /// that cannot be read is an entry with a `fault`.
  /// - Throws: `.badFile` with file and line.
  public func next() throws(Failure) -> SequenceRecord? {
    switch source {
    case .smiles(let lines): try nextSMILES(lines)
    case .lines(let lines): try nextLine(lines)
    case .fasta(let lines): try nextFASTA(lines)
    case .csv(let csv, let sequence, let name):
      switch try csv.nextRow() {
      case .fields(let fields):
        SequenceRecord(
          line: csv.lineNumber, text: fields[sequence].trimmed,
          name: name.map { fields[$0].trimmed } ?? "")
      case .broken(let failure): broken(csv.lineNumber, csv.path, failure)
      case nil: nil
      }
    }
  }

  /// What stands for a line that cannot be read, so that one bad line of many does not end all.
  private func broken(_ line: Int, _ path: String, _ failure: Failure) -> SequenceRecord {
    // The report names file and line itself.
    let place = "line \(line) of \(path) "
    let fault =
      failure.message.hasPrefix(place)
      ? String(failure.message.dropFirst(place.count)) : failure.message
    return SequenceRecord(line: line, text: "", fault: fault)
  }

  private func nextSMILES(_ lines: LineSource) throws(Failure) -> SequenceRecord? {
    while let read = try lines.nextLine() {
      let line: String
      switch read {
      case .text(let text): line = text
      case .broken(let failure): return broken(lines.lineNumber, lines.path, failure)
      }
      let words = line.utf8.split(maxSplits: 1) { $0 == 0x20 || $0 == 0x09 }
      guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
      let text = String(Substring(first))
      let isHeader = firstLine && ["smiles", "canonical_smiles"].contains(text.lowercased())
      firstLine = false
      if isHeader { continue }
      let name = words.count > 1 ? Substring(words[1]).trimmed : ""
      return SequenceRecord(line: lines.lineNumber, text: text, name: name)
    }
    return nil
  }

  private func nextLine(_ lines: LineSource) throws(Failure) -> SequenceRecord? {
    while let read = try lines.nextLine() {
      switch read {
      case .text(let line):
        if !line.isEmpty { return SequenceRecord(line: lines.lineNumber, text: line) }
      case .broken(let failure): return broken(lines.lineNumber, lines.path, failure)
      }
    }
    return nil
  }

  private func nextFASTA(_ lines: LineSource) throws(Failure) -> SequenceRecord? {
    var letters = ""
    while let line = try lines.next() {
      if line.hasPrefix(";") { continue }
      guard line.hasPrefix(">") else {
        letters += line.filter { !$0.isWhitespace }
        if header == nil, !letters.isEmpty {
          throw Failure(
            .badFile, "line \(lines.lineNumber) of \(lines.path) comes before any `>name` line",
            advice: "FASTA records begin with `>`; for one sequence a line use sequences()")
        }
        continue
      }
      let word = line.dropFirst().split(whereSeparator: \.isWhitespace).first
      let next = (line: lines.lineNumber, name: word.map(String.init) ?? "")
      defer { header = next }
      if let header { return fasta(header, letters) }
    }
    guard let last = header else { return nil }
    header = nil
    return fasta(last, letters)
  }

  private func fasta(_ header: (line: Int, name: String), _ letters: String) -> SequenceRecord {
    // A star at the end stands for a stop codon, not for a letter.
    let text = letters.hasSuffix("*") ? String(letters.dropLast()) : letters
    return SequenceRecord(line: header.line, text: text, name: header.name)
  }

  private static func noColumn(_ column: String?, _ standard: String, _ csv: CSVSource) -> Failure {
    let columns = "its columns are \(csv.header.joined(separator: ", "))"
    guard let column else {
      return Failure(
        .unknownName, "\(csv.path) has no column called \(standard)",
        advice: "\(columns): say which with column:")
    }
    return Failure(
      .unknownName, "\(csv.path) has no column `\(column)`",
      advice: Suggestion.phrase(for: column, among: csv.header) ?? columns)
  }
}
