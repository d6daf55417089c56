#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes whole files so that a reader sees the old content or the new one, never a part.
public enum AtomicFile {
  /// Writes `bytes` to a new file beside `path` and moves it there.
  ///
  /// Permissions of a file that is replaced are kept, a symbolic link is followed, and a device or
  /// pipe (`/dev/stdout`) is written to directly.
  /// - Throws: `.cannotWrite` that names the file and the reason; the old file is then untouched.
  public static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    var target = path
    var status = stat()
    var mode: mode_t?
    if stat(path, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      if kind == S_IFDIR { throw failure(path, EISDIR) }
      if kind != S_IFREG { return try writeDirectly(bytes, to: path) }
      if access(path, W_OK) != 0 { throw failure(path, errno) }
      mode = status.st_mode & 0o7777
      if let real = realpath(path, nil) {
        target = String(cString: real)
        free(real)
      }
    }
    let (descriptor, temporary) = try openBeside(target, path)
    var error = put(bytes, descriptor)
    if error == 0, let mode, fchmod(descriptor, mode) != 0 { error = errno }
    if error == 0, fsync(descriptor) != 0 { error = errno }
    if close(descriptor) != 0, error == 0 { error = errno }
    if error == 0, rename(temporary, target) != 0 { error = errno }
    if error != 0 {
      unlink(temporary)
      throw failure(path, error)
    }
  }

  /// Writes `text` as UTF-8.
  public static func write(_ text: String, to path: String) throws(Failure) {
    try write(Array(text.utf8), to: path)
  }

  /// The failure that tells why `path` cannot be written, from an `errno`.
  public static func failure(_ path: String, _ error: Int32) -> Failure {
    let name = "\"\(path)\""
    switch error {
    case ENOENT, ENOTDIR:
      return Failure(
        .cannotWrite, "cannot write \(name): its folder does not exist",
        advice: "make the folder first, or write elsewhere")
    case EACCES, EPERM, EROFS:
      return Failure(
        .cannotWrite, "cannot write \(name): no permission",
        advice: "choose a folder you may write to")
    case ENOSPC, EDQUOT:
      return Failure(
        .cannotWrite, "cannot write \(name): the disk is full",
        advice: "free some space or write elsewhere, then try again")
    case EISDIR:
      return Failure(
        .cannotWrite, "cannot write \(name): it is a folder", advice: "add a file name to it")
    default:
      return Failure(.cannotWrite, "cannot write \(name): \(String(cString: strerror(error)))")
    }
  }

  private static func openBeside(_ target: String, _ path: String) throws(Failure)
    -> (descriptor: Int32, name: String)
  {
    for attempt in 0..<100 {
      let name = "\(target).\(getpid())-\(attempt).part"
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, name) }
      if errno != EEXIST { throw failure(path, errno) }
    }
    throw failure(path, EEXIST)
  }

  private static func writeDirectly(_ bytes: [UInt8], to path: String)
    throws(Failure)
  {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    if descriptor < 0 { throw failure(path, errno) }
    var error = put(bytes, descriptor)
    if close(descriptor) != 0, error == 0 { error = errno }
    if error != 0 { throw failure(path, error) }
  }

  /// Writes everything; 0 or the `errno` that stopped it.
  private static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let n = systemWrite(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        if n > 0 {
          offset += n
        } else if n < 0, errno != EINTR {
          return errno
        }
      }
      return 0
    }
  }
}

/// The system's `write`, whose name the type's own functions hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
