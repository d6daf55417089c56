import Core
import Foundation

/// Values as the texts of the database's columns, and back to the same bits.
enum StoredJSON {
  private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// JSON of a value.
  static func text(_ value: some Encodable) throws(Failure) -> String {
    do { return try StableJSON.text(value) } catch {
      throw Failure(.badData, "a result cannot be stored: \(error)")
    }
  }

  /// What `text` was made of.
  static func value<Value: Decodable>(_ text: String, _ path: String) throws(Failure) -> Value {
    do { return try StableJSON.value(text) } catch {
      throw unreadable(text, path)
    }
  }

  /// A moment in UTC, e.g. "2025-01-31T09:30:00.125Z".
  static func text(_ date: Date) -> String { date.formatted(time) }

  static func date(_ text: String, _ path: String) throws(Failure) -> Date {
    do { return try time.parse(text) } catch { throw unreadable(text, path) }
  }

  /// The columns of a candidate. Candidates are found by this text, so a vector is written with the
  /// standard library's shortest exact digits, the same on every system.
  static func columns(_ candidate: StoredTrial.Candidate) -> (kind: String, candidate: String) {
    switch candidate {
    case .text(let text): ("text", text)
    case .vector(let x): ("vector", "[\(x.map { "\($0)" }.joined(separator: ","))]")
    }
  }

  static func unreadable(_ text: String, _ path: String) -> Failure {
    Failure(
      .badFile, "\(path) holds a row that cannot be read: \(text.prefix(60))",
      advice: "restore it from a backup, or give the study another file")
  }
}
