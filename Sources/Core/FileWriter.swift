#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A buffered file being written; `AtomicFile.write(to:_:)` makes one.
public final class FileWriter {
  let descriptor: Int32
  /// The path the user gave: messages name it, not the temporary file.
  private let shown: String
  private var buffer: [UInt8] = []
  private var isOpen = true
  private static let capacity = 1 << 16

  init(path: String, flags: Int32, mode: mode_t, shown: String) throws(Failure) {
    self.shown = shown
    descriptor = open(path, flags | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileWriter.failure(shown, errno) }
    buffer.reserveCapacity(FileWriter.capacity)
  }

  deinit { abandon() }

  /// Appends `text` as UTF-8.
  /// - Throws: `.cannotWrite` with the reason.
  public func write(_ text: String) throws(Failure) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= FileWriter.capacity { try flush() }
  }

  /// Appends `bytes`.
  /// - Throws: `.cannotWrite` with the reason.
  public func write(_ bytes: [UInt8]) throws(Failure) {
    try flush()
    try bytes.withUnsafeBufferPointer { b throws(Failure) in
      try put(UnsafeRawBufferPointer(b))
    }
  }

  /// Appends the bytes of `raw`, without copying them.
  /// - Throws: `.cannotWrite` with the reason.
  public func write(_ raw: UnsafeRawBufferPointer) throws(Failure) {
    try flush()
    try put(raw)
  }

  private func flush() throws(Failure) {
    try buffer.withUnsafeBufferPointer { b throws(Failure) in
      try put(UnsafeRawBufferPointer(b))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ raw: UnsafeRawBufferPointer) throws(Failure) {
    guard let base = raw.baseAddress else { return }
    var done = 0
    while done < raw.count {
      #if canImport(Glibc)
        let count = Glibc.write(descriptor, base + done, raw.count - done)
      #else
        let count = Darwin.write(descriptor, base + done, raw.count - done)
      #endif
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw FileWriter.failure(shown, errno)
      }
    }
  }

  func close(durably: Bool) throws(Failure) {
    try flush()
    if durably, fsync(descriptor) != 0 { throw FileWriter.failure(shown, errno) }
    isOpen = false
    guard posixClose(descriptor) == 0 else { throw FileWriter.failure(shown, errno) }
  }

  func abandon() {
    if isOpen { _ = posixClose(descriptor) }
    isOpen = false
  }

  /// The failure that tells why `path` cannot be written, from an `errno`.
  public static func failure(_ path: String, _ code: Int32) -> Failure {
    let (reason, advice): (String, String) =
      switch code {
      case ENOSPC, EDQUOT: ("the disk is full", "free some space, or write to another place")
      case EACCES, EPERM: ("writing there is not allowed", "write to a folder of your own")
      case EROFS: ("it is on a read-only disk", "write to another place")
      case ENOENT: ("its folder does not exist", "make the folder first, or correct the path")
      case ENOTDIR: ("a part of its path is a file, not a folder", "correct the path")
      case ENAMETOOLONG: ("its name is too long", "give a shorter name")
      default: (String(cString: strerror(code)), "write to another place")
      }
    return Failure(.cannotWrite, "cannot write \(path): \(reason)", advice: advice)
  }
}

/// The C function, whose name the class's own method hides.
private func posixClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
