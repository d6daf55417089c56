/// A molecule as a SMILES text writes it: atoms in order of appearance, and for each atom its bonds
/// in the order in which the text leaves it.
///
/// A bond along the text stands once, at the atom that comes first; a ring bond stands at both
/// ends, in the place of its ring number. Bond orders are counted in halves, so that an aromatic
/// bond is 3.
struct SMILESGraph {
  struct Bond {
    var source: Int32
    /// -1 while a ring number waits for its other end.
    var target: Int32
    var halfOrder: Int8
    /// `/` or `\`, or 0.
    var stereo: UInt8
    var isRing: Bool
    /// The next bond out of `source`, or -1.
    var next: Int32 = -1
    /// The same ring bond seen from `target`, or -1.
    var mate: Int32 = -1
  }

  /// The bonds out of one atom.
  struct Ends {
    var first: Int32 = -1
    var last: Int32 = -1
    /// Sum of the orders of all bonds at the atom, in halves.
    var halfOrders: Int32 = 0
    var hasRing = false
  }

  private(set) var atoms: [AtomSymbol] = []
  private(set) var ends: [Ends] = []
  private(set) var bonds: [Bond] = []
  /// The first atom of each dot-separated part.
  private(set) var roots: [Int32] = []
  /// Bonds of order one and a half, in the order in which they were closed.
  private(set) var delocalized: [Int32] = []
  /// Whether any atom was written in lower case.
  private(set) var hasAromaticAtoms = false

  init(capacity: Int) {
    atoms.reserveCapacity(capacity)
    ends.reserveCapacity(capacity)
    bonds.reserveCapacity(capacity + 8)
  }

  mutating func addAtom(_ atom: AtomSymbol, isRoot: Bool) -> Int32 {
    let index = Int32(atoms.count)
    atoms.append(atom)
    ends.append(Ends())
    if isRoot { roots.append(index) }
    if atom.isAromatic { hasAromaticAtoms = true }
    return index
  }

  mutating func addBond(_ source: Int32, _ target: Int32, halfOrder: Int8, stereo: UInt8) {
    let bond = append(
      Bond(source: source, target: target, halfOrder: halfOrder, stereo: stereo, isRing: false))
    ends[Int(source)].halfOrders += Int32(halfOrder)
    ends[Int(target)].halfOrders += Int32(halfOrder)
    if halfOrder == 3 { delocalized.append(bond) }
  }

  /// Keeps the place of a ring bond whose other end is not known yet; returns the bond.
  mutating func openRing(at source: Int32) -> Int32 {
    append(Bond(source: source, target: -1, halfOrder: 2, stereo: 0, isRing: true))
  }

  mutating func closeRing(
    _ opened: Int32, at target: Int32, halfOrder: Int8, stereo: (open: UInt8, close: UInt8)
  ) {
    let source = bonds[Int(opened)].source
    var bond = Bond(
      source: target, target: source, halfOrder: halfOrder, stereo: stereo.close, isRing: true)
    bond.mate = opened
    let closing = append(bond)
    bonds[Int(opened)].target = target
    bonds[Int(opened)].halfOrder = halfOrder
    bonds[Int(opened)].stereo = stereo.open
    bonds[Int(opened)].mate = closing
    for atom in [source, target] {
      ends[Int(atom)].halfOrders += Int32(halfOrder)
      ends[Int(atom)].hasRing = true
    }
    if halfOrder == 3 { delocalized.append(opened) }
  }

  func hasBond(_ a: Int32, _ b: Int32) -> Bool {
    // A bond along the text stands at the lower atom only.
    let (low, high) = a < b ? (a, b) : (b, a)
    var bond = ends[Int(low)].first
    while bond >= 0 {
      if bonds[Int(bond)].target == high { return true }
      bond = bonds[Int(bond)].next
    }
    return false
  }

  /// Gives a bond (both of its ends) another order.
  mutating func setHalfOrder(_ order: Int8, of bond: Int32) {
    let old = bonds[Int(bond)]
    if old.halfOrder == order { return }
    bonds[Int(bond)].halfOrder = order
    if old.mate >= 0 { bonds[Int(old.mate)].halfOrder = order }
    let change = Int32(order) - Int32(old.halfOrder)
    ends[Int(old.source)].halfOrders += change
    ends[Int(old.target)].halfOrders += change
  }

  mutating func finishKekulization() {
    delocalized.removeAll()
    if hasAromaticAtoms {
      for i in atoms.indices { atoms[i].isAromatic = false }
      hasAromaticAtoms = false
    }
  }

  mutating func invertChirality(of atom: Int32) {
    atoms[Int(atom)].chirality = atoms[Int(atom)].chirality.inverted
  }

  private mutating func append(_ bond: Bond) -> Int32 {
    let index = Int32(bonds.count)
    bonds.append(bond)
    let source = Int(bond.source)
    if ends[source].last >= 0 {
      bonds[Int(ends[source].last)].next = index
    } else {
      ends[source].first = index
    }
    ends[source].last = index
    return index
  }
}
