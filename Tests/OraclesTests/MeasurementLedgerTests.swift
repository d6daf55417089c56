import Core
import Oracles
import Synchronization
import Testing

struct MeasurementLedgerTests {
  private let acid = Candidate.text("acid")

  private func message(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
  }

  @Test func partsAddUp() throws {
    let ledger = MeasurementLedger(names: ["yield", "pure"])
    #expect(ledger.missing(for: acid) == ["yield", "pure"])
    #expect(try ledger.tell(.init(values: ["pure": .flag(true)]), of: acid))
    #expect(ledger.missing(for: acid) == ["yield"])
    #expect(try ledger.tell(.init(values: ["yield": .number(0.5)]), of: acid))
    #expect(ledger.missing(for: acid) == [])
    #expect(ledger.measurement(of: acid).values == ["pure": .flag(true), "yield": .number(0.5)])
    #expect(try !ledger.tell(.init(values: ["yield": .number(0.5)]), of: acid))
    #expect(ledger.missing(for: .text("base")) == ["yield", "pure"])
  }

  @Test func whatContradictsIsRefusedAndChangesNothing() throws {
    let kept = Mutex(0)
    let ledger = MeasurementLedger(
      names: ["yield", "pure"], keep: { _, _ in kept.withLock { $0 += 1 } })
    try ledger.tell(.init(values: ["yield": .number(1)]), of: acid)
    #expect(
      message {
        try ledger.tell(.init(values: ["yield": .number(2), "pure": .flag(true)]), of: acid)
      }?
      .hasPrefix("`yield` of acid was 1.0 when it was told before, and now 2.0;") == true)
    #expect(ledger.missing(for: acid) == ["pure"])
    // Half measured, then spilled: given up, and so it stays.
    try ledger.tell(.init(failure: "spilled"), of: acid)
    #expect(ledger.missing(for: acid) == [])
    #expect(
      message { try ledger.tell(.init(failure: "burnt"), of: acid) }?.contains("spilled") == true)
    #expect(
      message { try ledger.tell(.init(values: ["pure": .flag(true)]), of: acid) }?
        .contains("had failed (spilled)") == true)
    #expect(kept.withLock { $0 } == 2)
  }

  /// Where all is measured, nothing is given up: a table of trials has failures of the body, too.
  @Test func whatIsMeasuredIsNotGivenUp() throws {
    let ledger = MeasurementLedger(names: ["yield", "pure"])
    let whole = Measurement(values: ["yield": .number(1), "pure": .flag(true)], failure: "too low")
    #expect(try ledger.tell(whole, of: acid))
    #expect(ledger.measurement(of: acid).failure == nil)
    #expect(try !ledger.tell(.init(failure: "spilled"), of: acid))
    #expect(ledger.measurement(of: acid).values == whole.values)
  }

  @Test func correctionsTakeTheOldPlace() throws {
    let rows = Mutex<[(Candidate, Measurement)]>([])
    let ledger = MeasurementLedger(
      names: ["yield", "pure"], keep: { row, told in rows.withLock { $0.append((row, told)) } })
    try ledger.tell(.init(values: ["yield": .number(1)]), of: acid)
    try ledger.tell(.init(failure: "spilled"), of: acid)
    #expect(try ledger.tell(.init(values: ["yield": .number(2)]), of: acid, correcting: true))
    #expect(ledger.measurement(of: acid) == .init(values: ["yield": .number(2)]))
    // What was kept, read again, is what is known.
    let again = MeasurementLedger(names: ["yield", "pure"], known: rows.withLock { $0 })
    #expect(again.measurement(of: acid) == ledger.measurement(of: acid))
    #expect(message { try ledger.check(.init(values: ["yield": .number(3)]), of: acid) } != nil)
    #expect(ledger.measurement(of: acid).values == ["yield": .number(2)])
  }

  @Test func whatCannotBeKeptIsNotTakenIn() {
    let ledger = MeasurementLedger(
      names: ["yield"],
      keep: { _, _ throws(Failure) in throw Failure(.cannotWrite, "the disk is full") })
    #expect(
      message { try ledger.tell(.init(values: ["yield": .number(1)]), of: acid) }
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
