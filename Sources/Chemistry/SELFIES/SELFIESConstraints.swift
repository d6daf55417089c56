import Core

/// How many bonds each kind of atom may make: the semantic constraints of SELFIES.
///
/// A bond capacity counts bond orders, hydrogens in brackets included, and is given by element
/// and charge (`"N"`, `"N+1"`, `"O-1"`); `"?"` stands for every kind not listed.
public struct SELFIESConstraints: Sendable, Equatable {
  /// Capacity by kind of atom, `"?"` among them.
  public let capacities: [String: Int]
  private let table: [Int32]

  private static let chargeLimit = 9
  private static let columns = 2 * chargeLimit + 1

  /// The presets by the names users write.
  public static let presetNames = ["default", "2.0", "octet_rule", "hypervalent"]

  /// The default of SELFIES 2.2: ions keep to octet-like capacities (`C+1` 3, `P+1` 4, `S+1` 5).
  public static let standard = SELFIESConstraints(trusted: base)

  /// The default of SELFIES 2.0 and 2.1, where a positive charge adds a bond (`C+1` 5, `S+1` 7).
  public static let legacy = SELFIESConstraints(
    trusted: base.merging(
      ["C+1": 5, "P+1": 6, "P-1": 4, "S+1": 7], uniquingKeysWith: { $1 }))

  /// Sulfur and phosphorus keep to the octet rule.
  public static let octetRule = SELFIESConstraints(
    trusted: base.merging(
      ["S": 2, "S+1": 3, "S-1": 1, "P": 3, "P+1": 4, "P-1": 2], uniquingKeysWith: { $1 }))

  /// Halogens may make seven bonds and nitrogen five.
  public static let hypervalent = SELFIESConstraints(
    trusted: base.merging(["Cl": 7, "Br": 7, "I": 7, "N": 5], uniquingKeysWith: { $1 }))

  // Figures of the published package, version 2.2 (arXiv:2204.00056 describes 2.0).
  private static let base = [
    "H": 1, "F": 1, "Cl": 1, "Br": 1, "I": 1, "B": 3, "B+1": 2, "B-1": 4, "O": 2, "O+1": 3,
    "O-1": 1, "N": 3, "N+1": 4, "N-1": 2, "C": 4, "C+1": 3, "C-1": 3, "P": 5, "P+1": 4, "P-1": 6,
    "S": 6, "S+1": 5, "S-1": 5, "?": 8,
  ]

  /// The preset of this name.
  /// - Throws: `.unknownName` with a suggestion.
  public static func preset(_ name: String) throws(Failure) -> SELFIESConstraints {
    switch name {
    case "default": return .standard
    case "2.0": return .legacy
    case "octet_rule": return .octetRule
    case "hypervalent": return .hypervalent
    default:
      throw Failure(
        .unknownName, "there are no SELFIES constraints named \"\(name)\"",
        advice: Suggestion.phrase(for: name, among: presetNames)
          ?? "the presets are \(presetNames.joined(separator: ", "))")
    }
  }

  /// Constraints of one's own.
  /// - Throws: `.badArgument` if `"?"` is missing, a key is no element with an optional charge, or
  ///   a capacity is negative.
  public init(_ capacities: [String: Int]) throws(Failure) {
    guard capacities["?"] != nil else {
      throw Failure(
        .badArgument, "the SELFIES constraints do not say how many bonds other atoms may make",
        advice: "add an entry \"?\", for example \"?\": 8")
    }
    for (key, capacity) in capacities.sorted(by: { $0.key < $1.key }) {
      if key != "?", SELFIESConstraints.kind(key) == nil {
        throw Failure(
          .badArgument, "\"\(key)\" is no kind of atom",
          advice: "write an element with an optional charge, for example \"N\", \"N+1\" or \"O-1\"")
      }
      if capacity < 0 || capacity > 1_000 {
        throw Failure(
          .badArgument, "the capacity of \"\(key)\" is \(capacity)",
          advice: "give a number of bonds from 0 up")
      }
    }
    self.init(trusted: capacities)
  }

  private init(trusted capacities: [String: Int]) {
    self.capacities = capacities
    let other = Int32(capacities["?"] ?? 8)
    var table = [Int32](repeating: other, count: Element.count * SELFIESConstraints.columns)
    for (key, capacity) in capacities {
      guard let (element, charge) = SELFIESConstraints.kind(key),
        abs(charge) <= SELFIESConstraints.chargeLimit
      else { continue }
      table[
        Int(element.index) * SELFIESConstraints.columns + charge + SELFIESConstraints.chargeLimit] =
        Int32(capacity)
    }
    self.table = table
  }

  /// "N" is (nitrogen, 0), "N+1" (nitrogen, 1).
  private static func kind(_ key: String) -> (Element, Int)? {
    guard let sign = key.firstIndex(where: { $0 == "+" || $0 == "-" }) else {
      return Element(symbol: key).map { ($0, 0) }
    }
    let digits = key[key.index(after: sign)...]
    guard let element = Element(symbol: key[..<sign]), digits.allSatisfy(\.isASCII),
      digits.first?.isNumber == true, let size = Int(digits), (1...99).contains(size)
    else { return nil }
    return (element, key[sign] == "+" ? size : -size)
  }

  /// Bonds the atom may make beside the hydrogens written in its brackets; may be negative.
  func capacity(of atom: AtomSymbol) -> Int32 {
    let charge = Int(atom.charge)
    let hydrogens = max(0, Int32(atom.hydrogens))
    if abs(charge) <= SELFIESConstraints.chargeLimit {
      return table[
        Int(atom.element.index) * SELFIESConstraints.columns + charge
          + SELFIESConstraints.chargeLimit] - hydrogens
    }
    let sign = charge > 0 ? "+" : ""
    return Int32(capacities["\(atom.element.symbol)\(sign)\(charge)"] ?? capacities["?"] ?? 8)
      - hydrogens
  }

  /// The semantic robust alphabet: every symbol whose random strings decode to molecules that keep
  /// these constraints, sorted. Atoms of the kinds listed with each bond they can make, branches,
  /// rings, and the symbols that spell lengths.
  public var alphabet: [String] {
    var symbols = Set(SELFIES.indexAlphabet)
    for (kind, capacity) in capacities where kind != "?" {
      for (order, bond) in [(1, ""), (2, "="), (3, "#")] where order <= capacity {
        symbols.insert("[\(bond)\(kind)]")
      }
    }
    for size in 1...3 {
      symbols.formUnion(["[Ring\(size)]", "[=Ring\(size)]"])
      symbols.formUnion(["[Branch\(size)]", "[=Branch\(size)]", "[#Branch\(size)]"])
    }
    return symbols.sorted()
  }
}
