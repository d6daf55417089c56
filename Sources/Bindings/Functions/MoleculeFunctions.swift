import Chemistry
import Core
import Language

/// Properties and comparisons of molecules, on one molecule or on a whole column.
enum MoleculeFunctions {
  static let family = FunctionCatalog.Family(
    "molecules", doc: "properties, comparisons and notations of molecules",
    descriptors.map(property) + [
      molecule, canonical, formula, similarity, matches, smartsScore, isValid, allDescriptors,
      isomerScore, elementCount, longestRing, selfiesEncode, selfiesDecode,
    ] + ScreenFunctions.entries)

  /// The descriptors that are functions of their own; the others are in `descriptors(m)`.
  private static let descriptors: [MolecularDescriptor] = [
    .qed, .logP, .syntheticAccessibility, .tpsa, .weight, .rings, .aromaticRings, .rotatableBonds,
    .acceptors, .donors, .heavyAtoms, .bertz,
  ]

  static let subject = Parameter.required(
    "m", "a molecule, a SMILES, or a list of them", "the molecule, or a column of SMILES")

  // MARK: One or many

  /// Molecules of an argument: one, or a list.
  enum Input {
    case one(Molecule)
    case many([Molecule])
  }

  static func input(_ arguments: Arguments, _ name: String) throws -> Input {
    switch try arguments.value(name) {
    case .host(let object as MoleculeHandle): return .one(try object.molecule())
    case .string(let text): return .one(try Molecule(smiles: text))
    case .list(let items):
      return .many(
        try handles(items, arguments, name).enumerated().map { row, handle in
          do throws(Failure) {
            return try handle.molecule()
          } catch {
            throw Failure(
              error.kind, "row \(row): \(error.message)",
              advice: "keep the rows where `is_valid` is true")
          }
        })
    default: throw arguments.mismatch(name, subject.type)
    }
  }

  /// Handles of a list, texts among them parsed on all cores, valid or not.
  static func handles(_ items: [Value], _ arguments: Arguments, _ name: String) throws
    -> [MoleculeHandle]
  {
    let entries = try items.map { item -> (text: String, known: MoleculeHandle?) in
      switch item {
      case .string(let text): return (text, nil)
      case .host(let object as MoleculeHandle): return (object.source, object)
      default: throw arguments.mismatch(name, subject.type)
      }
    }
    let pieces = Parallel.ranges(entries.count, by: 32)
    return Parallel.map(pieces.count) { piece in
      pieces[piece].map { entries[$0].known ?? MoleculeHandle(text: entries[$0].text) }
    }.flatMap { $0 }
  }

  static func numbers(
    _ arguments: Arguments, _ body: @Sendable (Molecule) throws(Failure) -> Double
  ) throws -> Value {
    switch try input(arguments, "m") {
    case .one(let molecule): return .number(try body(molecule))
    case .many(let molecules):
      return .vector(try Molecule.map(molecules, body).map { try $0.get() })
    }
  }

  private static func texts(
    _ arguments: Arguments, _ body: @Sendable (Molecule) throws(Failure) -> String
  ) throws -> Value {
    switch try input(arguments, "m") {
    case .one(let molecule): return .string(try body(molecule))
    case .many(let molecules):
      return .list(try Molecule.map(molecules, body).map { .string(try $0.get()) })
    }
  }

  private static func property(_ descriptor: MolecularDescriptor) -> NativeFunction {
    NativeFunction(
      descriptor.rawValue,
      FunctionSignature([subject], result: "a number, or a vector for a list"),
      doc: descriptor.doc.prefix(1).uppercased() + descriptor.doc.dropFirst() + ".",
      example: "\(descriptor.rawValue)(\"CCO\")"
    ) { arguments, _ in
      try numbers(arguments) { m throws(Failure) in try m.value(of: descriptor) }
    }
  }

  // MARK: Entries

  private static let molecule = NativeFunction(
    "molecule",
    FunctionSignature(
      [
        .required("smiles", "a SMILES, or a list of them", "the text, or a column"),
        .named(
          "strict", "true or false", default: "true",
          "an error for a text that is no molecule, else a value whose `is_valid` is false"),
      ], result: "a molecule, or a list"),
    doc:
      "Reads molecules from their SMILES, a column on all cores; what is asked of a molecule later "
      + "does not read it again.", example: "molecule(\"CCO\")"
  ) { arguments, _ in
    let strict = try arguments.bool("strict", default: true)
    if case .list(let items) = try arguments.value("smiles") {
      if strict, case .many(let molecules) = try input(arguments, "smiles") {
        return .list(molecules.map { .host(MoleculeHandle($0)) })
      }
      return .list(try handles(items, arguments, "smiles").map { .host($0) })
    }
    if case .host(let handle as MoleculeHandle) = try arguments.value("smiles") {
      if strict { _ = try handle.molecule() }
      return .host(handle)
    }
    let text = try arguments.string("smiles")
    return .host(strict ? MoleculeHandle(try Molecule(smiles: text)) : MoleculeHandle(text: text))
  }

  private static let canonical = NativeFunction(
    "canonical",
    FunctionSignature(
      [
        subject,
        .named("isomeric", "true or false", default: "true", "keep stereochemistry and isotopes"),
      ], result: "a string, or a list"),
    doc: "The canonical SMILES: one text for one molecule.", example: "canonical(\"OCC\")"
  ) { arguments, _ in
    let isomeric = try arguments.bool("isomeric", default: true)
    return try texts(arguments) { m throws(Failure) in try m.canonical(isomeric: isomeric) }
  }

  private static let formula = NativeFunction(
    "formula", FunctionSignature([subject], result: "a string, or a list"),
    doc: "The molecular formula in Hill's order.", example: "formula(\"CCO\")"
  ) { arguments, _ in try texts(arguments) { m throws(Failure) in try m.formula() } }

  private static let similarity = NativeFunction(
    "similarity",
    FunctionSignature(
      [
        Parameter.required("a", subject.type, "the molecule, or a column of SMILES"),
        .required("b", "a molecule or a SMILES", "what to compare with"),
        .named(
          "kind", "a fingerprint's name", default: "\"ecfp4\"",
          "ecfp4, ecfp6, fcfp4, atom_pairs or phco"),
      ], result: "a number, or a vector for a list"),
    doc: "Tanimoto similarity of two molecules' fingerprint counts, 0 to 1.",
    example: "similarity(\"CCO\", \"CCN\", kind: \"ecfp4\")"
  ) { arguments, _ in
    let kind = try FingerprintKind.named(try arguments.string("kind", default: "ecfp4"))
    guard case .one(let reference) = try input(arguments, "b") else {
      throw arguments.mismatch("b", "a molecule or a SMILES")
    }
    switch try input(arguments, "a") {
    case .one(let molecule): return .number(try molecule.similarity(to: reference, kind: kind))
    case .many(let molecules):
      return .vector(
        try Molecule.map(molecules) { m throws(Failure) in
          try m.similarity(to: reference, kind: kind)
        }.map { try $0.get() })
    }
  }

  private static let matches = NativeFunction(
    "matches",
    FunctionSignature(
      [subject, .required("pattern", "a SMARTS", "the substructure")],
      result: "true or false, or a list"),
    doc: "Whether a molecule contains a substructure.", example: "matches(\"CCO\", \"[OX2H]\")"
  ) { arguments, _ in
    let pattern = try SMARTSPattern.named(try arguments.string("pattern"))
    switch try input(arguments, "m") {
    case .one(let molecule): return .bool(try molecule.matches(pattern))
    case .many(let molecules):
      return .list(
        try Molecule.map(molecules) { m throws(Failure) in try m.matches(pattern) }
          .map { .bool(try $0.get()) })
    }
  }

  private static let smartsScore = NativeFunction(
    "smarts_score",
    FunctionSignature(
      [
        subject, .required("pattern", "a SMARTS", "the substructure"),
        .named("absent", "true or false", default: "false", "1 where it does not occur instead"),
      ], result: "a number, or a vector for a list"),
    doc: "1 for a molecule that contains a substructure, else 0: `matches` as a score.",
    example: "smarts_score(\"CCO\", \"[OX2H]\", absent: true)"
  ) { arguments, _ in
    let pattern = try SMARTSPattern.named(try arguments.string("pattern"))
    let absent = try arguments.bool("absent", default: false)
    return try numbers(arguments) { m throws(Failure) in try m.matches(pattern) != absent ? 1 : 0 }
  }

  private static let isValid = NativeFunction(
    "is_valid",
    FunctionSignature(
      [.required("smiles", "a string, a molecule, or a list of them", "what to look at")],
      result: "true or false, or a list"),
    doc: "Whether a text is the SMILES of a molecule.", example: "is_valid(\"C1CC\")"
  ) { arguments, _ in
    switch try arguments.value("smiles") {
    case .host(let object as MoleculeHandle): return .bool(object.isValid)
    case .string(let text): return .bool(MoleculeHandle(text: text).isValid)
    case .list(let items):
      return .list(try handles(items, arguments, "smiles").map { .bool($0.isValid) })
    default: throw arguments.mismatch("smiles", "a string, a molecule, or a list of them")
    }
  }

  private static let allDescriptors = NativeFunction(
    "descriptors", FunctionSignature([subject], result: "a record, or a table for a list"),
    doc: "All molecular descriptors there are.", example: "descriptors(\"CCO\").logp"
  ) { arguments, _ in
    switch try input(arguments, "m") {
    case .one(let molecule):
      return .record(
        Record(try molecule.descriptors().map { ($0.0.rawValue, .number($0.1)) }))
    case .many(let molecules):
      let rows = try Molecule.map(molecules) { m throws(Failure) in try m.descriptors().map(\.1) }
        .map { try $0.get() }
      var table = Table()
      try table.set("smiles", .texts(molecules.map(\.source)))
      for (j, descriptor) in MolecularDescriptor.allCases.enumerated() {
        try table.set(descriptor.rawValue, .numbers(rows.map { $0[j] }))
      }
      return .table(table)
    }
  }

  private static let isomerScore = NativeFunction(
    "isomer_score",
    FunctionSignature(
      [subject, .required("formula", "a formula such as \"C7H8N2O2\"", "the formula wanted")],
      result: "a number, or a vector for a list"),
    doc: "How near a molecule's formula is to another, 0 to 1 (GuacaMol's isomer score).",
    example: "isomer_score(\"CCO\", \"C2H6O\")"
  ) { arguments, _ in
    let wanted = try MolecularFormula(try arguments.string("formula"))
    return try numbers(arguments) { m throws(Failure) in try wanted.isomerScore(m) }
  }

  private static let elementCount = NativeFunction(
    "element_count",
    FunctionSignature(
      [subject, .required("element", "a symbol such as \"F\"", "the element")],
      result: "a number, or a vector for a list"),
    doc: "How many atoms of an element a molecule has, hydrogens included.",
    example: "element_count(\"CC(F)F\", \"F\")"
  ) { arguments, _ in
    let element = try arguments.string("element")
    guard let symbol = try? MolecularFormula(element), symbol.counts.count == 1, symbol.atoms == 1
    else { throw arguments.mismatch("element", "a symbol such as \"F\"") }
    return try numbers(arguments) { m throws(Failure) in
      Double(try MolecularFormula(try m.formula()).count(of: symbol.counts[0].element))
    }
  }

  private static let longestRing = NativeFunction(
    "longest_basis_ring",
    FunctionSignature([subject], result: "a number, or a vector for a list"),
    doc: "Atoms of the longest ring in the basis of a spanning tree, as penalized logP asks for; "
      + "`descriptors(m).largest_ring` is the largest of the smallest rings.",
    example: "longest_basis_ring(\"C1CCCCCC1\")"
  ) { arguments, _ in
    try numbers(arguments) { m throws(Failure) in Double(try m.longestBasisRing()) }
  }

  // MARK: SELFIES

  private static let preset = Parameter.named(
    "constraints", "a preset's name", default: "\"default\"",
    SELFIESConstraints.presetNames.joined(separator: ", "))

  /// Maps a text, or a list of texts on all cores; the failure names the row.
  private static func notation(
    _ arguments: Arguments, _ name: String,
    _ body: ([String]) -> [Result<String, Failure>]
  ) throws -> Value {
    switch try arguments.value(name) {
    case .string(let text): return .string(try body([text])[0].get())
    case .host(let object as MoleculeHandle):
      return .string(try body([try object.molecule().source])[0].get())
    case .list:
      return .list(
        try body(try arguments.strings(name)).enumerated().map { row, result in
          switch result {
          case .success(let text): return .string(text)
          case .failure(let error):
            throw Failure(error.kind, "row \(row): \(error.message)", advice: error.advice)
          }
        })
    default: throw arguments.mismatch(name, "a string, or a list of strings")
    }
  }

  private static let selfiesEncode = NativeFunction(
    "selfies_encode",
    FunctionSignature(
      [
        .required("smiles", "a SMILES, or a list of them", "what to translate"), preset,
        .named("strict", "true or false", default: "true", "refuse what violates the constraints"),
      ], result: "a string, or a list"),
    doc: "Translates SMILES into SELFIES.", example: "selfies_encode(\"CCO\")"
  ) { arguments, _ in
    let constraints = try SELFIESConstraints.preset(
      try arguments.string("constraints", default: "default"))
    let strict = try arguments.bool("strict", default: true)
    return try notation(arguments, "smiles") {
      SELFIES.encode(all: $0, constraints: constraints, strict: strict)
    }
  }

  private static let selfiesDecode = NativeFunction(
    "selfies_decode",
    FunctionSignature(
      [.required("selfies", "a SELFIES, or a list of them", "what to translate"), preset],
      result: "a string, or a list"),
    doc: "Translates SELFIES into SMILES.", example: "selfies_decode(\"[C][C][O]\")"
  ) { arguments, _ in
    let constraints = try SELFIESConstraints.preset(
      try arguments.string("constraints", default: "default"))
    return try notation(arguments, "selfies") { SELFIES.decode(all: $0, constraints: constraints) }
  }
}
