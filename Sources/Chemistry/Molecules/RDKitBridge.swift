import Core

#if RDKit
  import CRDKit
#endif

// The only file that calls RDKit. Without the package trait `RDKit` everything here throws a
// failure of kind `.unsupported`, and the rest of the room compiles unchanged.

#if RDKit
  /// A molecule owned by RDKit; RDKit's face locks it, so that any thread may use it.
  final class RDKitMolecule: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(smiles: String) throws(Failure) {
      pointer = try withError { error in
        smiles.withCString { crd_molecule_parse($0, smiles.utf8.count, error) }
      }
    }

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { crd_molecule_free(pointer) }

    /// The molecule without hydrogen atoms, itself if it has none in its graph.
    func withoutHydrogens() throws(Failure) -> RDKitMolecule {
      if crd_molecule_has_hydrogens(pointer) == 0 { return self }
      return RDKitMolecule(try withError { crd_molecule_without_hydrogens(pointer, $0) })
    }

    func smiles(isomeric: Bool) throws(Failure) -> String {
      take(try withError { crd_molecule_smiles(pointer, isomeric ? 1 : 0, $0) })
    }

    func formula() throws(Failure) -> String {
      take(try withError { crd_molecule_formula(pointer, $0) })
    }

    /// A line for each piece; see `crd_molecule_pieces`.
    func pieces() throws(Failure) -> String {
      take(try withError { crd_molecule_pieces(pointer, $0) })
    }

    func value(_ descriptor: RDKitDescriptor) throws(Failure) -> Double {
      var value = 0.0
      let _: Bool = try withError { error in
        crd_molecule_descriptor(pointer, descriptor.code, &value, error) == 0 ? true : nil
      }
      return value
    }

    func fingerprint(_ family: RDKitFingerprint, radius: Int) throws(Failure) -> CountVector {
      var (ids, counts): (UnsafeMutablePointer<UInt32>?, UnsafeMutablePointer<UInt32>?)
      var size = 0
      let _: Bool = try withError { error in
        crd_molecule_fingerprint(
          pointer, family.code, UInt32(radius), &ids, &counts, &size, error) == 0 ? true : nil
      }
      defer {
        crd_free(ids)
        crd_free(counts)
      }
      return CountVector(
        sortedIdentifiers: UnsafeBufferPointer(start: ids, count: size).map { UInt64($0) },
        counts: Array(UnsafeBufferPointer(start: counts, count: size)))
    }

    /// Bond counts between atoms, row by row.
    func distances() throws(Failure) -> (atoms: Int, values: [Double]) {
      var atoms = 0
      let values = try withError { crd_molecule_distances(pointer, &atoms, $0) }
      defer { crd_free(values) }
      return (atoms, Array(UnsafeBufferPointer(start: values, count: atoms * atoms)))
    }

    func matchCount(_ pattern: RDKitPattern, limit: Int) throws(Failure) -> Int {
      try withError { error in
        let count = crd_molecule_match(pointer, pattern.pointer, UInt32(limit), nil, error)
        return count < 0 ? nil : Int(count)
      }
    }

    /// The first atom of each match.
    func matchedAtoms(_ pattern: RDKitPattern, limit: Int) throws(Failure) -> [Int] {
      var atoms: UnsafeMutablePointer<UInt32>?
      let count: Int = try withError { error in
        let count = crd_molecule_match(pointer, pattern.pointer, UInt32(limit), &atoms, error)
        return count < 0 ? nil : Int(count)
      }
      defer { crd_free(atoms) }
      return UnsafeBufferPointer(start: atoms, count: count).map { Int($0) }
    }

    func ringsWithout(_ pattern: RDKitPattern) throws(Failure) -> Int {
      try withError { error in
        let count = crd_molecule_rings_without(pointer, pattern.pointer, error)
        return count < 0 ? nil : Int(count)
      }
    }
  }

  /// A SMARTS pattern owned by RDKit.
  final class RDKitPattern: @unchecked Sendable {
    fileprivate let pointer: OpaquePointer

    init(smarts: String) throws(Failure) {
      pointer = try withError { error in
        smarts.withCString { crd_pattern_parse($0, smarts.utf8.count, error) }
      }
    }

    deinit { crd_pattern_free(pointer) }
  }

  extension RDKitDescriptor {
    fileprivate var code: crd_descriptor {
      switch self {
      case .weight: CRD_WEIGHT
      case .exactWeight: CRD_EXACT_WEIGHT
      case .logP: CRD_LOGP
      case .molarRefractivity: CRD_MOLAR_REFRACTIVITY
      case .tpsa: CRD_TPSA
      case .acceptors: CRD_ACCEPTORS
      case .donors: CRD_DONORS
      case .rotatableBonds: CRD_ROTATABLE_BONDS
      case .rings: CRD_RINGS
      case .aromaticRings: CRD_AROMATIC_RINGS
      case .largestRing: CRD_LARGEST_RING
      case .spiroAtoms: CRD_SPIRO_ATOMS
      case .bridgeheadAtoms: CRD_BRIDGEHEAD_ATOMS
      case .stereocenters: CRD_STEREOCENTERS
      case .heavyAtoms: CRD_HEAVY_ATOMS
      case .graphAtoms: CRD_GRAPH_ATOMS
      case .atoms: CRD_ATOMS
      case .fractionCSP3: CRD_FRACTION_CSP3
      case .formalCharge: CRD_FORMAL_CHARGE
      case .bertz: CRD_BERTZ
      }
    }
  }

  extension RDKitFingerprint {
    fileprivate var code: crd_fingerprint {
      switch self {
      case .morgan: CRD_MORGAN
      case .morganFeatures: CRD_MORGAN_FEATURES
      case .atomPairs: CRD_ATOM_PAIRS
      }
    }
  }

  /// Calls RDKit's face and turns its error message into a failure; nil means failure.
  private func withError<Value>(
    _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value?
  ) throws(Failure) -> Value {
    var message: UnsafeMutablePointer<CChar>?
    if let value = call(&message) { return value }
    throw Failure(.badData, message.map { take($0) } ?? "RDKit ran out of memory")
  }

  private func take(_ text: UnsafeMutablePointer<CChar>) -> String {
    defer { crd_free(text) }
    return String(cString: text)
  }
#else
  final class RDKitMolecule: Sendable {
    init(smiles: String) throws(Failure) { throw missingRDKit }
    func withoutHydrogens() throws(Failure) -> RDKitMolecule { throw missingRDKit }
    func smiles(isomeric: Bool) throws(Failure) -> String { throw missingRDKit }
    func formula() throws(Failure) -> String { throw missingRDKit }
    func pieces() throws(Failure) -> String { throw missingRDKit }
    func value(_ descriptor: RDKitDescriptor) throws(Failure) -> Double { throw missingRDKit }
    func fingerprint(_ family: RDKitFingerprint, radius: Int) throws(Failure) -> CountVector {
      throw missingRDKit
    }
    func distances() throws(Failure) -> (atoms: Int, values: [Double]) { throw missingRDKit }
    func matchCount(_ pattern: RDKitPattern, limit: Int) throws(Failure) -> Int {
      throw missingRDKit
    }
    func matchedAtoms(_ pattern: RDKitPattern, limit: Int) throws(Failure) -> [Int] {
      throw missingRDKit
    }
    func ringsWithout(_ pattern: RDKitPattern) throws(Failure) -> Int { throw missingRDKit }
  }

  final class RDKitPattern: Sendable {
    init(smarts: String) throws(Failure) { throw missingRDKit }
  }

  private let missingRDKit = Failure(
    .unsupported, "this build of lbo has no molecular properties: it was built without RDKit",
    advice: "install librdkit-dev and rdkit-data and build with the default package traits")
#endif

/// What RDKit computes as one number.
enum RDKitDescriptor {
  case weight, exactWeight, logP, molarRefractivity, tpsa, acceptors, donors, rotatableBonds
  case rings, aromaticRings, largestRing, spiroAtoms, bridgeheadAtoms, stereocenters
  case heavyAtoms, graphAtoms, atoms, fractionCSP3, formalCharge, bertz
}

/// Families of fingerprints that RDKit computes.
enum RDKitFingerprint {
  case morgan, morganFeatures, atomPairs
}
