/// What SMILES and SELFIES say about one atom.
struct AtomSymbol: Equatable, Sendable {
  enum Chirality: UInt8, Sendable {
    case none
    case counterclockwise
    case clockwise

    var inverted: Chirality {
      switch self {
      case .none: .none
      case .counterclockwise: .clockwise
      case .clockwise: .counterclockwise
      }
    }
  }

  var element: Element
  var isAromatic = false
  var chirality = Chirality.none
  /// Hydrogens written in brackets; -1 for an atom without brackets, whose hydrogens are implied.
  var hydrogens: Int8 = -1
  /// Mass number, or -1 if none is given.
  var isotope: Int32 = -1
  var charge: Int32 = 0

  /// Whether SMILES writes the atom as its bare element symbol.
  var isPlain: Bool { hydrogens < 0 && isotope < 0 && chirality == .none && charge == 0 }

  /// Appends the atom without brackets, in SELFIES' spelling: explicit counts, `H0` for a bare
  /// bracket atom of the organic subset.
  func append(to text: inout [UInt8]) {
    if isotope >= 0 { appendDecimal(Int(isotope), to: &text) }
    let symbol = element.bytes
    text.append(symbol.first)
    if let second = symbol.second { text.append(second) }
    switch chirality {
    case .none: break
    case .counterclockwise: text.append(Ascii.at)
    case .clockwise:
      text.append(Ascii.at)
      text.append(Ascii.at)
    }
    if hydrogens > 0 {
      text.append(Ascii.hydrogen)
      text.append(Ascii.zero + UInt8(hydrogens))
    } else if hydrogens == 0, isotope < 0, chirality == .none, charge == 0,
      element.isOrganicSubset
    {
      text.append(Ascii.hydrogen)
      text.append(Ascii.zero)
    }
    if charge != 0 {
      text.append(charge > 0 ? Ascii.plus : Ascii.minus)
      appendDecimal(Int(abs(charge)), to: &text)
    }
  }
}

/// Bytes that SMILES and SELFIES are made of.
enum Ascii {
  static let hash = UInt8(ascii: "#")
  static let percent = UInt8(ascii: "%")
  static let open = UInt8(ascii: "(")
  static let close = UInt8(ascii: ")")
  static let plus = UInt8(ascii: "+")
  static let minus = UInt8(ascii: "-")
  static let dot = UInt8(ascii: ".")
  static let slash = UInt8(ascii: "/")
  static let backslash = UInt8(ascii: "\\")
  static let colon = UInt8(ascii: ":")
  static let equals = UInt8(ascii: "=")
  static let at = UInt8(ascii: "@")
  static let bracketOpen = UInt8(ascii: "[")
  static let bracketClose = UInt8(ascii: "]")
  static let zero = UInt8(ascii: "0")
  static let nine = UInt8(ascii: "9")
  static let hydrogen = UInt8(ascii: "H")

  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }
  @inline(__always) static func isUpper(_ byte: UInt8) -> Bool { byte &- 65 < 26 }
  @inline(__always) static func isLower(_ byte: UInt8) -> Bool { byte &- 97 < 26 }
}

func appendDecimal(_ value: Int, to text: inout [UInt8]) {
  if value < 10 {
    text.append(Ascii.zero + UInt8(value))
  } else {
    text.append(contentsOf: String(value).utf8)
  }
}
