extension SMILESGraph {
  /// Turns aromatic bonds into alternating single and double ones; false if that cannot be done.
  ///
  /// Atoms that can spare an electron for the ring system must be matched in pairs along aromatic
  /// bonds. Which of several matchings comes out follows the published SELFIES package (2.2), so
  /// that the same SMILES gives the same SELFIES.
  mutating func kekulize() -> Bool {
    if delocalized.isEmpty {
      finishKekulization()
      return true
    }
    var degree = [Int32](repeating: 0, count: atoms.count)
    for bond in delocalized {
      degree[Int(bonds[Int(bond)].source)] += 1
      degree[Int(bonds[Int(bond)].target)] += 1
    }
    var labels = [Int32](repeating: -1, count: atoms.count)
    var kept: [Int32] = []
    for atom in atoms.indices where degree[atom] > 0 {
      guard let needsPartner = needsPartner(atom, aromaticBonds: Int(degree[atom])) else {
        return false
      }
      if needsPartner {
        labels[atom] = Int32(kept.count)
        kept.append(Int32(atom))
      }
    }
    let edges = delocalized.compactMap { bond -> (Int32, Int32, Int32)? in
      let a = labels[Int(bonds[Int(bond)].source)]
      let b = labels[Int(bonds[Int(bond)].target)]
      return a >= 0 && b >= 0 ? (a, b, bond) : nil
    }
    var matching = PerfectMatching(
      nodes: kept.count, edges: edges.map { (a: $0.0, b: $0.1) })
    guard let mates = matching.solve() else { return false }
    for bond in delocalized { setHalfOrder(2, of: bond) }
    for (a, b, bond) in edges where mates[Int(a)] == b { setHalfOrder(4, of: bond) }
    finishKekulization()
    return true
  }

  /// Whether the atom has one electron left for a double bond within the ring system; nil if its
  /// element cannot be aromatic.
  private func needsPartner(_ index: Int, aromaticBonds: Int) -> Bool? {
    let atom = atoms[index]
    guard let rule = atom.element.aromaticity else { return nil }
    let halves = Int(ends[index].halfOrders)
    // An aromatic bond counts as a single one here.
    let used = (halves - aromaticBonds) / 2
    if atom.hydrogens < 0 { return used != rule.lowValence && used != rule.highValence }
    let hydrogens = Int(atom.hydrogens)
    let charge = Int(atom.charge)
    let withHydrogens = used + hydrogens
    if withHydrogens == rule.lowValence - charge || withHydrogens == rule.highValence - charge {
      return false
    }
    let bound = max(0, charge) + hydrogens + halves / 2 + halves % 2
    let radicals = max(0, rule.valenceElectrons - bound) % 2
    let free = rule.highValence - charge - withHydrogens - radicals
    return free >= 0 && free % 2 != 0
  }
}
