#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The C library's correctly rounded decimal conversion.
enum CFormat {
  static func fixed(_ x: Double, _ decimals: Int) -> String { run("%.*f", decimals, x) }
  static func scientific(_ x: Double, _ decimals: Int) -> String { run("%.*e", decimals, x) }

  private static func run(_ format: String, _ decimals: Int, _ x: Double) -> String {
    // The longest text is %f of the largest double: 309 digits, a point, and the decimals.
    let count = 340 + max(0, decimals)
    return String(unsafeUninitializedCapacity: count) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { chars in
        withVaList([Int32(clamping: decimals), x]) { list in
          max(0, Int(vsnprintf(chars.baseAddress, count, format, list)))
        }
      }
    }
  }
}
