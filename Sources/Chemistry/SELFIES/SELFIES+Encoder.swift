import Core

extension SELFIES {
  /// SMILES to SELFIES.
  struct Encoder {
    private let graph: SMILESGraph
    /// Symbols from each atom to the end of its chain, branches and rings included.
    private var lengths: [Int32]
    private var output: [UInt8] = []

    static func encode(
      _ bytes: UnsafeBufferPointer<UInt8>, _ constraints: SELFIESConstraints, strict: Bool
    ) throws(Failure) -> String {
      var graph: SMILESGraph
      do throws(SMILESProblem) {
        graph = try SMILESParser.parse(bytes)
      } catch {
        throw unreadable(bytes, error)
      }
      guard graph.kekulize() else {
        throw Failure(
          .badData,
          "\(quoted(bytes)) cannot be kekulized: no alternation of single and double "
            + "bonds fits its aromatic atoms",
          advice: "check the lower-case atoms; a pyrrole nitrogen is written [nH]")
      }
      if strict { try check(graph, constraints, bytes) }
      for atom in graph.atoms.indices
      where graph.atoms[atom].chirality != .none && graph.ends[atom].hasRing {
        if ringsReorder(graph, Int32(atom)) { graph.invertChirality(of: Int32(atom)) }
      }
      var encoder = Encoder(graph)
      encoder.measure()
      return encoder.write()
    }

    private init(_ graph: SMILESGraph) {
      self.graph = graph
      lengths = [Int32](repeating: 1, count: graph.atoms.count)
    }

    private static func unreadable(
      _ bytes: UnsafeBufferPointer<UInt8>, _ problem: SMILESProblem
    ) -> Failure {
      if bytes.isEmpty { return Failure(.badData, "the SMILES is empty") }
      return Failure(
        .badData,
        "\(quoted(bytes)) is not a SMILES that SELFIES can express: \(problem.reason) "
          + "(position \(problem.position + 1))")
    }

    private static func check(
      _ graph: SMILESGraph, _ constraints: SELFIESConstraints,
      _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(Failure) {
      for (index, atom) in graph.atoms.enumerated() {
        let bonds = graph.ends[index].halfOrders / 2
        let capacity = constraints.capacity(of: atom)
        if bonds <= capacity { continue }
        var symbol: [UInt8] = []
        atom.append(to: &symbol)
        throw Failure(
          .badData,
          "\(quoted(bytes)) violates the SELFIES constraints: atom \(index + 1), "
            + "\(String(decoding: symbol, as: UTF8.self)), makes \(bonds) bonds where "
            + "\(max(0, capacity)) are allowed",
          advice: "use the preset \"hypervalent\", constraints of your own, or strict: false")
      }
    }

    /// Whether the neighbours of a stereocentre change parity when its rings are written where
    /// SELFIES writes them: rings that end here, then rings that begin here by their other end,
    /// then branches.
    private static func ringsReorder(_ graph: SMILESGraph, _ atom: Int32) -> Bool {
      var keys: [Int64] = []
      var bond = graph.ends[Int(atom)].first
      while bond >= 0 {
        let b = graph.bonds[Int(bond)]
        if !b.isRing {
          keys.append(2 << 40)
        } else if b.source < b.target {
          keys.append(1 << 40 | Int64(b.target))
        } else {
          keys.append(0)
        }
        bond = b.next
      }
      var inversions = 0
      for i in keys.indices {
        for j in keys.indices.dropFirst(i + 1) where keys[i] > keys[j] { inversions += 1 }
      }
      return inversions % 2 != 0
    }

    // MARK: Lengths

    private static func digits(_ index: Int32) -> Int32 {
      var digits: Int32 = 1
      while index >> (4 * digits) > 0 { digits += 1 }
      return digits
    }

    /// Fills `lengths`. Atoms come after the one they hang on, so going backwards meets each chain
    /// before it is needed.
    private mutating func measure() {
      for atom in graph.atoms.indices.reversed() {
        var length: Int32 = 1
        var bond = graph.ends[atom].first
        while bond >= 0 {
          let b = graph.bonds[Int(bond)]
          if b.isRing {
            if b.source > b.target {
              length += 1 + Encoder.digits(b.source - b.target - 1)
            }
          } else if b.next < 0 {
            length += lengths[Int(b.target)]
          } else {
            let branch = lengths[Int(b.target)]
            length += 1 + Encoder.digits(branch - 1) + branch
          }
          bond = b.next
        }
        lengths[atom] = length
      }
    }

    // MARK: Symbols

    private mutating func write() -> String {
      output.reserveCapacity(graph.atoms.count * 12)
      for (i, root) in graph.roots.enumerated() {
        if i > 0 { output.append(Ascii.dot) }
        writePart(root)
      }
      return String(decoding: output, as: UTF8.self)
    }

    private mutating func writePart(_ root: Int32) {
      writeAtom(root, order: 2, stereo: 0)
      var stack = [graph.ends[Int(root)].first]
      while let bond = stack.popLast() {
        if bond < 0 { continue }
        let b = graph.bonds[Int(bond)]
        // Once a chain's last bond is followed, nothing of its atom is left to come back to.
        if b.next >= 0 { stack.append(b.next) }
        if b.isRing {
          if b.source > b.target { writeRing(b) }
          continue
        }
        if b.next >= 0 {
          output.append(Ascii.bracketOpen)
          writeOrder(b.halfOrder)
          writeLength("Branch", lengths[Int(b.target)] - 1)
        }
        writeAtom(b.target, order: b.halfOrder, stereo: b.stereo)
        stack.append(graph.ends[Int(b.target)].first)
      }
    }

    private mutating func writeAtom(_ atom: Int32, order: Int8, stereo: UInt8) {
      output.append(Ascii.bracketOpen)
      if order == 2 {
        if stereo != 0 { output.append(stereo) }
      } else {
        writeOrder(order)
      }
      graph.atoms[Int(atom)].append(to: &output)
      output.append(Ascii.bracketClose)
    }

    private mutating func writeOrder(_ halfOrder: Int8) {
      if halfOrder == 4 { output.append(Ascii.equals) }
      if halfOrder == 6 { output.append(Ascii.hash) }
    }

    private mutating func writeRing(_ closing: SMILESGraph.Bond) {
      let opening = graph.bonds[Int(closing.mate)]
      output.append(Ascii.bracketOpen)
      if closing.halfOrder != 2 {
        writeOrder(closing.halfOrder)
      } else if opening.stereo != 0 || closing.stereo != 0 {
        output.append(opening.stereo == 0 ? Ascii.minus : opening.stereo)
        output.append(closing.stereo == 0 ? Ascii.minus : closing.stereo)
      }
      writeLength("Ring", closing.source - closing.target - 1)
    }

    /// The rest of a branch or ring symbol and the index symbols that say its length.
    private mutating func writeLength(_ name: StaticString, _ index: Int32) {
      output.append(
        contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
      let digits = Encoder.digits(index)
      output.append(Ascii.zero + UInt8(digits))
      output.append(Ascii.bracketClose)
      for place in (0..<digits).reversed() {
        let symbol = SELFIES.indexAlphabet[Int(index >> (4 * place)) & 15]
        output.append(contentsOf: symbol.utf8)
      }
    }
  }
}
