import Core

extension Molecule {
  /// Atoms of the longest ring in a basis of all rings, 0 without rings.
  ///
  /// The basis is that of a spanning tree (Paton, Commun. ACM 12, 1969, 514) as the graph library of
  /// the published penalized logP builds it: from the first atom of each part of the molecule, the
  /// atom found last first. Its rings may be larger than the smallest ones there are, and may differ
  /// between two ways to write a molecule with fused rings.
  public func longestBasisRing() throws(Failure) -> Int {
    let (count, distances) = try rdkit.distances()
    let neighbours = (0..<count).map { i in
      (0..<count).filter { distances[i * count + $0] == 1 }
    }
    var parent = [Int](repeating: -1, count: count)
    var longest = 0
    for root in 0..<count where parent[root] < 0 {
      parent[root] = root
      // Atoms whose bond to the key was walked or has closed a ring.
      var used: [Int: Set<Int>] = [root: []]
      var stack = [root]
      while let atom = stack.popLast() {
        for next in neighbours[atom] {
          if let ends = used[next] {
            if used[atom]?.contains(next) ?? false { continue }
            longest = max(longest, Molecule.ringSize(atom, parent, upTo: ends))
            used[next]?.insert(atom)
          } else {
            parent[next] = atom
            used[next] = [atom]
            stack.append(next)
          }
        }
      }
    }
    return longest
  }

  /// Atoms of the ring that a bond closes: its two ends, and the way along the tree from the first
  /// to an atom bound to the second.
  private static func ringSize(_ atom: Int, _ parent: [Int], upTo ends: Set<Int>) -> Int {
    var size = 3
    var step = parent[atom]
    while !ends.contains(step) {
      size += 1
      step = parent[step]
    }
    return size
  }
}
