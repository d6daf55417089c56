#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes files that are either complete or not there at all.
///
/// The bytes go to a temporary file in the same folder, are flushed to the disk, and take the name
/// wanted in one step: a full disk, a crash or Ctrl-C leaves the older file as it was. What is not
/// a regular file (`/dev/stdout`, a pipe) is written directly.
public enum AtomicFile {
  /// Writes all of `bytes`.
  /// - Throws: `.cannotWrite` with the reason and what to do.
  public static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    try write(to: path) { file throws(Failure) in try file.write(bytes) }
  }

  /// Writes `text` as UTF-8.
  /// - Throws: `.cannotWrite` with the reason and what to do.
  public static func write(_ text: String, to path: String) throws(Failure) {
    try write(to: path) { file throws(Failure) in try file.write(text) }
  }

  /// Writes whatever `body` puts into the writer; if `body` throws, the file stays as it was.
  /// - Throws: `.cannotWrite`, or what `body` threw.
  public static func write(
    to path: String, _ body: (FileWriter) throws(Failure) -> Void
  ) throws(Failure) {
    guard !path.isEmpty else {
      throw Failure(.cannotWrite, "an empty text is no file name", advice: "give a file's path")
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(
        .cannotWrite, "\(path) is a folder, not a file", advice: "give a file's name in it")
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      let file = try FileWriter(path: path, flags: O_WRONLY, mode: 0, shown: path)
      try body(file)
      try file.close(durably: false)
      return
    }
    // Renaming asks only the folder; a file that its owner protected stays as it is.
    if exists, access(path, W_OK) != 0 { throw FileWriter.failure(path, errno) }
    // A link stays a link: what it points to is replaced.
    let target = exists ? resolved(path) : path
    let temporary = "\(target).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    let file = try FileWriter(
      path: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666, shown: path)
    do throws(Failure) {
      try body(file)
      if exists { fchmod(file.descriptor, status.st_mode & 0o7777) }
      try file.close(durably: true)
      guard rename(temporary, target) == 0 else { throw FileWriter.failure(path, errno) }
    } catch {
      file.abandon()
      unlink(temporary)
      throw error
    }
    syncFolder(of: target)
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Makes the new name itself survive a power cut; a file system that cannot is no error.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
