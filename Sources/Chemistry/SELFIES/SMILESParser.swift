/// Why a text is not SMILES that SELFIES can express, and the byte at which this shows (from 0).
struct SMILESProblem: Error {
  var reason: String
  var position: Int
}

/// Reads SMILES into a graph, keeping the order of atoms and bonds.
///
/// The language is that of the published SELFIES package: no wildcard `*`, no quadruple bond `$`,
/// no chirality but `@` and `@@`, no ring bond across a dot.
struct SMILESParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var graph: SMILESGraph
  private var position = 0
  /// The atom that the next one is bound to, or -1 at the start of a part.
  private var previous: Int32 = -1
  private var branches: [(base: Int32, position: Int)] = []
  /// True where an atom must follow: at the start of a part or branch.
  private var atStart = true
  private var rings = [OpenRing](repeating: OpenRing(), count: 110)
  private var openRings = 0

  private struct OpenRing {
    var bond: Int32 = -1
    var bondByte: UInt8 = 0
    var position = 0
  }

  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(SMILESProblem) -> SMILESGraph {
    var parser = SMILESParser(bytes)
    try parser.run()
    return parser.graph
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    graph = SMILESGraph(capacity: bytes.count)
  }

  private mutating func run() throws(SMILESProblem) {
    if bytes.isEmpty { throw SMILESProblem(reason: "it is empty", position: 0) }
    while position < bytes.count {
      var byte = bytes[position]
      if byte == Ascii.dot {
        try endPart()
        position += 1
        continue
      }
      var bond: UInt8 = 0
      if SMILESParser.isBond(byte) {
        bond = byte
        position += 1
        guard position < bytes.count else {
          throw SMILESProblem(reason: "a bond leads nowhere", position: position - 1)
        }
        byte = bytes[position]
      }
      if Ascii.isUpper(byte) || Ascii.isLower(byte) {
        try readPlainAtom(byte, bond)
      } else if byte == Ascii.bracketOpen {
        try readBracketAtom(bond)
      } else if byte == Ascii.open || byte == Ascii.close {
        if bond != 0 {
          throw SMILESProblem(reason: "a bond leads nowhere", position: position - 1)
        }
        try readBranch(opens: byte == Ascii.open)
      } else if Ascii.isDigit(byte) || byte == Ascii.percent {
        try readRing(byte, bond)
      } else {
        throw SMILESProblem(reason: "unexpected character", position: position)
      }
    }
    try endPart()
  }

  private static func isBond(_ byte: UInt8) -> Bool {
    switch byte {
    case Ascii.minus, Ascii.equals, Ascii.hash, Ascii.slash, Ascii.backslash, Ascii.colon: true
    default: false
    }
  }

  private static func halfOrder(_ bond: UInt8) -> Int8 {
    switch bond {
    case Ascii.equals: 4
    case Ascii.hash: 6
    case Ascii.colon: 3
    default: 2
    }
  }

  private static func stereo(_ bond: UInt8) -> UInt8 {
    bond == Ascii.slash || bond == Ascii.backslash ? bond : 0
  }

  private mutating func endPart() throws(SMILESProblem) {
    if graph.atoms.isEmpty {
      throw SMILESProblem(reason: "there is no atom before the dot", position: position)
    }
    if let branch = branches.last {
      throw SMILESProblem(reason: "the bracket `(` is never closed", position: branch.position)
    }
    if openRings > 0, let number = rings.firstIndex(where: { $0.bond >= 0 }) {
      let name = number < 10 ? "\(number)" : "%\(number - 10)"
      throw SMILESProblem(
        reason: "ring number \(name) is never closed", position: rings[number].position)
    }
    previous = -1
    atStart = true
  }

  // MARK: Atoms

  private mutating func attach(_ atom: AtomSymbol, _ bond: UInt8) {
    let index = graph.addAtom(atom, isRoot: previous < 0)
    if previous >= 0 {
      var order = SMILESParser.halfOrder(bond)
      if bond == 0, atom.isAromatic, graph.atoms[Int(previous)].isAromatic { order = 3 }
      graph.addBond(previous, index, halfOrder: order, stereo: SMILESParser.stereo(bond))
    }
    previous = index
    atStart = false
  }

  private mutating func readPlainAtom(_ byte: UInt8, _ bond: UInt8) throws(SMILESProblem) {
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    if byte == UInt8(ascii: "C"), next == UInt8(ascii: "l") {
      attach(AtomSymbol(element: .chlorine), bond)
      position += 2
      return
    }
    if byte == UInt8(ascii: "B"), next == UInt8(ascii: "r") {
      attach(AtomSymbol(element: .bromine), bond)
      position += 2
      return
    }
    let isAromatic = Ascii.isLower(byte)
    guard let element = Element(isAromatic ? byte - 32 : byte, 0), element.isOrganicSubset,
      !isAromatic || element.aromaticity != nil
    else {
      throw SMILESProblem(
        reason: "`\(Character(Unicode.Scalar(byte)))` is no atom that stands without brackets",
        position: position)
    }
    attach(AtomSymbol(element: element, isAromatic: isAromatic), bond)
    position += 1
  }

  private mutating func readBracketAtom(_ bond: UInt8) throws(SMILESProblem) {
    let start = position
    var end = start + 1
    while end < bytes.count, bytes[end] != Ascii.bracketClose { end += 1 }
    guard end < bytes.count else {
      throw SMILESProblem(reason: "the bracket `[` is never closed", position: start)
    }
    guard
      let atom = BracketAtom.read(UnsafeBufferPointer(rebasing: bytes[(start + 1)..<end]))
    else {
      let text = String(decoding: bytes[start...end], as: UTF8.self)
      throw SMILESProblem(reason: "`\(text.prefix(24))` is no known atom", position: start)
    }
    attach(atom, bond)
    position = end + 1
  }

  // MARK: Branches and rings

  private mutating func readBranch(opens: Bool) throws(SMILESProblem) {
    if atStart {
      throw SMILESProblem(reason: "an atom must come before a bracket", position: position)
    }
    if opens {
      branches.append((previous, position))
      atStart = true
    } else {
      guard let branch = branches.popLast() else {
        throw SMILESProblem(reason: "the bracket `)` closes nothing", position: position)
      }
      previous = branch.base
    }
    position += 1
  }

  private mutating func readRing(_ byte: UInt8, _ bond: UInt8) throws(SMILESProblem) {
    let start = position
    var number = Int(byte &- Ascii.zero)
    if byte == Ascii.percent {
      guard position + 2 < bytes.count, Ascii.isDigit(bytes[position + 1]),
        Ascii.isDigit(bytes[position + 2])
      else {
        throw SMILESProblem(reason: "two digits must follow `%`", position: position)
      }
      // Kept apart from the one-digit numbers, as in the published package.
      number = 10 + Int(bytes[position + 1] - Ascii.zero) * 10
      number += Int(bytes[position + 2] - Ascii.zero)
      position += 2
    }
    position += 1
    if atStart {
      throw SMILESProblem(reason: "an atom must come before a ring number", position: start)
    }
    if rings[number].bond < 0 {
      rings[number] = OpenRing(
        bond: graph.openRing(at: previous), bondByte: bond, position: start)
      openRings += 1
    } else {
      let opened = rings[number]
      rings[number].bond = -1
      openRings -= 1
      try closeRing(opened, bond, start)
    }
  }

  private mutating func closeRing(
    _ opened: OpenRing, _ bond: UInt8, _ start: Int
  ) throws(SMILESProblem) {
    let source = graph.bonds[Int(opened.bond)].source
    if source == previous {
      throw SMILESProblem(reason: "a ring bond joins an atom to itself", position: start)
    }
    if graph.hasBond(source, previous) {
      throw SMILESProblem(
        reason: "a ring bond joins atoms that are already bound", position: start)
    }
    let (left, right) = (opened.bondByte, bond)
    let bothStereo = SMILESParser.stereo(left) != 0 && SMILESParser.stereo(right) != 0
    guard left == right || left == 0 || right == 0 || bothStereo else {
      throw SMILESProblem(reason: "the two ends of a ring bond differ", position: start)
    }
    var order = max(SMILESParser.halfOrder(left), SMILESParser.halfOrder(right))
    if left == 0, right == 0, graph.atoms[Int(source)].isAromatic,
      graph.atoms[Int(previous)].isAromatic
    {
      order = 3
    }
    graph.closeRing(
      opened.bond, at: previous, halfOrder: order,
      stereo: (SMILESParser.stereo(left), SMILESParser.stereo(right)))
  }
}
