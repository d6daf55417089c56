extension Double {
  /// A number as people write it: Swift's own reader also takes hexadecimal ones, such as a sample's code
  /// `0x10`.
  public init?(decimal text: some StringProtocol) {
    guard !text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) else { return nil }
    self.init(String(text))
  }
}
