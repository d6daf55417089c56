import Core
import Oracles
import Synchronization
import Testing

struct MeasurementLedgerTests {
  private let acid = Candidate.text("acid")

  /// Tells of `acid`; whether that was new.
  @discardableResult
  private func tell(_ ledger: MeasurementLedger, _ told: Measurement, correcting: Bool = false)
    throws
    -> Bool
  {
    try ledger.tell([.init(told, of: acid, isCorrection: correcting)]).told.count == 1
  }

  private func message(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
  }

  @Test func partsAddUp() throws {
    let ledger = MeasurementLedger(names: ["yield", "pure"])
    #expect(ledger.missing(for: acid) == ["yield", "pure"])
    #expect(try tell(ledger, .init(values: ["pure": .flag(true)])))
    #expect(ledger.missing(for: acid) == ["yield"])
    #expect(try tell(ledger, .init(values: ["yield": .number(0.5)])))
    #expect(ledger.missing(for: acid) == [])
    #expect(ledger.measurement(of: acid).values == ["pure": .flag(true), "yield": .number(0.5)])
    #expect(try !tell(ledger, .init(values: ["yield": .number(0.5)])))
    #expect(ledger.missing(for: .text("base")) == ["yield", "pure"])
  }

  @Test func whatContradictsIsRefusedAndChangesNothing() throws {
    let kept = Mutex(0)
    let ledger = MeasurementLedger(
      names: ["yield", "pure"], keep: { _ in kept.withLock { $0 += 1 } })
    try tell(ledger, .init(values: ["yield": .number(1)]))
    #expect(
      message {
        try tell(ledger, .init(values: ["yield": .number(2), "pure": .flag(true)]))
      }?
      .hasPrefix("`yield` of acid was 1.0 when it was told before, and now 2.0;") == true)
    #expect(ledger.missing(for: acid) == ["pure"])
    // Half measured, then spilled: given up, and so it stays.
    try tell(ledger, .init(failure: "spilled"))
    #expect(ledger.missing(for: acid) == [])
    #expect(
      message { try tell(ledger, .init(failure: "burnt")) }?.contains("spilled") == true)
    #expect(
      message { try tell(ledger, .init(values: ["pure": .flag(true)])) }?
        .contains("had failed (spilled)") == true)
    #expect(kept.withLock { $0 } == 2)
  }

  /// Where all is measured, nothing is given up: a table of trials has failures of the body, too.
  @Test func whatIsMeasuredIsNotGivenUp() throws {
    let ledger = MeasurementLedger(names: ["yield", "pure"])
    let whole = Measurement(values: ["yield": .number(1), "pure": .flag(true)], failure: "too low")
    #expect(try tell(ledger, whole))
    #expect(ledger.measurement(of: acid).failure == nil)
    #expect(try !tell(ledger, .init(failure: "spilled")))
    #expect(ledger.measurement(of: acid).values == whole.values)
  }

  @Test func correctionsTakeTheOldPlace() throws {
    let rows = Mutex<[(Candidate, Measurement)]>([])
    let ledger = MeasurementLedger(
      names: ["yield", "pure"], keep: { news in rows.withLock { $0 += news.told } })
    try tell(ledger, .init(values: ["yield": .number(1)]))
    try tell(ledger, .init(failure: "spilled"))
    #expect(try tell(ledger, .init(values: ["yield": .number(2)]), correcting: true))
    #expect(ledger.measurement(of: acid) == .init(values: ["yield": .number(2)]))
    // What was kept, read again, is what is known.
    let again = MeasurementLedger(names: ["yield", "pure"], known: rows.withLock { $0 })
    #expect(again.measurement(of: acid) == ledger.measurement(of: acid))
  }

  /// What is evaluated is told of as such where it changes, and stays where it is for good.
  @Test func correctionsOfWhatIsEvaluated() throws {
    let corrected = Mutex<[Set<Candidate>]>([])
    let ledger = MeasurementLedger(
      names: ["yield"], keep: { news in corrected.withLock { $0.append(news.corrected) } })
    func told(_ yield: Double, _ standing: MeasurementLedger.Standing) throws -> Set<Candidate> {
      let row = Measurement(values: ["yield": .number(yield)])
      return try ledger.tell([.init(row, of: acid, isCorrection: true, standing: standing)])
        .corrected
    }
    #expect(try told(1, .open) == [])
    #expect(try told(1, .evaluated) == [])
    #expect(try told(2, .evaluated) == [acid])
    #expect(message { _ = try told(3, .fixed) }?.contains("`initial: notebook`") == true)
    #expect(ledger.measurement(of: acid).values == ["yield": .number(2)])
    #expect(corrected.withLock { $0 } == [[], [acid]])
  }

  /// What is evaluated has all of its measurements or is given up, never half of them.
  @Test func whatIsEvaluatedIsTakenBackWhole() throws {
    let ledger = MeasurementLedger(names: ["yield", "pure"])
    let whole = Measurement(values: ["yield": .number(1), "pure": .flag(true)])
    try tell(ledger, whole)
    func correct(_ told: Measurement) throws {
      try ledger.tell([.init(told, of: acid, isCorrection: true, standing: .evaluated)])
    }
    try correct(.init(failure: "was mislabelled"))
    #expect(ledger.measurement(of: acid).failure == "was mislabelled")
    // A table that says the same again is none.
    #expect(ledger.corrections == 1)
    try correct(.init(failure: "was mislabelled"))
    #expect(ledger.corrections == 1)
    try correct(.init(values: ["yield": .number(2)]))
    #expect(ledger.measurement(of: acid).values == ["yield": .number(2), "pure": .flag(true)])
    #expect(ledger.measurement(of: acid).failure == nil && ledger.missing(for: acid) == [])
    let half = MeasurementLedger(names: ["yield", "pure"])
    try tell(half, .init(failure: "spilled"))
    let row = Measurement(values: ["yield": .number(1)])
    #expect(
      message {
        try half.tell([.init(row, of: acid, isCorrection: true, standing: .evaluated)])
      }?.hasPrefix("acid is evaluated, and nothing tells its `pure`") == true)
    #expect(half.measurement(of: acid) == .init(failure: "spilled"))
  }

  /// A table is taken in whole or not at all, whichever of its rows is wrong.
  @Test func rowsOfOneTableMayNotContradict() throws {
    let kept = Mutex<[Int]>([])
    let ledger = MeasurementLedger(
      names: ["yield", "pure"], keep: { news in kept.withLock { $0.append(news.told.count) } })
    func told(_ text: String, _ yield: Double, _ corrects: Bool = false) -> MeasurementLedger.Told {
      .init(.init(values: ["yield": .number(yield)]), of: .text(text), isCorrection: corrects)
    }
    for corrects in [false, true] {
      #expect(
        message {
          try ledger.tell([told("base", 1), told("acid", 1, corrects), told("acid", 2, corrects)])
        }?.hasPrefix("two rows are of acid and differ: `yield` is 1.0 in one and 2.0 in the other")
          == true)
    }
    #expect(ledger.missing(for: .text("base")) == ["yield", "pure"])
    #expect(try ledger.tell([told("base", 1), told("acid", 1), told("acid", 1)]).told.count == 2)
    // A table may have a row for each measurement, whether it corrects what was told before or not.
    let parts: [MeasurementLedger.Told] = [
      told("acid", 4, true),
      .init(.init(values: ["pure": .flag(true)]), of: .text("acid"), isCorrection: true),
    ]
    #expect(try ledger.tell(parts).told.count == 1)
    #expect(ledger.measurement(of: acid).values == ["yield": .number(4), "pure": .flag(true)])
    // Neither a row before the wrong one nor one after it is taken in.
    #expect(message { try ledger.tell([told("salt", 1), told("acid", 3), told("ash", 1)]) } != nil)
    #expect(ledger.measurement(of: .text("salt")) == Measurement())
    #expect(kept.withLock { $0 } == [2, 1])
  }

  @Test func whatCannotBeKeptIsNotTakenIn() {
    let ledger = MeasurementLedger(
      names: ["yield"],
      keep: { _ throws(Failure) in throw Failure(.cannotWrite, "the disk is full") })
    #expect(
      message { try tell(ledger, .init(values: ["yield": .number(1)])) }
        == "the disk is full")
    #expect(ledger.missing(for: acid) == ["yield"])
  }

  @Test func spellingsOfOneCandidateAreOne() throws {
    let lower: @Sendable (Candidate) -> Candidate = { candidate in
      guard case .text(let text) = candidate else { return candidate }
      return .text(text.lowercased())
    }
    let ledger = MeasurementLedger(
      names: ["a", "b"],
      known: [
        (acid, .init(values: ["a": .number(1)])), (.text("Acid"), .init(values: ["b": .number(2)])),
      ],
      spelling: lower)
    #expect(ledger.missing(for: .text("ACID")) == [])
  }
}
