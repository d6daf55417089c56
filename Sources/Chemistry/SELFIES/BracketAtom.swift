/// Reads what stands between the brackets of a SMILES atom.
enum BracketAtom {
  /// Isotope, element, chirality, hydrogens, charge and atom class, in this order, all but the
  /// element optional; nil if `bytes` is anything else or the element is not known. The class is
  /// read and dropped: SELFIES cannot say it.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> AtomSymbol? {
    var i = 0
    guard let isotope = digits(bytes, &i, orElse: -1) else { return nil }
    guard i < bytes.count, Ascii.isUpper(bytes[i]) || Ascii.isLower(bytes[i]) else { return nil }
    let first = bytes[i]
    i += 1
    var second: UInt8 = 0
    if i < bytes.count, Ascii.isLower(bytes[i]) {
      second = bytes[i]
      i += 1
    }
    let isLower = Ascii.isLower(first)
    guard let element = Element(isLower ? first - 32 : first, second) else { return nil }
    var atom = AtomSymbol(element: element, isAromatic: isLower && element.aromaticity != nil)
    atom.isotope = Int32(isotope)
    atom.chirality = chirality(bytes, &i)
    atom.hydrogens = 0
    if i < bytes.count, bytes[i] == Ascii.hydrogen {
      i += 1
      atom.hydrogens = 1
      if i < bytes.count, Ascii.isDigit(bytes[i]) {
        atom.hydrogens = Int8(bytes[i] - Ascii.zero)
        i += 1
      }
    }
    guard let charge = charge(bytes, &i) else { return nil }
    atom.charge = Int32(charge)
    if i < bytes.count, bytes[i] == Ascii.colon {
      i += 1
      let start = i
      while i < bytes.count, Ascii.isDigit(bytes[i]) { i += 1 }
      if i == start { return nil }
    }
    return i == bytes.count ? atom : nil
  }

  static func chirality(
    _ bytes: UnsafeBufferPointer<UInt8>, _ i: inout Int
  ) -> AtomSymbol.Chirality {
    guard i < bytes.count, bytes[i] == Ascii.at else { return .none }
    i += 1
    guard i < bytes.count, bytes[i] == Ascii.at else { return .counterclockwise }
    i += 1
    return .clockwise
  }

  /// A run of decimal digits, `missing` if there is none, nil if too large to be a mass or charge.
  static func digits(
    _ bytes: UnsafeBufferPointer<UInt8>, _ i: inout Int, orElse missing: Int
  ) -> Int? {
    let start = i
    var value = 0
    while i < bytes.count, Ascii.isDigit(bytes[i]) {
      value = value * 10 + Int(bytes[i] - Ascii.zero)
      if value > 99_999_999 { return nil }
      i += 1
    }
    return i == start ? missing : value
  }

  /// `+`, `--`, `+2`, …; 0 if there is no sign, nil if too large.
  private static func charge(_ bytes: UnsafeBufferPointer<UInt8>, _ i: inout Int) -> Int? {
    guard i < bytes.count, bytes[i] == Ascii.plus || bytes[i] == Ascii.minus else { return 0 }
    let sign = bytes[i]
    i += 1
    let size: Int
    if i < bytes.count, Ascii.isDigit(bytes[i]) {
      guard let value = digits(bytes, &i, orElse: 1) else { return nil }
      size = value
    } else {
      var count = 1
      while i < bytes.count, bytes[i] == sign {
        count += 1
        i += 1
      }
      size = count
    }
    return sign == Ascii.plus ? size : -size
  }
}
