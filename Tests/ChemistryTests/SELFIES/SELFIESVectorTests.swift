import Chemistry
import Core
import Testing

/// Equality with the published package (2.2), row by row.
@Suite struct SELFIESVectorTests {
  /// The kind of error that the vectors record for a failure of ours.
  private func kind(_ failure: Failure) -> String {
    if failure.message.contains("cannot be kekulized") { return "ERROR:EncoderError:kekulize" }
    if failure.message.contains("violates the SELFIES constraints") {
      return "ERROR:EncoderError:constraints"
    }
    // The package meets a ring bond from an atom to itself as an error of its own arithmetic.
    if failure.message.contains("joins an atom to itself") { return "ERROR:IndexError" }
    return "ERROR:EncoderError:parse"
  }

  private func encode(_ smiles: String, strict: Bool) -> String {
    do { return try SELFIES.encode(smiles, strict: strict) } catch { return kind(error) }
  }

  private func decode(_ selfies: String) -> String {
    do { return try SELFIES.decode(selfies) } catch { return "ERROR:DecoderError" }
  }

  @Test func encodesAndDecodesAsPublished() throws {
    let table = try VectorTable("selfies_roundtrip")
    let columns = try ["smiles", "selfies", "decoded", "selfies_strict_false"].map(table.column)
    let looseDecoded = try table.column("decoded_strict_false")
    for row in table.rows {
      let smiles = row[columns[0]]
      let selfies = encode(smiles, strict: true)
      #expect(selfies == row[columns[1]], "\(smiles)")
      if !selfies.hasPrefix("ERROR") {
        #expect(decode(selfies) == row[columns[2]], "\(smiles)")
      }
      if !row[columns[3]].isEmpty {
        let loose = encode(smiles, strict: false)
        #expect(loose == row[columns[3]], "\(smiles)")
        #expect(decode(loose) == row[looseDecoded], "\(smiles)")
      }
    }
  }

  @Test(arguments: ["selfies_random", "selfies_random_large"])
  func decodesRandomSymbolsAsPublished(_ name: String) throws {
    let table = try VectorTable(name)
    let (selfies, decoded) = (try table.column("selfies"), try table.column("decoded"))
    for row in table.rows {
      #expect(decode(row[selfies]) == row[decoded], "\(row[selfies])")
    }
  }

  @Test(arguments: ["default", "octet_rule", "hypervalent"])
  func listsTheRobustAlphabet(_ preset: String) throws {
    let expected = try VectorTable.text(preset, ["alphabet_\(preset).txt"])
      .split(whereSeparator: \.isWhitespace).map(String.init)
    let alphabet = try SELFIESConstraints.preset(preset).alphabet
    #expect(Set(alphabet) == Set(expected))
    #expect(alphabet.count == expected.count)
    #expect(alphabet == alphabet.sorted())
  }
}
