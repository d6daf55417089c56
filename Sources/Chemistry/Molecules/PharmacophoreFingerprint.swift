import Core

/// Two- and three-point 2D pharmacophores after Gobbi and Poppinger (Biotechnol. Bioeng. 61, 1998,
/// 47), as RDKit defines them.
enum PharmacophoreFingerprint {
  /// Single-atom features in order of their names: acidic group, aromatic ring with a substituent,
  /// basic group, acceptor, donor, lipophilic group, ring with a substituent, other element.
  private static let families = SMARTSPattern.list([
    #"[$([C,S](=[O,S,P])-[O;H1])]"#,
    #"[$([a;D3](@*)(@*)*)]"#,
    #"[$([N;H2&+0][$([C,a]);!$([C,a](=O))]),$([N;H1&+0]([$([C,a]);!$([C,a](=O))])"#
      + #"[$([C,a]);!$([C,a](=O))]),$([N;H0&+0]([C;!$(C(=O))])([C;!$(C(=O))])[C;!$(C(=O))]),"#
      + #"$([N,n;X2;+0])]"#,
    #"[$([O,S;H1;v2]-[!$(*=[O,N,P,S])]),$([O,S;H0;v2]),$([O,S;-]),"#
      + #"$([N&v3;H1,H2]-[!$(*=[O,N,P,S])]),$([N;v3;H0]),$([n,o,s;+0]),F]"#,
    #"[$([N;!H0;v3]),$([N;!H0;+1;v4]),$([O,S;H1;+0]),$([n;H1;+0])]"#,
    #"[$([C;H2,H1](!=*)[C;H2,H1][C;H2,H1][$([C;H1,H2,H3]);!$(C=*)]),"#
      + #"$(C([C;H2,H3])([C;H2,H3])[C;H2,H3])]"#,
    #"[$([A;D3](@*)(@*)*)]"#,
    #"[!#1;!#6;!#7;!#8;!#9;!#16;!#17;!#35;!#53]"#,
  ])

  static func compute(_ molecule: Molecule) throws(Failure) -> CountVector {
    var features: [(family: UInt64, atom: Int)] = []
    for (family, pattern) in try families.get().enumerated() {
      // RDKit's own search for features has no smaller limit than the number of atoms.
      let atoms = try molecule.rdkit.matchedAtoms(pattern.rdkit, limit: Molecule.longestSMILES)
      features += atoms.map { (UInt64(family), $0) }
    }
    let (count, distances) = try molecule.rdkit.distances()
    var bits: Set<UInt64> = []
    for i in features.indices {
      for j in features.indices.dropFirst(i + 1) {
        let ij = distances[features[i].atom * count + features[j].atom]
        guard let pairBin = bin(ij) else { continue }
        bits.insert(code([features[i].family, features[j].family], [pairBin]))
        for k in features.indices.dropFirst(j + 1) {
          let ik = distances[features[i].atom * count + features[k].atom]
          let jk = distances[features[j].atom * count + features[k].atom]
          if bin(ik) == nil || bin(jk) == nil { continue }
          let families = [features[i].family, features[j].family, features[k].family]
          bits.insert(code(families, ordered(families, ij, ik, jk).compactMap(bin)))
        }
      }
    }
    return CountVector(counting: bits)
  }

  /// Bins of one bond from 2 to 7, then one to 99; closer or farther features make no pharmacophore.
  private static func bin(_ distance: Double) -> UInt64? {
    if distance < 2 || distance >= 100 { return nil }
    return UInt64(min(distance, 8)) - 2
  }

  /// The three distances in the order that makes triples with repeated families unique.
  private static func ordered(
    _ families: [UInt64], _ d01: Double, _ d02: Double, _ d12: Double
  ) -> [Double] {
    if families[0] == families[2] { return [d01, d02, d12].sorted(by: >) }
    if families[0] == families[1] { return d02 > d12 ? [d01, d02, d12] : [d01, d12, d02] }
    if families[1] == families[2] { return d01 > d02 ? [d01, d02, d12] : [d02, d01, d12] }
    return [d01, d02, d12]
  }

  private static func code(_ families: [UInt64], _ bins: [UInt64]) -> UInt64 {
    var code = UInt64(families.count)
    for family in families { code = code << 4 | family }
    for bin in bins { code = code << 4 | bin }
    return code
  }
}
