import Foundation

/// A folder that goes when its owner goes.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/lbo-oracles-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A named pipe that tells when the last process that holds it open for writing has ended.
final class Witness: Sendable {
  let path: String
  private let folder: Folder
  private let reading: Int32

  init() throws {
    folder = try Folder()
    path = folder.path + "/witness"
    guard mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
    reading = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard reading >= 0 else { throw CocoaError(.fileReadUnknown) }
  }

  deinit { close(reading) }

  /// Whether text came in time; takes it.
  func waitForText(seconds: Int) -> Bool {
    var byte: UInt8 = 0
    for _ in 0..<(seconds * 100) {
      if read(reading, &byte, 1) == 1 { return true }
      usleep(10_000)
    }
    return false
  }

  /// Whether every process that held the pipe is gone in time (and at least one has held it).
  func allHolders(endWithin seconds: Int) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 256)
    var state = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    for _ in 0..<(seconds * 100) {
      // POLLHUP comes only after a writer was there and when none is left.
      if poll(&state, 1, 10) > 0 {
        if state.revents & Int16(POLLIN) != 0 { _ = read(reading, &buffer, buffer.count) }
        if state.revents & Int16(POLLHUP) != 0, state.revents & Int16(POLLIN) == 0 { return true }
      }
    }
    return false
  }
}
