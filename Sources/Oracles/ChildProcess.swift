import Core
import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that runs in a process group of its own, so that it can be stopped with all it started.
///
/// One thread starts it, reads both its outputs and waits for its end; other threads may run
/// others at the same time.
final class ChildProcess {
  /// How it ended.
  enum End: Equatable {
    case exited(code: Int32)
    case signalled(Int32)
    case timedOut
    case cancelled

    /// Whether a signal that stops programs ended it, or what it ran, of which shells tell by 128 and the
    /// signal's number.
    var isByStop: Bool {
      switch self {
      case .signalled(let signal): Self.stops.contains(signal)
      case .exited(let code): Self.stops.contains(code - 128)
      case .timedOut, .cancelled: false
      }
    }

    private static let stops: [Int32] = [SIGHUP, SIGINT, SIGTERM, SIGKILL]
  }

  private(set) var output = OutputTail(limit: 16 << 20)
  private(set) var errors = OutputTail(limit: 1 << 16)
  private let pid: pid_t
  private var descriptors: [Int32]
  private var isReaped = false

  /// Between TERM and KILL after the time is up, for a program to clean up behind it.
  private static let courtesy = Duration.seconds(2)
  /// How long outputs are still read when the program ended but something it started has them open.
  private static let grace = Duration.milliseconds(500)

  /// Starts the program of a path.
  /// - Throws: `.external` when the system cannot.
  init(_ program: String, _ arguments: [String]) throws(Failure) {
    let outputs = try Pipe()
    let errors = try Pipe()
    pid = try ChildProcess.spawn(
      program, arguments, output: outputs.writing, errors: errors.writing)
    descriptors = [outputs.takeReading(), errors.takeReading()]
  }

  deinit {
    for descriptor in descriptors where descriptor >= 0 { close(descriptor) }
    if !isReaped {
      kill(-pid, SIGKILL)
      _ = reap()
    }
  }

  /// Reads until the program has ended; stops it when its time is up or the user asks to.
  ///
  /// What the program left running in its group is stopped, too.
  func wait(timeout: Duration, cancellation: Cancellation) -> End {
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    var pause: Int32 = 1
    while !hasEnded {
      if cancellation.isRequested { return finish(.cancelled) }
      if clock.now >= deadline {
        kill(-pid, SIGTERM)
        let last = clock.now + ChildProcess.courtesy
        // The shell itself ends first; what it ran may still be cleaning up, with outputs open.
        while !hasEnded || isOpen, clock.now < last, !cancellation.isRequested {
          pump(milliseconds: 20)
        }
        return finish(.timedOut)
      }
      // With both outputs closed nothing wakes us at its end, which is most often near.
      pump(milliseconds: isOpen ? 20 : pause)
      pause = isOpen ? 1 : min(20, pause * 2)
    }
    let last = clock.now + ChildProcess.grace
    while isOpen, clock.now < last, !cancellation.isRequested { pump(milliseconds: 20) }
    return finish(nil)
  }

  /// Kills what is left of the group, reads what is there, and frees the process's place.
  private func finish(_ end: End?) -> End {
    // Before reaping: as long as the place is taken, the group's number cannot be another's.
    kill(-pid, SIGKILL)
    pump(milliseconds: 0)
    let status = reap()
    if let end { return end }
    // As `wait` encodes it: the exit code in the second byte, a signal in the first.
    let signal = status & 0x7F
    return signal == 0 ? .exited(code: (status >> 8) & 0xFF) : .signalled(signal)
  }

  private var isOpen: Bool { descriptors.contains { $0 >= 0 } }

  /// Whether the program has ended, without freeing its place.
  private var hasEnded: Bool {
    var info = siginfo_t()
    var result: Int32
    repeat {
      info.si_signo = 0
      result = waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT)
    } while result != 0 && errno == EINTR
    return result != 0 || info.si_signo != 0
  }

  private func reap() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    isReaped = true
    return status
  }

  // MARK: Reading

  /// Waits for output, and takes what is there, a bounded amount so that a program that never
  /// stops writing cannot keep us from looking at the clock.
  private func pump(milliseconds: Int32) {
    var watched = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&watched, nfds_t(watched.count), milliseconds) > 0 else { return }
    for i in watched.indices where watched[i].revents != 0 {
      if !take(i) {
        close(descriptors[i])
        descriptors[i] = -1
      }
    }
  }

  /// Reads up to a megabyte; false when no more can come.
  private func take(_ i: Int) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      for _ in 0..<16 {
        let count = read(descriptors[i], buffer.baseAddress, buffer.count)
        if count == 0 { return false }
        if count < 0 {
          if errno == EINTR { continue }
          return errno == EAGAIN
        }
        let new = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if i == 0 { output.append(new) } else { errors.append(new) }
      }
      return true
    }
  }
}
