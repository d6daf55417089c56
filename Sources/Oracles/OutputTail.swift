/// The end of what a program writes: everything up to a limit, then only the last bytes.
///
/// The end is what counts: a result is the last line, and an error's reason comes last.
struct OutputTail {
  let limit: Int
  private var stored: [UInt8] = []
  /// False once earlier bytes were dropped.
  private(set) var isWhole = true

  init(limit: Int) { self.limit = limit }

  /// The bytes that are left, at most `limit`.
  var bytes: [UInt8] { stored.count > limit ? Array(stored.suffix(limit)) : stored }

  mutating func append(_ new: UnsafeRawBufferPointer) {
    stored.append(contentsOf: new)
    if stored.count > limit { isWhole = false }
    // Dropping moves what stays: doing it rarely keeps long outputs cheap.
    if stored.count > limit + max(limit / 4, 1 << 16) {
      stored.removeFirst(stored.count - limit)
    }
  }

  /// The last lines that are not blank, joined to one, for a message; nil when there are none.
  func lastLines(_ count: Int, characters: Int = 400) -> String? {
    let text = String(decoding: bytes.suffix(8 * characters), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline)
      .map { line in
        String(
          line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init)
        )
        .trimmingSpaces
      }
      .filter { !$0.isEmpty }
    guard !lines.isEmpty else { return nil }
    let joined = lines.suffix(count).joined(separator: " | ")
    return joined.count > characters ? "…" + joined.suffix(characters) : joined
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last].drop { $0 == " " })
  }
}
