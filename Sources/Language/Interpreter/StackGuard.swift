import Foundation

/// The lowest address the current thread's stack may grow to, with room left for native functions.
enum StackGuard {
  private static let main: UInt = measure()

  /// The limit for the calling thread.
  static func limit() -> UInt { Thread.isMainThread ? main : measure() }

  /// Whether the stack of the calling thread is used up to the limit.
  @inline(__always)
  static func isExhausted(_ limit: UInt) -> Bool {
    var probe: UInt8 = 0
    return withUnsafeMutablePointer(to: &probe) { UInt(bitPattern: $0) } < limit
  }

  private static func measure() -> UInt {
    let (low, size) = bounds()
    // A quarter of a small stack, a megabyte of a usual one, stays for what natives call.
    return low + min(size / 4, 1 << 20)
  }

  #if os(Linux)
    private typealias ReadAttributes =
      @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32

    /// `pthread_getattr_np`, a GNU function that Swift's Glibc module does not show.
    private static let attributesOfThread: ReadAttributes? = {
      guard let symbol = dlsym(nil, "pthread_getattr_np") else { return nil }
      return unsafeBitCast(symbol, to: ReadAttributes.self)
    }()
  #endif

  private static func bounds() -> (low: UInt, size: UInt) {
    #if os(Linux)
      var attributes = pthread_attr_t()
      guard let read = attributesOfThread, read(pthread_self(), &attributes) == 0 else {
        return (0, 0)
      }
      defer { pthread_attr_destroy(&attributes) }
      var low: UnsafeMutableRawPointer?
      var size = 0
      guard pthread_attr_getstack(&attributes, &low, &size) == 0 else { return (0, 0) }
      return (UInt(bitPattern: low), UInt(size))
    #else
      let size = UInt(pthread_get_stacksize_np(pthread_self()))
      return (UInt(bitPattern: pthread_get_stackaddr_np(pthread_self())) - size, size)
    #endif
  }
}
