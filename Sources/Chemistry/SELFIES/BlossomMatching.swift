/// A maximum matching of any graph by shrinking odd cycles (Edmonds: "Paths, trees, and flowers",
/// 1965), which a plain breadth-first search for augmenting paths can miss or mistake.
struct BlossomMatching {
  private let neighbours: (Int32) -> ArraySlice<Int32>
  private var mates: [Int32]
  private var parents: [Int32]
  /// The base of the shrunken odd cycle that a node is in, or the node itself.
  private var bases: [Int32]
  /// Whether a node is reached by a path of even length.
  private var isOuter: [Bool]
  private var queue: [Int32] = []

  /// Starts from `mates` (partner or -1, symmetric).
  init(mates: [Int32], neighbours: @escaping (Int32) -> ArraySlice<Int32>) {
    self.mates = mates
    self.neighbours = neighbours
    parents = [Int32](repeating: -1, count: mates.count)
    bases = (0..<Int32(mates.count)).map { $0 }
    isOuter = [Bool](repeating: false, count: mates.count)
  }

  /// Each node's partner if all nodes can be matched, else nil.
  mutating func solve() -> [Int32]? {
    for node in mates.indices where mates[node] < 0 {
      guard let end = findPath(from: Int32(node)) else { return nil }
      var free = end
      while free >= 0 {
        let before = parents[Int(free)]
        let next = mates[Int(before)]
        mates[Int(free)] = before
        mates[Int(before)] = free
        free = next
      }
    }
    return mates
  }

  private mutating func findPath(from root: Int32) -> Int32? {
    for i in mates.indices {
      parents[i] = -1
      bases[i] = Int32(i)
      isOuter[i] = false
    }
    isOuter[Int(root)] = true
    queue = [root]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for near in neighbours(node) {
        if bases[Int(node)] == bases[Int(near)] || mates[Int(node)] == near { continue }
        let mate = mates[Int(near)]
        if near == root || (mate >= 0 && parents[Int(mate)] >= 0) {
          shrink(node, near)
        } else if parents[Int(near)] < 0 {
          parents[Int(near)] = node
          if mate < 0 { return near }
          isOuter[Int(mate)] = true
          queue.append(mate)
        }
      }
    }
    return nil
  }

  private mutating func shrink(_ a: Int32, _ b: Int32) {
    let base = commonBase(a, b)
    var inCycle = [Bool](repeating: false, count: mates.count)
    markCycle(from: a, to: base, child: b, &inCycle)
    markCycle(from: b, to: base, child: a, &inCycle)
    for i in mates.indices where inCycle[Int(bases[i])] {
      bases[i] = base
      if !isOuter[i] {
        isOuter[i] = true
        queue.append(Int32(i))
      }
    }
  }

  private func commonBase(_ a: Int32, _ b: Int32) -> Int32 {
    var seen = [Bool](repeating: false, count: mates.count)
    var node = bases[Int(a)]
    while true {
      seen[Int(node)] = true
      if mates[Int(node)] < 0 { break }
      node = bases[Int(parents[Int(mates[Int(node)])])]
    }
    node = bases[Int(b)]
    while !seen[Int(node)] { node = bases[Int(parents[Int(mates[Int(node)])])] }
    return node
  }

  private mutating func markCycle(
    from start: Int32, to base: Int32, child: Int32, _ inCycle: inout [Bool]
  ) {
    var node = start
    var child = child
    while bases[Int(node)] != base {
      let mate = mates[Int(node)]
      inCycle[Int(bases[Int(node)])] = true
      inCycle[Int(bases[Int(mate)])] = true
      parents[Int(node)] = child
      child = mate
      node = parents[Int(mate)]
    }
  }
}
