import CSQLite
import Core

/// One prepared SQL statement: values in, rows out.
final class Statement {
  private let handle: OpaquePointer
  private let connection: Connection

  /// SQLite copies bound texts at once.
  private static var copied: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  init(_ sql: String, _ connection: Connection) throws(Failure) {
    self.connection = connection
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v2(connection.handle, sql, -1, &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw connection.failure(code) }
    handle = prepared
  }

  deinit { sqlite3_finalize(handle) }

  /// Binds values to the statement's `?`s, in order.
  func bind(_ values: SQLValue...) throws(Failure) { try bind(values) }

  /// The same for a list.
  func bind(_ values: [SQLValue]) throws(Failure) {
    for (i, value) in values.enumerated() {
      let position = Int32(i + 1)
      let code =
        switch value {
        case .integer(let n): sqlite3_bind_int64(handle, position, Int64(n))
        case .real(let x): sqlite3_bind_double(handle, position, x)
        case .null: sqlite3_bind_null(handle, position)
        case .text(let text): bind(text, position)
        }
      guard code == SQLITE_OK else { throw connection.failure(code) }
    }
  }

  private func bind(_ text: String, _ position: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      // An empty buffer may have no address, which SQLite would take for NULL.
      guard let base = bytes.baseAddress, bytes.count > 0 else {
        return sqlite3_bind_text(handle, position, "", 0, Statement.copied)
      }
      return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        sqlite3_bind_text64(
          handle, position, $0, UInt64(bytes.count), Statement.copied, UInt8(SQLITE_UTF8))
      }
    }
  }

  /// Goes to the next row; false when there is none.
  func step() throws(Failure) -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw connection.failure(code)
    }
  }

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
  func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  func optionalReal(_ column: Int32) -> Double? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : real(column)
  }

  func text(_ column: Int32) -> String { optionalText(column) ?? "" }

  /// The text of a column, which may hold any character; nil for NULL.
  func optionalText(_ column: Int32) -> String? {
    guard let bytes = sqlite3_column_text(handle, column) else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}

/// A value of a row.
enum SQLValue {
  case integer(Int)
  case real(Double)
  case text(String)
  case null
}
