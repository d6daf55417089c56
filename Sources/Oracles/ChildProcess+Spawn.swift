import Core
import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ChildProcess {
  /// Starts a program with nothing to read, its outputs in two pipes, usual signals and a process
  /// group of its own, whose number is the returned one.
  /// - Throws: `.external` with the system's reason.
  static func spawn(
    _ program: String, _ arguments: [String], output: Int32, errors: Int32
  ) throws(Failure) -> pid_t {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    guard posix_spawn_file_actions_init(&actions) == 0 else { throw failure(ENOMEM) }
    defer { posix_spawn_file_actions_destroy(&actions) }
    guard posix_spawnattr_init(&attributes) == 0 else { throw failure(ENOMEM) }
    defer { posix_spawnattr_destroy(&attributes) }

    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    // A file that another thread holds open is none of the program's business. Ours close by
    // themselves; this is for those that libraries opened. Closing one that is gone is no error.
    #if canImport(Glibc)
      let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
      for descriptor in open.compactMap(Int32.init) where descriptor > 2 {
        posix_spawn_file_actions_addclose(&actions, descriptor)
      }
    #else
      flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
    #endif
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGHUP, SIGCHLD] {
      sigaddset(&signals, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &signals)

    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var pid: pid_t = 0
    let code = withCStrings([program] + arguments) { argv in
      withCStrings(environment) { envp in
        posix_spawn(&pid, program, &actions, &attributes, argv, envp)
      }
    }
    guard code == 0 else { throw failure(code) }
    return pid
  }

  /// The failure of starting a program.
  private static func failure(_ code: Int32) -> Failure {
    let advice: String? =
      switch code {
      case E2BIG: "it is too long: write long data to a file, and pass the file's name"
      case EAGAIN, ENOMEM: "close other programs, or use fewer threads (--threads)"
      case EMFILE, ENFILE: "too many files are open: use fewer threads (--threads)"
      default: nil
      }
    return Failure(
      .external, "could not be started: \(String(cString: strerror(code)))", advice: advice)
  }

  /// Calls `body` with a null-terminated array of C strings.
  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  }

  /// A pipe that no other program inherits; both ends are closed with it unless taken.
  final class Pipe {
    private var reading: Int32
    let writing: Int32

    /// - Throws: `.external` when too many files are open.
    init() throws(Failure) {
      var raw: [Int32] = [-1, -1]
      guard pipe(&raw) == 0 else { throw ChildProcess.failure(errno) }
      // Ends above 2: the program's own 0, 1 and 2 are assigned from them.
      let ends = raw.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
      let code = errno
      for end in raw { close(end) }
      (reading, writing) = (ends[0], ends[1])
      guard ends.allSatisfy({ $0 >= 0 }) else {
        for end in ends where end >= 0 { close(end) }
        reading = -1
        throw ChildProcess.failure(code)
      }
      _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    deinit {
      if reading >= 0 { close(reading) }
      if writing >= 0 { close(writing) }
    }

    /// Hands the reading end over to the caller.
    func takeReading() -> Int32 {
      defer { reading = -1 }
      return reading
    }
  }
}
