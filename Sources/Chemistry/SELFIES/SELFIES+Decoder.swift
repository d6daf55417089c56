import Core

extension SELFIES {
  /// SELFIES to SMILES: symbols derive atoms, branches and wishes for rings; rings are made at the
  /// end, as far as both atoms have room.
  struct Decoder {
    private let constraints: SELFIESConstraints
    private var molecule = DerivedMolecule()
    private var wishes: [RingWish] = []

    private struct RingWish {
      var left: Int32
      var right: Int32
      var order: Int32
      var leftStereo: UInt8
      var rightStereo: UInt8
    }

    /// One chain being derived: the main one of a part, or a branch.
    private struct Chain {
      /// Symbols the chain may take, and has taken.
      var limit: Int
      var taken = 0
      /// Bonds that the last atom can still make; 0 before the first atom; -1 when the chain has
      /// ended and the rest of its symbols is passed over.
      var state: Int32
      var last: Int32
    }

    static func decode(
      _ bytes: UnsafeBufferPointer<UInt8>, _ constraints: SELFIESConstraints
    ) throws(Failure) -> String {
      var decoder = Decoder(constraints: constraints)
      var cursor = SymbolCursor(bytes)
      repeat { try decoder.derivePart(&cursor) } while cursor.skipDot()
      decoder.makeRings()
      return decoder.molecule.smiles()
    }

    private init(constraints: SELFIESConstraints) { self.constraints = constraints }

    private mutating func derivePart(_ cursor: inout SymbolCursor) throws(Failure) {
      var chain = Chain(limit: .max, state: 0, last: -1)
      var outer: [Chain] = []
      while true {
        if chain.taken < chain.limit, let symbol = try next(&cursor) {
          chain.taken += 1
          if chain.state >= 0 { try derive(symbol.bytes, symbol.position, &chain, &outer, &cursor) }
          continue
        }
        guard var parent = outer.popLast() else { return }
        parent.taken += chain.taken
        chain = parent
      }
    }

    /// The next symbol of this part that is not `[nop]`.
    private func next(
      _ cursor: inout SymbolCursor
    ) throws(Failure) -> (bytes: UnsafeBufferPointer<UInt8>, position: Int)? {
      while true {
        let position = cursor.position
        guard let bytes = try cursor.next() else { return nil }
        if bytes.count == 5, bytes[1] == UInt8(ascii: "n"), bytes[2] == UInt8(ascii: "o"),
          bytes[3] == UInt8(ascii: "p")
        {
          continue
        }
        return (bytes, position)
      }
    }

    private mutating func derive(
      _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ chain: inout Chain,
      _ outer: inout [Chain], _ cursor: inout SymbolCursor
    ) throws(Failure) {
      guard let symbol = SELFIESSymbol(bytes) else {
        throw cursor.problem("the symbol \(quoted(bytes)) is not known", at: position)
      }
      switch symbol {
      case .skip:
        break
      case .end:
        chain.state = chain.state == 0 ? 0 : -1
      case .branch(let order, let digits):
        // An atom with a single bond left keeps it for the chain.
        if chain.state <= 1 { return }
        let state = min(chain.state - 1, order)
        chain.state -= state
        let length = try readIndex(digits, &cursor) + 1
        chain.taken += digits
        outer.append(chain)
        chain = Chain(limit: length, state: state, last: chain.last)
      case .ring(let wanted, let digits, let left, let right):
        if chain.state == 0 { return }
        let order = min(wanted, chain.state)
        chain.state = chain.state == order ? -1 : chain.state - order
        let distance = try readIndex(digits, &cursor) + 1
        chain.taken += digits
        wishes.append(
          RingWish(
            left: Int32(max(0, Int(chain.last) - distance)), right: chain.last, order: order,
            leftStereo: left, rightStereo: right))
      case .atom(let atom, let wanted, let stereo):
        let capacity = constraints.capacity(of: atom)
        if capacity < 0 {
          throw cursor.problem(
            "the atom \(quoted(bytes)) has more hydrogens than bonds", at: position)
        }
        addAtom(atom, capacity, wanted, stereo, &chain)
      }
    }

    private mutating func addAtom(
      _ atom: AtomSymbol, _ capacity: Int32, _ wanted: Int32, _ stereo: UInt8,
      _ chain: inout Chain
    ) {
      let order = min(wanted, chain.state, capacity)
      let left = capacity - order
      if order > 0 {
        chain.last = molecule.add(
          atom, capacity: capacity, to: chain.last, order: order, stereo: stereo)
      } else if chain.state == 0 {
        chain.last = molecule.add(atom, capacity: capacity, to: -1, order: 0, stereo: 0)
      }
      chain.state = left == 0 ? -1 : left
    }

    /// A number spelled by the next symbols, base 16; symbols that are missing count as 0.
    private func readIndex(_ digits: Int, _ cursor: inout SymbolCursor) throws(Failure) -> Int {
      var index = 0
      for _ in 0..<digits {
        index *= 16
        if let symbol = try next(&cursor) { index += SELFIESSymbol.index(symbol.bytes) }
      }
      return index
    }

    private mutating func makeRings() {
      for wish in wishes where wish.left != wish.right {
        let order = min(wish.order, molecule.room(wish.left), molecule.room(wish.right))
        if order <= 0 { continue }
        molecule.addRing(
          wish.left, wish.right, order: order, stereo: (wish.leftStereo, wish.rightStereo))
      }
    }
  }
}
