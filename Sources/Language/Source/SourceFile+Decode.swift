extension SourceFile {
  /// The source in a file's bytes.
  /// - Throws: a diagnostic with the line when the bytes are not UTF-8 text.
  public static func decode(name: String, bytes: [UInt8]) throws(Diagnostic) -> SourceFile {
    let lossy = SourceFile(name: name, text: String(decoding: bytes, as: UTF8.self))
    if lossy.bytes == bytes, !bytes.contains(0) { return lossy }
    let bad =
      bytes.firstIndex(of: 0) ?? zip(lossy.bytes, bytes).enumerated()
      .first { $0.element.0 != $0.element.1 }?.offset ?? min(lossy.bytes.count, bytes.count)
    throw Diagnostic(
      .notText, "this is not a text file in UTF-8", at: Span(lossy, bad..<bad + 1),
      advice: "check the file's name; save it as UTF-8 if it is a script")
  }
}
