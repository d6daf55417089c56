import Bindings
import Chemistry
import Foundation
import Language
import Testing

/// The library is checked through the language, as scripts meet it, and read by RDKit.
@Suite struct VirtualLibraryTests {
  /// A number of molecules that takes in every family, head and cap.
  private static let sampleSize = 4000

  @Test func moleculesAreValidDifferentAndOfDrugSize() throws {
    let molecules = try Self.library(Self.sampleSize).map { try Molecule(smiles: $0) }
    let canonical = try molecules.map { try $0.canonical() }
    #expect(Set(canonical).count == Self.sampleSize)
    // Neutral atoms only: brackets stand for pyrrole-like nitrogens and nothing else.
    for smiles in canonical {
      #expect(!smiles.replacing("[nH]", with: "").contains("["), "\(smiles)")
    }
    let scores = try molecules.prefix(600).map { try QED($0) }
    #expect(scores.allSatisfy { (130...550).contains($0.weight) })
    let sorted = scores.map(\.score).sorted()
    #expect(sorted[sorted.count / 2] > 0.8)
    #expect(scores.count { $0.alerts > 0 } < scores.count / 20)
  }

  @Test func moleculesFitTheFlowsSequences() throws {
    let lengths = try Self.library(Self.sampleSize).map {
      SELFIES.length(try SELFIES.encode($0))
    }
    #expect(lengths.allSatisfy { $0 <= 72 })
    #expect(Set(lengths).count > 20)
  }

  @Test func smallerLibrariesBeginLargerOnes() throws {
    let large = try Self.library(500)
    #expect(try Self.library(200) == Array(large.prefix(200)))
    #expect(try Self.library(500) == large)
  }

  @Test func firstMoleculesAreASampleOfTheWhole() throws {
    let spread = try Self.opened().evaluate(
      source: "map(0..<800, k -> _molecule_at(floor(k * _size / 800)))")
    let whole = try Self.summary(try Self.texts(try #require(spread.value)))
    let first = try Self.summary(try Self.library(800))
    #expect(abs(first.weight - whole.weight) < 5)
    #expect(abs(first.logP - whole.logP) < 0.1)
    #expect(abs(first.donors - whole.donors) < 0.1)
    #expect(abs(first.rings - whole.rings) < 0.1)
  }

  /// Uniqueness of the whole product follows from its parts: heads differ, and so do linkers with
  /// tails among the families that share their heads. Uranium marks the open bond.
  @Test func partsDiffer() throws {
    let session = try Self.opened()
    let families = try #require(session.evaluate(source: "_families").value?.items)
    var continuations: [[String]: [String]] = [:]
    for family in families {
      let tails = try Self.texts(family, "tails")
      for linker in try Self.texts(family, "linkers") {
        #expect(!linker.contains { $0.isNumber }, "\(linker) holds a ring")
        continuations[try Self.texts(family, "heads"), default: []] += tails.map { linker + $0 }
      }
    }
    let heads = try continuations.keys.flatMap { $0 }.map {
      try Molecule(smiles: $0 + "[U]").canonical()
    }
    #expect(heads.count > 100)
    #expect(Set(heads).count == heads.count)
    for pieces in continuations.values {
      let canonical = try pieces.map { try Molecule(smiles: "[U]" + $0).canonical() }
      #expect(Set(canonical).count == canonical.count)
    }
  }

  @Test func helpTellsTheTrueSize() throws {
    let session = try Self.opened()
    let size = try #require(session.evaluate(source: "_size").value?.double)
    let grouped = Int(size).formatted(.number.grouping(.automatic).locale(.init(identifier: "en")))
    guard case .function(let function)? = session["virtual_library"] else {
      Issue.record("no function `virtual_library`")
      return
    }
    #expect(function.doc.contains(" \(grouped) in all"))
  }

  @Test(arguments: ["0", "-5", "2.5", "nan", "inf", "1_200_000"])
  func impossibleSizesAreRefused(size: String) throws {
    let outcome = Self.session().evaluate(source: "virtual_library(\(size))")
    #expect(outcome.status == .failed)
    let message = try #require(outcome.diagnostics.last?.message)
    #expect(message.contains("a whole number of molecules from 1 to "))
  }

  // MARK: Kit

  private static func session() -> Session {
    Session(
      functions: StandardCatalog.families,
      library: StandardCatalog.library(folder: "/nonexistent"))
  }

  /// A session that has the module's private names.
  private static func opened() throws -> Session {
    let session = session()
    let source = try #require(session.library.source("library"))
    #expect(session.evaluate(source).status == .completed)
    return session
  }

  private static func library(_ size: Int) throws -> [String] {
    let outcome = session().evaluate(source: "virtual_library(\(size))")
    guard case .table(let table)? = outcome.value, case .texts(let smiles)? = table["smiles"] else {
      throw UnexpectedValue(diagnostics: outcome.diagnostics)
    }
    #expect(table.names == ["smiles"])
    #expect(smiles.count == size)
    return smiles
  }

  private static func texts(_ value: Value) throws -> [String] {
    guard case .list(let items) = value else { throw UnexpectedValue(diagnostics: []) }
    return try items.map {
      guard case .string(let text) = $0 else { throw UnexpectedValue(diagnostics: []) }
      return text
    }
  }

  private static func texts(_ family: Value, _ field: String) throws -> [String] {
    guard case .record(let record) = family, let list = record[field] else {
      throw UnexpectedValue(diagnostics: [])
    }
    return try texts(list)
  }

  /// Means over molecules.
  private static func summary(_ smiles: [String]) throws
    -> (weight: Double, logP: Double, donors: Double, rings: Double)
  {
    let scores = try smiles.map { try QED(try Molecule(smiles: $0)) }
    func mean(_ property: (QED) -> Double) -> Double {
      scores.map(property).reduce(0, +) / Double(scores.count)
    }
    return (mean(\.weight), mean(\.logP), mean(\.donors), mean(\.aromaticRings))
  }
}

/// A script gave something else than the test reads, with what it said.
private struct UnexpectedValue: Error {
  let diagnostics: [Diagnostic]
}

extension Value {
  fileprivate var items: [Value]? { if case .list(let items) = self { items } else { nil } }
  fileprivate var double: Double? { if case .number(let x) = self { x } else { nil } }
}
