import CZlib
import Core

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The lines of a text file, plain or gzip, one at a time and with bounded memory.
///
/// Whether a file is compressed is seen from its first bytes, not from its name. Lines end with LF
/// or CR LF; the last may lack its end; a UTF-8 byte order mark is dropped.
public final class LineSource {
  /// The file's path, as messages show it.
  public let path: String
  /// The number of the line returned last, from 1; 0 before the first.
  public private(set) var lineNumber = 0

  /// The longest line accepted, in bytes: longer ones are not text made of lines.
  private let limit: Int
  private let file: gzFile
  private let chunk: UnsafeMutablePointer<UInt8>
  private var position = 0
  private var end = 0
  private var atEnd = false
  private var partial: [UInt8] = []
  private static let capacity = 1 << 18

  /// Opens the file.
  /// - Parameter limit: the longest line accepted, in bytes.
  /// - Throws: `.badFile` if it is missing, unreadable, a folder, empty, or not text.
  public init(path: String, limit: Int = 1 << 24) throws(Failure) {
    self.path = path
    self.limit = limit
    var status = stat()
    guard stat(path, &status) == 0 else { throw LineSource.cannotOpen(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(
        .badFile, "\(path) is a folder, not a file", advice: "name one of the files in it")
    }
    guard let opened = gzopen(path, "rb") else { throw LineSource.cannotOpen(path, errno) }
    file = opened
    chunk = .allocate(capacity: LineSource.capacity)
    gzbuffer(file, UInt32(LineSource.capacity))
    try fill()
    if end == 0 { throw Failure(.badFile, "\(path) is empty", advice: "check how it was made") }
    try skipMark()
  }

  deinit {
    gzclose_r(file)
    chunk.deallocate()
  }

  /// A line, or why it is none.
  public enum Line: Sendable, Equatable {
    /// The line without its end.
    case text(String)
    /// What its bytes are instead of text; the lines after it can be read.
    case broken(Failure)
  }

  /// The next line without its end, or nil after the last.
  /// - Throws: `.badFile` with file and line: not UTF-8, binary, too long, a truncated or damaged
  ///   gzip file.
  public func next() throws(Failure) -> String? {
    switch try nextLine() {
    case .text(let text): return text
    case .broken(let failure): throw failure
    case nil: return nil
    }
  }

  /// The next line, or nil after the last; a line that is no text is returned as such.
  /// - Throws: `.badFile` for what ends all reading: a line too long, a truncated or damaged gzip file.
  public func nextLine() throws(Failure) -> Line? {
    partial.removeAll(keepingCapacity: true)
    while true {
      if position == end {
        if atEnd { (position, end) = (0, 0) } else { try fill() }
        if end == 0 {
          if partial.isEmpty { return nil }
          lineNumber += 1
          return try partial.withUnsafeBufferPointer { b throws(Failure) in try line(of: b) }
        }
      }
      let rest = UnsafeBufferPointer(start: chunk + position, count: end - position)
      guard let found = memchr(chunk + position, 0x0A, rest.count) else {
        partial.append(contentsOf: rest)
        position = end
        try checkLength(partial.count, line: lineNumber + 1)
        continue
      }
      let length = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - rest.baseAddress!
      position += length + 1
      lineNumber += 1
      if partial.isEmpty { return try line(of: UnsafeBufferPointer(rebasing: rest[..<length])) }
      partial.append(contentsOf: rest[..<length])
      return try partial.withUnsafeBufferPointer { b throws(Failure) in try line(of: b) }
    }
  }

  // MARK: Bytes

  private func fill() throws(Failure) {
    let count = gzread(file, chunk, UInt32(LineSource.capacity))
    position = 0
    end = max(0, Int(count))
    if count == LineSource.capacity { return }
    var code: Int32 = 0
    let message = gzerror(file, &code)
    atEnd = true
    switch code {
    case Z_OK, Z_STREAM_END: break
    case Z_BUF_ERROR:
      throw Failure(
        .badFile, "\(path) is a gzip file that ends too early",
        advice: "copy or download it again; it was cut off")
    case Z_ERRNO: throw LineSource.cannotOpen(path, errno)
    default:
      throw Failure(
        .badFile, "\(path) is a damaged gzip file (\(message.map { String(cString: $0) } ?? ""))",
        advice: "copy or download it again")
    }
  }

  private func skipMark() throws(Failure) {
    let head = (0..<min(6, end)).map { chunk[$0] }
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let signatures: [(bytes: [UInt8], what: String, advice: String)] = [
      ([0xFF, 0xFE], "UTF-16 text", "save it as UTF-8"),
      ([0xFE, 0xFF], "UTF-16 text", "save it as UTF-8"),
      ([0x50, 0x4B, 0x03, 0x04], "a zip archive", "unpack it, or use gzip"),
      ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41], "compressed by bzip2", "unpack it, or use gzip"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed by xz", "unpack it, or use gzip"),
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd", "unpack it, or use gzip"),
    ]
    for signature in signatures where head.starts(with: signature.bytes) {
      throw Failure(.badFile, "\(path) is \(signature.what)", advice: signature.advice)
    }
  }

  // MARK: Text

  private func line(of bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> Line {
    try checkLength(bytes.count, line: lineNumber)
    var bytes = bytes
    if bytes.last == 0x0D { bytes = UnsafeBufferPointer(rebasing: bytes.dropLast()) }
    if let base = bytes.baseAddress, memchr(base, 0, bytes.count) != nil {
      return .broken(
        Failure(
          .badFile, "line \(lineNumber) of \(path) holds a zero byte: this is not a text file",
          advice: "give a text file, plain or gzip"))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .broken(
        Failure(
          .badFile, "line \(lineNumber) of \(path) is not UTF-8 text",
          advice: "save the file as UTF-8, or give a text file"))
    }
    return .text(text)
  }

  private func checkLength(_ count: Int, line: Int) throws(Failure) {
    guard count > limit else { return }
    throw Failure(
      .badFile, "line \(line) of \(path) is longer than \(limit) bytes",
      advice: "check that it is a text file with one entry per line")
  }

  private static func cannotOpen(_ path: String, _ code: Int32) -> Failure {
    switch code {
    case ENOENT:
      Failure(
        .badFile, "there is no file \(path)", advice: "check its name and the folder you are in")
    case EACCES, EPERM:
      Failure(.badFile, "\(path) may not be read", advice: "change its permissions")
    default:
      Failure(.badFile, "\(path) cannot be read: \(String(cString: strerror(code)))")
    }
  }
}
