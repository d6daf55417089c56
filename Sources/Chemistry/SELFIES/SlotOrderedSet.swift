/// A set of small integers that gives them back in the order of an open-addressing hash table.
///
/// When more than one atom is left over by the greedy matching, the published package starts its
/// augmenting paths in the order in which a CPython set gives up its members. Different orders can
/// give different (equally valid) Kekulé structures, so the order is part of what "the same
/// SELFIES" means. The table is that of CPython 3.7 and later: an integer hashes to itself, nine
/// linear probes, then a perturbed jump, growing fourfold at three fifths full.
struct SlotOrderedSet {
  private static let linearProbes = 9
  private var slots: [Int]  // -1: free
  private var used = 0
  private var finger = 0

  init(_ members: [Int]) {
    slots = [Int](repeating: -1, count: 8)
    for member in members {
      insert(member)
      if used * 5 >= (slots.count - 1) * 3 { grow(atLeast: used > 50_000 ? used * 2 : used * 4) }
    }
  }

  /// Removes and returns the next member by slot, continuing where the last call ended.
  mutating func popFirst() -> Int? {
    if used == 0 { return nil }
    var slot = finger & (slots.count - 1)
    while slots[slot] < 0 { slot = (slot + 1) & (slots.count - 1) }
    let member = slots[slot]
    slots[slot] = -1
    used -= 1
    finger = slot + 1
    return member
  }

  mutating func remove(_ member: Int) {
    guard let slot = slots.firstIndex(of: member) else { return }
    slots[slot] = -1
    used -= 1
  }

  private mutating func insert(_ member: Int) {
    let mask = slots.count - 1
    var perturbation = UInt(member)
    var slot = member & mask
    while true {
      // Linear probes only happen where they all fit before the table's end.
      let last =
        slot + SlotOrderedSet.linearProbes <= mask
        ? slot + SlotOrderedSet.linearProbes : slot
      if let free = (slot...last).first(where: { slots[$0] < 0 }) {
        slots[free] = member
        used += 1
        return
      }
      perturbation >>= 5
      slot = (slot &* 5 &+ 1 &+ Int(perturbation)) & mask
    }
  }

  private mutating func grow(atLeast needed: Int) {
    var size = 8
    while size <= needed { size *= 2 }
    let members = slots.filter { $0 >= 0 }
    slots = [Int](repeating: -1, count: size)
    used = 0
    for member in members { insert(member) }
  }
}
