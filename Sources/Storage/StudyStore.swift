import Core
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The database of a study: one SQLite file that keeps each evaluation as soon as it is done.
///
/// A row is on the disk when `append` returns (write-ahead log, `synchronous=FULL`). The file is
/// held exclusively: a second process is refused, while studies of one process share the store.
/// May be used from any thread.
public final class StudyStore: Sendable {
  /// The version of the tables; a file of a newer one is refused.
  public static let formatVersion = 5

  /// Marks SQLite files that are study databases: "lbo1" in ASCII.
  static let applicationID = 0x6C62_6F31

  /// The path as the user gave it.
  public let path: String
  private let connection: Mutex<Connection>
  private let identity: FileIdentity

  /// Stores that are open in this process.
  private static let open = Mutex<[FileIdentity: Entry]>([:])

  private struct Entry {
    weak var store: StudyStore?
  }

  /// Opens the study database at `path`, or makes it.
  ///
  /// A file that is open in this process already is shared.
  /// - Throws: `.cannotWrite` if the place cannot be written or another process uses the file;
  ///   `.badFile` if it is something else, damaged, or of a newer format.
  public static func open(_ path: String) throws(Failure) -> StudyStore {
    try open.withLock { stores throws(Failure) in
      if let identity = FileIdentity(path), let store = stores[identity]?.store { return store }
      let store = try StudyStore(path)
      stores = stores.filter { $0.value.store != nil }
      stores[store.identity] = Entry(store: store)
      return store
    }
  }

  private init(_ path: String) throws(Failure) {
    guard !path.isEmpty else {
      throw Failure(
        .cannotWrite, "an empty text is no file name",
        advice: "give a file's path, as in \"lead.db\"")
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw Failure(
        .badFile, "\(path) is a folder or a device, not a file",
        advice: "give a file's name, as in \"lead.db\"")
    }
    let connection = try Connection(path: path)
    try StudyStore.prepare(connection)
    guard let identity = FileIdentity(path) else { throw FileWriter.failure(path, errno) }
    self.path = path
    self.identity = identity
    self.connection = Mutex(connection)
  }

  /// Works with the file, one thread at a time.
  func use<Result: Sendable>(
    _ body: (Connection) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try connection.withLock { connection throws(Failure) in try body(connection) }
  }

  /// Makes sure that what is written will be found again: the path still names the open file.
  /// - Throws: `.cannotWrite` if the file was removed or replaced.
  public func checkPlace() throws(Failure) {
    guard FileIdentity(path) == identity else {
      throw Failure(
        .cannotWrite, "\(path) was removed or replaced while a study writes to it",
        advice: "put it back where it was, or make the study again with another file")
    }
  }

  /// Makes sure that there is room for results before they are paid for.
  /// - Parameter bytes: how much is wanted.
  /// - Throws: `.cannotWrite` if the disk has less.
  public func checkRoom(_ bytes: UInt64 = 1 << 20) throws(Failure) {
    var status = statvfs()
    // Where the system does not tell, writing will.
    guard statvfs(path, &status) == 0 else { return }
    let (free, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(
      by: UInt64(status.f_frsize))
    guard !overflows, free < bytes else { return }
    throw Failure(
      .cannotWrite,
      "the disk of \(path) has \(free / 1024) kB left, so that results might not be kept: nothing is evaluated",
      advice: "free some space and run the study again")
  }

  /// Moves what the write-ahead log holds into the file itself, so that a copy of the file alone
  /// has everything.
  /// - Throws: `.cannotWrite`; the rows are safe in the log all the same.
  public func consolidate() throws(Failure) {
    try use { connection throws(Failure) in
      _ = try connection.integer("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }
}

/// Which file a path names, whatever its spelling.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let node: UInt64

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    node = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
