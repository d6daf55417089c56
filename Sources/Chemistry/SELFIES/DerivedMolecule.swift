/// The molecule that a decoder builds: trees of atoms with ring bonds between them, and its SMILES.
struct DerivedMolecule {
  private struct Atom {
    var symbol: AtomSymbol
    var room: Int32
    var parent: Int32
    /// Bond to `parent`.
    var order: Int32
    var stereo: UInt8
    var firstChild: Int32 = -1
    var lastChild: Int32 = -1
    var nextSibling: Int32 = -1
    var firstRingEnd: Int32 = -1
    var lastRingEnd: Int32 = -1
  }

  /// One end of a ring bond: ring i has the ends 2i (left) and 2i + 1 (right).
  private struct RingEnd {
    var atom: Int32
    var stereo: UInt8
    var next: Int32 = -1
  }

  private var atoms: [Atom] = []
  private var ringEnds: [RingEnd] = []
  private var ringOrders: [Int32] = []
  private var roots: [Int32] = []

  /// Adds an atom bound to `parent`, or the first of a part if that is -1. Returns its index.
  mutating func add(
    _ symbol: AtomSymbol, capacity: Int32, to parent: Int32, order: Int32, stereo: UInt8
  ) -> Int32 {
    let index = Int32(atoms.count)
    atoms.append(
      Atom(symbol: symbol, room: capacity - order, parent: parent, order: order, stereo: stereo))
    if parent < 0 {
      roots.append(index)
      return index
    }
    let p = Int(parent)
    atoms[p].room -= order
    if atoms[p].lastChild >= 0 {
      atoms[Int(atoms[p].lastChild)].nextSibling = index
    } else {
      atoms[p].firstChild = index
    }
    atoms[p].lastChild = index
    return index
  }

  /// Bonds that the atom can still make.
  func room(_ atom: Int32) -> Int32 { atoms[Int(atom)].room }

  /// Binds two atoms (`left` before `right`), or strengthens the bond they have, up to triple.
  mutating func addRing(
    _ left: Int32, _ right: Int32, order: Int32, stereo: (left: UInt8, right: UInt8)
  ) {
    if atoms[Int(right)].parent == left {
      let gained = min(atoms[Int(right)].order + order, 3) - atoms[Int(right)].order
      atoms[Int(right)].order += gained
      spend(gained, left, right)
    } else if let ring = ring(left, right) {
      let gained = min(ringOrders[ring] + order, 3) - ringOrders[ring]
      ringOrders[ring] += gained
      spend(gained, left, right)
    } else {
      ringOrders.append(order)
      appendEnd(RingEnd(atom: left, stereo: stereo.left))
      appendEnd(RingEnd(atom: right, stereo: stereo.right))
      spend(order, left, right)
    }
  }

  private mutating func spend(_ order: Int32, _ left: Int32, _ right: Int32) {
    atoms[Int(left)].room -= order
    atoms[Int(right)].room -= order
  }

  private func ring(_ left: Int32, _ right: Int32) -> Int? {
    var end = atoms[Int(left)].firstRingEnd
    while end >= 0 {
      if ringEnds[Int(end ^ 1)].atom == right { return Int(end / 2) }
      end = ringEnds[Int(end)].next
    }
    return nil
  }

  private mutating func appendEnd(_ end: RingEnd) {
    let index = Int32(ringEnds.count)
    ringEnds.append(end)
    let atom = Int(end.atom)
    if atoms[atom].lastRingEnd >= 0 {
      ringEnds[Int(atoms[atom].lastRingEnd)].next = index
    } else {
      atoms[atom].firstRingEnd = index
    }
    atoms[atom].lastRingEnd = index
  }

  // MARK: SMILES

  private enum Step {
    case atom(Int32)
    case close
  }

  /// The molecule as SMILES, in the order in which it was derived. Ring numbers are not used
  /// twice.
  func smiles() -> String {
    var text: [UInt8] = []
    text.reserveCapacity(atoms.count * 4)
    var ringNumbers = [Int](repeating: 0, count: ringOrders.count)
    var used = 0
    for (part, root) in roots.enumerated() {
      if part > 0 { text.append(Ascii.dot) }
      var steps = [Step.atom(root)]
      while let step = steps.popLast() {
        guard case .atom(let index) = step else {
          text.append(Ascii.close)
          continue
        }
        let atom = atoms[Int(index)]
        // The last child goes on with the chain; all others are branches.
        let isBranch = atom.parent >= 0 && atom.nextSibling >= 0
        if atom.nextSibling >= 0 { steps.append(.atom(atom.nextSibling)) }
        if isBranch {
          steps.append(.close)
          text.append(Ascii.open)
        }
        if atom.parent >= 0 { writeBond(atom.order, atom.stereo, to: &text) }
        writeAtom(atom.symbol, to: &text)
        writeRings(of: atom, &ringNumbers, &used, to: &text)
        if atom.firstChild >= 0 { steps.append(.atom(atom.firstChild)) }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func writeBond(_ order: Int32, _ stereo: UInt8, to text: inout [UInt8]) {
    if order == 2 {
      text.append(Ascii.equals)
    } else if order == 3 {
      text.append(Ascii.hash)
    } else if stereo != 0 {
      text.append(stereo)
    }
  }

  private func writeAtom(_ symbol: AtomSymbol, to text: inout [UInt8]) {
    if symbol.isPlain {
      symbol.append(to: &text)
    } else {
      text.append(Ascii.bracketOpen)
      symbol.append(to: &text)
      text.append(Ascii.bracketClose)
    }
  }

  private func writeRings(
    of atom: Atom, _ numbers: inout [Int], _ used: inout Int, to text: inout [UInt8]
  ) {
    var end = atom.firstRingEnd
    while end >= 0 {
      let ring = Int(end / 2)
      writeBond(ringOrders[ring], ringEnds[Int(end)].stereo, to: &text)
      if numbers[ring] == 0 {
        used += 1
        numbers[ring] = used
      }
      if numbers[ring] >= 10 { text.append(Ascii.percent) }
      appendDecimal(numbers[ring], to: &text)
      end = ringEnds[Int(end)].next
    }
  }
}
