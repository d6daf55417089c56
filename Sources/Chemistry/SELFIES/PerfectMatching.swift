/// A perfect matching of a small sparse graph: a greedy start, then augmenting paths.
///
/// The first attempt searches breadth first as the published SELFIES package does, and so finds
/// the same matching; where odd cycles defeat that search, blossoms are shrunk instead (the
/// package then fails, or writes an atom with two double bonds).
struct PerfectMatching {
  private let offsets: [Int32]
  private let neighbours: [Int32]
  private var mates: [Int32]

  /// - Parameter edges: node pairs; a node's neighbours keep the order of the edges.
  init(nodes: Int, edges: [(a: Int32, b: Int32)]) {
    var offsets = [Int32](repeating: 0, count: nodes + 1)
    for edge in edges {
      offsets[Int(edge.a) + 1] += 1
      offsets[Int(edge.b) + 1] += 1
    }
    for i in 0..<nodes { offsets[i + 1] += offsets[i] }
    var neighbours = [Int32](repeating: 0, count: edges.count * 2)
    var fill = offsets
    for edge in edges {
      neighbours[Int(fill[Int(edge.a)])] = edge.b
      fill[Int(edge.a)] += 1
      neighbours[Int(fill[Int(edge.b)])] = edge.a
      fill[Int(edge.b)] += 1
    }
    self.offsets = offsets
    self.neighbours = neighbours
    mates = [Int32](repeating: -1, count: nodes)
  }

  /// Each node's partner, or nil if some node must stay alone.
  mutating func solve() -> [Int32]? {
    matchGreedily()
    let greedy = mates
    var unmatched = SlotOrderedSet(mates.indices.filter { mates[$0] < 0 })
    var isSound = true
    while isSound, let root = unmatched.popFirst() {
      if let end = augment(from: Int32(root)) {
        unmatched.remove(Int(end))
      } else {
        isSound = false
      }
    }
    if isSound, mates.indices.allSatisfy({ mates[Int(mates[$0])] == Int32($0) }) { return mates }
    let (offsets, neighbours) = (offsets, neighbours)
    var search = BlossomMatching(mates: greedy) { node in
      neighbours[Int(offsets[Int(node)])..<Int(offsets[Int(node) + 1])]
    }
    return search.solve()
  }

  private func range(_ node: Int32) -> Range<Int> {
    Int(offsets[Int(node)])..<Int(offsets[Int(node) + 1])
  }

  /// Matches the node with the fewest free neighbours first, ties by index.
  private mutating func matchGreedily() {
    var free = mates.indices.map { offsets[$0 + 1] - offsets[$0] }
    var queue = PriorityQueue()
    for node in mates.indices { queue.push(degree: free[node], node: Int32(node)) }
    while let node = queue.pop() {
      if mates[Int(node)] >= 0 || free[Int(node)] == 0 { continue }
      guard let slot = range(node).first(where: { mates[Int(neighbours[$0])] < 0 }) else {
        continue
      }
      let mate = neighbours[slot]
      mates[Int(node)] = mate
      mates[Int(mate)] = node
      for end in [node, mate] {
        for slot in range(end) {
          let near = neighbours[slot]
          free[Int(near)] -= 1
          if mates[Int(near)] < 0, free[Int(near)] > 0 {
            queue.push(degree: free[Int(near)], node: near)
          }
        }
      }
    }
  }

  /// Looks breadth first for an alternating path from `root` to another free node and flips it.
  /// - Returns: the other end, or nil if there is no path.
  private mutating func augment(from root: Int32) -> Int32? {
    // For a visited node: the node it was reached from, and the partner it was reached through.
    var parents = [(node: Int32, through: Int32)?](repeating: nil, count: mates.count)
    parents[Int(root)] = (-1, -1)
    var queue = [root]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for slot in range(node) {
        let near = neighbours[slot]
        let mate = mates[Int(near)]
        if mate < 0 {
          if near == root { continue }
          parents[Int(near)] = (node, near)
          flip(parents, from: near, to: root)
          return near
        }
        if parents[Int(mate)] == nil {
          parents[Int(mate)] = (node, near)
          queue.append(mate)
        }
      }
    }
    return nil
  }

  private mutating func flip(
    _ parents: [(node: Int32, through: Int32)?], from end: Int32, to root: Int32
  ) {
    var node = end
    while node != root, let (parent, through) = parents[Int(node)] {
      mates[Int(through)] = parent
      mates[Int(parent)] = through
      node = parent
    }
  }
}

/// A binary heap of nodes by (degree, index), the smallest first; a node may stand in it more
/// than once.
private struct PriorityQueue {
  private var heap: [Int64] = []

  mutating func push(degree: Int32, node: Int32) {
    heap.append(Int64(degree) << 32 | Int64(node))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent] <= heap[child] { break }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  mutating func pop() -> Int32? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return Int32(truncatingIfNeeded: top) }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      if heap[parent] <= heap[child] { break }
      heap.swapAt(parent, child)
      parent = child
    }
    return Int32(truncatingIfNeeded: top)
  }
}
