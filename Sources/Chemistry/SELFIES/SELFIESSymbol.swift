/// What one SELFIES symbol means to the decoder.
enum SELFIESSymbol {
  case atom(AtomSymbol, order: Int32, stereo: UInt8)
  case branch(order: Int32, digits: Int)
  case ring(order: Int32, digits: Int, left: UInt8, right: UInt8)
  case end
  case skip

  /// Reads a symbol with its brackets; nil if it is not known.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    let inner = UnsafeBufferPointer(rebasing: bytes[1..<(bytes.count - 1)])
    // Branch and ring symbols end in a digit that follows "ch" or "ng".
    if inner.count >= 5, Ascii.isDigit(inner[inner.count - 1]) {
      let tail = (inner[inner.count - 3], inner[inner.count - 2])
      if tail == (UInt8(ascii: "c"), UInt8(ascii: "h")) {
        self.init(branch: inner)
        return
      }
      if tail == (UInt8(ascii: "n"), UInt8(ascii: "g")) {
        self.init(ring: inner)
        return
      }
    }
    if matches(inner, "nop") {
      self = .skip
    } else if matches(inner, "epsilon") {
      self = .end
    } else {
      self.init(atom: inner)
    }
  }

  private init?(branch inner: UnsafeBufferPointer<UInt8>) {
    let bond = SELFIESSymbol.bond(inner[0])
    guard let digits = SELFIESSymbol.digits(inner), bond.stereo == 0,
      matches(inner[(bond.isPresent ? 1 : 0)..<(inner.count - 1)], "Branch")
    else { return nil }
    self = .branch(order: bond.order, digits: digits)
  }

  private init?(ring inner: UnsafeBufferPointer<UInt8>) {
    guard let digits = SELFIESSymbol.digits(inner) else { return nil }
    let name = inner.count - 5  // "Ring" and the digit
    guard matches(inner[name..<(inner.count - 1)], "Ring") else { return nil }
    switch name {
    case 0:
      self = .ring(order: 1, digits: digits, left: 0, right: 0)
    case 1:
      let bond = SELFIESSymbol.bond(inner[0])
      guard bond.order > 1 else { return nil }
      self = .ring(order: bond.order, digits: digits, left: 0, right: 0)
    case 2:
      guard let left = SELFIESSymbol.stereo(inner[0]), let right = SELFIESSymbol.stereo(inner[1]),
        left != 0 || right != 0
      else { return nil }
      self = .ring(order: 1, digits: digits, left: left, right: right)
    default:
      return nil
    }
  }

  private init?(atom inner: UnsafeBufferPointer<UInt8>) {
    guard let first = inner.first else { return nil }
    let bond = SELFIESSymbol.bond(first)
    var i = bond.isPresent ? 1 : 0
    let start = i
    guard let isotope = BracketAtom.digits(inner, &i, orElse: -1) else { return nil }
    guard i < inner.count, Ascii.isUpper(inner[i]) else { return nil }
    let letter = inner[i]
    i += 1
    var second: UInt8 = 0
    if i < inner.count, Ascii.isLower(inner[i]) {
      second = inner[i]
      i += 1
    }
    guard let element = Element(letter, second) else { return nil }
    var atom = AtomSymbol(element: element)
    let elementOnly = isotope < 0 && i == inner.count && i - start <= 2
    if !(elementOnly && element.isOrganicSubset) {
      atom.isotope = Int32(isotope)
      atom.chirality = BracketAtom.chirality(inner, &i)
      atom.hydrogens = 0
      if i + 1 < inner.count, inner[i] == Ascii.hydrogen, Ascii.isDigit(inner[i + 1]) {
        atom.hydrogens = Int8(inner[i + 1] - Ascii.zero)
        i += 2
      }
      if i < inner.count, inner[i] == Ascii.plus || inner[i] == Ascii.minus {
        let sign: Int32 = inner[i] == Ascii.plus ? 1 : -1
        i += 1
        // The grammar of the symbols has no 0 in a charge.
        guard !inner[i...].contains(Ascii.zero),
          let size = BracketAtom.digits(inner, &i, orElse: -1), size > 0
        else { return nil }
        atom.charge = sign * Int32(size)
      }
    }
    guard i == inner.count else { return nil }
    self = .atom(atom, order: bond.order, stereo: bond.stereo)
  }

  private static func bond(_ byte: UInt8) -> (order: Int32, stereo: UInt8, isPresent: Bool) {
    switch byte {
    case Ascii.equals: (2, 0, true)
    case Ascii.hash: (3, 0, true)
    case Ascii.slash, Ascii.backslash: (1, byte, true)
    default: (1, 0, false)
    }
  }

  /// The direction at one end of a ring bond: 0 for `-`, nil for anything but `-`, `/`, `\`.
  private static func stereo(_ byte: UInt8) -> UInt8? {
    switch byte {
    case Ascii.minus: 0
    case Ascii.slash, Ascii.backslash: byte
    default: nil
    }
  }

  private static func digits(_ inner: UnsafeBufferPointer<UInt8>) -> Int? {
    let digits = Int(inner[inner.count - 1] - Ascii.zero)
    return (1...3).contains(digits) ? digits : nil
  }

  /// The value of a symbol where a length is spelled: its place in the index alphabet, or 0 for
  /// every other symbol.
  static func index(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let inner = bytes[1..<(bytes.count - 1)]
    return indexNames.firstIndex { matches(inner, $0) } ?? 0
  }

  private static let indexNames: [StaticString] = [
    "C", "Ring1", "Ring2", "Branch1", "=Branch1", "#Branch1", "Branch2", "=Branch2", "#Branch2",
    "O", "N", "=N", "=C", "#C", "S", "P",
  ]
}

@inline(__always)
private func matches(_ bytes: some Collection<UInt8>, _ text: StaticString) -> Bool {
  guard bytes.count == text.utf8CodeUnitCount else { return false }
  return bytes.elementsEqual(
    UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
}
