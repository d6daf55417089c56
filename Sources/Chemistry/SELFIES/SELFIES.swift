import Core

/// SELFIES 2: a notation in which every sequence of symbols is a molecule.
///
/// Encoder, decoder and alphabet follow the published package, version 2.2 (Krenn et al. 2020,
/// arXiv:1905.13741; Lo et al. 2023, arXiv:2204.00056), symbol by symbol.
///
/// ```swift
/// try SELFIES.encode("C=CF")          // "[C][=C][F]"
/// try SELFIES.decode("[C][=C][F]")    // "C=CF"
/// ```
public enum SELFIES {
  /// The symbols that spell lengths of branches and rings, as digits of base 16.
  public static let indexAlphabet = [
    "[C]", "[Ring1]", "[Ring2]", "[Branch1]", "[=Branch1]", "[#Branch1]", "[Branch2]",
    "[=Branch2]", "[#Branch2]", "[O]", "[N]", "[=N]", "[=C]", "[#C]", "[S]", "[P]",
  ]

  /// Translates SMILES into SELFIES, keeping the order of atoms.
  ///
  /// A branch or ring of more than 4,096 symbols is written with a four-digit length, as the
  /// published package does; no decoder reads that.
  ///
  /// - Parameters:
  ///   - strict: refuse a molecule that violates `constraints`, which decoding could not restore.
  /// - Throws: `.badData` if the SMILES cannot be read, cannot be kekulized, or violates the
  ///   constraints.
  public static func encode(
    _ smiles: String, constraints: SELFIESConstraints = .standard, strict: Bool = true
  ) throws(Failure) -> String {
    var text = smiles
    let result: Result<String, Failure> = text.withUTF8 { bytes in
      do throws(Failure) {
        return .success(try Encoder.encode(bytes, constraints, strict: strict))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Translates SELFIES into SMILES. Any sequence of known symbols gives a molecule that keeps
  /// `constraints`; `[nop]` is skipped.
  /// - Throws: `.badData` if the text is not made of bracketed symbols, or a symbol is not known.
  public static func decode(
    _ selfies: String, constraints: SELFIESConstraints = .standard
  ) throws(Failure) -> String {
    var text = selfies
    let result: Result<String, Failure> = text.withUTF8 { bytes in
      do throws(Failure) {
        return .success(try Decoder.decode(bytes, constraints))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// As `encode`, for many molecules on all cores; one result each, in order.
  public static func encode(
    all smiles: [String], constraints: SELFIESConstraints = .standard, strict: Bool = true
  ) -> [Result<String, Failure>] {
    mapInPieces(smiles) { text throws(Failure) in
      try encode(text, constraints: constraints, strict: strict)
    }
  }

  /// As `decode`, for many sequences on all cores; one result each, in order.
  public static func decode(
    all selfies: [String], constraints: SELFIESConstraints = .standard
  ) -> [Result<String, Failure>] {
    mapInPieces(selfies) { text throws(Failure) in try decode(text, constraints: constraints) }
  }

  /// As `tokens`, for many sequences on all cores; one result each, in order.
  public static func tokens(all selfies: [String]) -> [Result<[String], Failure>] {
    mapInPieces(selfies) { text throws(Failure) in try tokens(text) }
  }
}

/// Texts that one piece of parallel work takes: enough that handing it out costs nothing.
private let textsPerPiece = 512

/// `body` of each item in order of the items, on all cores.
func mapInPieces<Item: Sendable, Output: Sendable>(
  _ items: [Item], by size: Int = textsPerPiece,
  _ body: @Sendable (Item) throws(Failure) -> Output
) -> [Result<Output, Failure>] {
  let ranges = Parallel.ranges(items.count, by: size)
  let pieces = Parallel.map(ranges.count) { piece -> [Result<Output, Failure>] in
    ranges[piece].map { index in
      do throws(Failure) {
        return .success(try body(items[index]))
      } catch {
        return .failure(error)
      }
    }
  }
  return Array(pieces.joined())
}
