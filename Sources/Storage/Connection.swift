import CSQLite
import Core

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One open SQLite file, and what its errors mean to the user.
///
/// Belongs to one thread at a time; `StudyStore` sees to that.
final class Connection {
  /// The path as the user gave it: messages name it.
  let path: String
  let handle: OpaquePointer

  /// How long another process may take to let go of the file, in milliseconds.
  private static let patience: Int32 = 1000

  /// Opens or makes the file.
  /// - Throws: `.cannotWrite` if that is not possible.
  init(path: String) throws(Failure) {
    self.path = path
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
    let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let opened else {
      let failure = Connection.failure(code, path: path, handle: opened)
      sqlite3_close(opened)
      throw failure
    }
    // A file that may not be written is opened to be read, and fails later in words of its own.
    guard sqlite3_db_readonly(opened, "main") == 0 else {
      sqlite3_close(opened)
      throw Connection.failure(SQLITE_READONLY, path: path, handle: nil)
    }
    handle = opened
    sqlite3_busy_timeout(handle, Connection.patience)
  }

  deinit { sqlite3_close(handle) }

  /// Runs statements that take no values and give no rows that matter.
  /// - Throws: what SQLite's error means.
  func execute(_ sql: String) throws(Failure) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// The first column of the first row as text; nil if there is none.
  func text(_ sql: String) throws(Failure) -> String? {
    let statement = try Statement(sql, self)
    return try statement.step() ? statement.optionalText(0) : nil
  }

  /// The first column of the first row as a whole number; 0 if there is none.
  func integer(_ sql: String) throws(Failure) -> Int {
    let statement = try Statement(sql, self)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// All or nothing: what `body` writes is durable when this returns, or not there at all.
  func transaction<Result>(
    _ begin: String = "BEGIN IMMEDIATE", _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try execute(begin)
    do throws(Failure) {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // SQLite has already rolled back after some errors (a full disk); then this has nothing to do.
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// The failure that the last result code stands for.
  func failure(_ code: Int32) -> Failure {
    Connection.failure(code, path: path, handle: handle)
  }

  private static func failure(_ code: Int32, path: String, handle: OpaquePointer?) -> Failure {
    let system = sqlite3_system_errno(handle)
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED:
      return Failure(
        .cannotWrite, "\(path) is in use by another running study",
        advice: "wait until that one ends or stop it, or give this study a file of its own")
    case SQLITE_NOTADB:
      return Failure(
        .badFile, "\(path) is not a study database",
        advice: "give the name of a new file, or of one that an earlier study wrote")
    case SQLITE_CORRUPT:
      return Failure(
        .badFile, "\(path) is damaged: \(String(cString: sqlite3_errmsg(handle)))",
        advice: "restore it from a backup, or save what is readable with `sqlite3 \(path) .recover`"
      )
    case SQLITE_FULL:
      return Failure(
        .cannotWrite, "cannot write \(path): the disk is full",
        advice:
          "free some space and run the study again; what could not be written is kept as long as the "
          + "program runs, and lost when it ends")
    case SQLITE_READONLY, SQLITE_PERM:
      return Failure(
        .cannotWrite, "cannot write \(path): writing there is not allowed",
        advice: "write to a folder of your own")
    case SQLITE_CANTOPEN, SQLITE_IOERR:
      // Where a new file may not be made, SQLite tells that it found none to read.
      if system == ENOENT, access(FilePath.folder(of: path), F_OK) == 0 {
        return FileWriter.failure(path, EACCES)
      }
      if system != 0 { return FileWriter.failure(path, system) }
      fallthrough
    default:
      return Failure(
        .cannotWrite, "cannot write \(path): \(String(cString: sqlite3_errstr(code)))",
        advice: "write to another place")
    }
  }
}
