import Core

/// Sequences read from a file, with what was left out.
public struct SequenceData: Sendable, Equatable {
  /// The sequences, in the file's order.
  public var texts: [String]
  /// Their names; empty if the file has none.
  public var names: [String]
  /// The line of each.
  public var lines: [Int]
  /// What was left out.
  public var skipped: SkipReport

  /// What a caller says of one entry.
  public enum Verdict: Sendable, Equatable {
    /// Take it as it is.
    case keep
    /// Take this instead, e.g. the canonical form.
    case replace(String)
    /// Leave it out and count it; the reason is shown to the user.
    case skip(String)
  }

  /// The sequences as a table: the sequences under `column`, names under `name` where there are
  /// any.
  public func table(column: String) throws(Failure) -> Table {
    var table = Table()
    try table.set(column, .texts(texts))
    if !names.isEmpty, column != "name" { try table.set("name", .texts(names)) }
    return table
  }

  /// Entries judged at once: large enough to keep all cores busy, small enough to stay bounded.
  private static let batch = 4096

  /// Reads a file of sequences as a stream; `judge` runs on all cores, the result keeps the order.
  /// - Parameters:
  ///   - format: nil to tell from the file's name.
  ///   - column: the column of a CSV file; nil for the standard one.
  ///   - standard: the column that is meant where none is named.
  ///   - limit: stop after this many sequences taken.
  ///   - context: where progress goes and what can stop the reading.
  ///   - judge: what to do with one entry, e.g. whether its SMILES is valid.
  /// - Throws: `.badFile` with file and line; `.badData` if nothing is left; `.cancelled`.
  public static func read(
    _ path: String, as format: SequenceFormat? = nil, column: String? = nil,
    standard: String = "smiles", limit: Int? = nil,
    context: RunContext? = nil,
    judge: @Sendable (SequenceRecord) -> Verdict = { _ in .keep }
  ) throws(Failure) -> SequenceData {
    let stream = try SequenceStream(path: path, format: format, column: column, standard: standard)
    var data = SequenceData(texts: [], names: [], lines: [], skipped: SkipReport())
    var total = 0
    var batch: [SequenceRecord] = []
    var ended = false
    while !ended, data.texts.count < limit ?? .max {
      try context?.checkCancellation("stopped reading \(path)")
      batch.removeAll(keepingCapacity: true)
      while batch.count < SequenceData.batch {
        guard let record = try stream.next() else {
          ended = true
          break
        }
        batch.append(record)
      }
      total += data.take(batch, limit: limit ?? .max, judge: judge)
      context?.report(
        .progress(Progress("read \(path)", done: total, note: "\(data.texts.count) taken")))
    }
    context?.report(
      .finished(
        task: "read \(path)", summary: data.skipped.summary(of: total).map { "\(path): \($0)" }))
    if data.names.allSatisfy(\.isEmpty) { data.names = [] }
    if data.texts.isEmpty { throw data.nothingLeft(path, total) }
    return data
  }

  /// Judges a batch and adds what is taken; returns how many entries were looked at.
  private mutating func take(
    _ records: [SequenceRecord], limit: Int, judge: @Sendable (SequenceRecord) -> Verdict
  ) -> Int {
    let ranges = Parallel.ranges(records.count, by: 64)
    let verdicts = Parallel.map(ranges.count) { piece in
      records[ranges[piece]].map { record -> Verdict in
        if let fault = record.fault { return .skip(fault) }
        return record.text.isEmpty ? .skip("no sequence") : judge(record)
      }
    }
    var seen = 0
    for (record, verdict) in zip(records, verdicts.joined()) {
      if texts.count >= limit { break }
      seen += 1
      switch verdict {
      case .keep: add(record, record.text)
      case .replace(let text): add(record, text)
      case .skip(let reason): skipped.add(line: record.line, reason: reason)
      }
    }
    return seen
  }

  private mutating func add(_ record: SequenceRecord, _ text: String) {
    texts.append(text)
    names.append(record.name)
    lines.append(record.line)
  }

  private func nothingLeft(_ path: String, _ total: Int) -> Failure {
    guard let first = skipped.first.first else {
      return Failure(
        .badData, "\(path) holds no sequences, only blank or comment lines",
        advice: "check that it is the right file")
    }
    return Failure(
      .badData,
      "none of the \(total) entries of \(path) can be used; line \(first.line): \(first.reason)",
      advice: "check the file's format")
  }
}
