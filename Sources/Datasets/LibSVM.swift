import Core

/// Rows of numbers with a label each, as LIBSVM's files hold them.
///
/// A line is `label index:value index:value …`, indices ascending from 1; what is not named is 0.
/// Text after `#` and empty lines are passed over.
public struct LibSVMData: Sendable, Equatable {
  /// One label for each row.
  public var labels: [Double]
  /// Rows of equal length, zeros written out.
  public var rows: [[Double]]

  /// Numbers that are read at most, zeros included.
  private static let most = 200_000_000

  /// Reads a file, plain or gzip.
  /// - Parameter features: entries of a row; nil takes the largest index there is.
  /// - Throws: `.badFile` with file and line for what is not in the format; `.badData` for a file
  ///   that would take too much memory with its zeros written out.
  public static func read(_ path: String, features: Int? = nil, context: RunContext? = nil)
    throws(Failure) -> LibSVMData
  {
    let source = try LineSource(path: path)
    var labels: [Double] = []
    var sparse: [[(Int, Double)]] = []
    var width = 0
    while let line = try source.next() {
      let text = line.prefix { $0 != "#" }
      let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let first = fields.first else { continue }
      let place = "\(path), line \(source.lineNumber)"
      guard let label = Double(first), label.isFinite else {
        throw Failure(
          .badFile, "\(place): the label is a number, not \"\(first.prefix(40))\"",
          advice: "each line is `label index:value …`, as in LIBSVM's files")
      }
      let entries = try entries(fields.dropFirst(), place, limit: features)
      width = max(width, entries.last?.0 ?? 0)
      labels.append(label)
      sparse.append(entries)
      if labels.count % 4096 == 0 { try context?.checkCancellation("stopped reading \(path)") }
    }
    let count = features ?? width
    guard !labels.isEmpty, count > 0 else {
      throw Failure(.badFile, "\(path) holds no rows with features")
    }
    guard labels.count <= most / count else {
      throw Failure(
        .badData,
        "\(path) has \(labels.count) rows of \(count) features, too many to hold with their zeros")
    }
    let rows = sparse.map { entries in
      var row = [Double](repeating: 0, count: count)
      for (index, value) in entries { row[index - 1] = value }
      return row
    }
    return LibSVMData(labels: labels, rows: rows)
  }

  private static func entries(
    _ fields: ArraySlice<Substring>, _ place: String, limit: Int?
  ) throws(Failure) -> [(Int, Double)] {
    var entries: [(Int, Double)] = []
    for field in fields {
      let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let index = Int(parts[0]), let value = Double(parts[1]),
        value.isFinite
      else {
        throw Failure(
          .badFile, "\(place): a feature is index:value, not \"\(field.prefix(40))\"")
      }
      guard index > (entries.last?.0 ?? 0) else {
        throw Failure(
          .badFile,
          index < 1
            ? "\(place): the index \(index) is below 1"
            : "\(place): the index \(index) does not come after \(entries.last?.0 ?? 0)",
          advice: "indices of a line ascend from 1")
      }
      if let limit, index > limit {
        throw Failure(.badFile, "\(place): the index \(index) is above the \(limit) features asked")
      }
      entries.append((index, value))
    }
    return entries
  }
}
