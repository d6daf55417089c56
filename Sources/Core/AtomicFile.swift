import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes whole files so that a reader sees the old contents or the new ones, never a part.
public enum AtomicFile {
  /// Replaces the file at `path` by these pieces, one after the other: a temporary file beside it is
  /// written, flushed to the disk and renamed. A device or pipe is written in place.
  /// - Throws: `.cannotWrite` with the system's reason; the old file, if any, is then untouched.
  public static func write(_ pieces: [Data], to path: String) throws(Failure) {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    var status = stat()
    let exists = stat(target, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR {
      throw Failure(
        .cannotWrite, "cannot write `\(path)`: it is a folder", advice: "name a file in it")
    }
    if exists, kind != S_IFREG {
      let file = open(target, O_WRONLY)
      guard file >= 0 else { throw failure(path, errno) }
      try finish(file, pieces, path, flush: false)
      return
    }
    if exists, access(target, W_OK) != 0 { throw failure(path, errno) }
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    var template = Array((folder + "/.lbo-XXXXXX").utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw failure(path, errno) }
    let temporary = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    do throws(Failure) {
      fchmod(file, exists ? status.st_mode & 0o7777 : 0o666 & ~currentMask)
      try finish(file, pieces, path, flush: true)
      guard rename(temporary, target) == 0 else { throw failure(path, errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    // The rename itself lasts once the folder is on the disk; some file systems refuse, harmlessly.
    let directory = open(folder, O_RDONLY)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// The permissions new files must not have; reading it means setting it for a moment.
  private static let currentMask: mode_t = {
    let mask = umask(0o022)
    umask(mask)
    return mask
  }()

  /// Writes all pieces and closes the file, also when it fails.
  private static func finish(
    _ file: Int32, _ pieces: [Data], _ path: String, flush: Bool
  ) throws(Failure) {
    var problem: Int32 = 0
    for piece in pieces where problem == 0 {
      piece.withUnsafeBytes { bytes in
        var done = 0
        while done < bytes.count {
          let written = Foundation.write(file, bytes.baseAddress! + done, bytes.count - done)
          if written >= 0 {
            done += written
          } else if errno != EINTR {
            problem = errno
            return
          }
        }
      }
    }
    if problem == 0, flush, fsync(file) != 0 { problem = errno }
    // Network file systems report a full disk only here.
    if close(file) != 0, problem == 0 { problem = errno }
    if problem != 0 { throw failure(path, problem) }
  }

  private static func failure(_ path: String, _ code: Int32) -> Failure {
    let advice: String? =
      switch code {
      case ENOSPC, EDQUOT: "free some space, or choose another place"
      case ENOENT, ENOTDIR: "check that its folder exists"
      case EACCES, EPERM, EROFS: "choose a place you may write to"
      default: nil
      }
    let reason = String(cString: strerror(code)).lowercased()
    return Failure(.cannotWrite, "cannot write `\(path)`: \(reason)", advice: advice)
  }
}
