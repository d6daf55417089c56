import CSQLite
import Core
import Foundation
import Storage
import Testing

struct StudyStoreTests {
  private let folder = TemporaryFolder()

  @Test func rowsComeBackToTheBit() throws {
    let path = folder.path("study.db")
    let first = StoredTrial(
      index: 0, iteration: 0, candidate: .text("C\"C'\u{0}é"), objective: -0.1 + 0.3,
      constraints: [.init(name: "weight", violation: -1.0 / 3, isIndicator: false)],
      recorded: [
        .init("docking", .number(.leastNonzeroMagnitude)), .init("note", .text("a\nb")),
        .init("clean", .flag(false)), .init("far", .number(.infinity)),
      ],
      seconds: 1.5, finished: Date(timeIntervalSince1970: 1_700_000_000.125))
    let second = StoredTrial(
      index: 1, iteration: 2, candidate: .vector([0.1, -0.0, 1e300]), objective: nil,
      failure: "the assay failed", seconds: 2, finished: Date(timeIntervalSince1970: 1))
    do {
      let store = try StudyStore.open(path)
      #expect(try store.lastStudy() == nil)
      let number = try store.begin(Sample.study)
      try store.append(first, study: number)
      try store.append(second, study: number)
    }
    let store = try StudyStore.open(path)
    #expect(try store.trials() == [first, second])
    #expect(try store.trialCount() == 2)
    #expect(try store.lastStudy() == Sample.study)
    #expect(try store.trial(of: second.candidate) == second)
    #expect(try store.trial(of: .text("[0.1,-0.0,1e+300]")) == nil)
    #expect(try store.trial(of: .text("C")) == nil)
  }

  /// An evaluation that is there before its trial answers for its candidate, and goes when the trial comes.
  @Test func evaluationsAheadOfTheirTrialsAreKept() throws {
    let path = folder.path("study.db")
    let trial = StoredTrial(
      index: 7, iteration: 1, candidate: .vector([1, 2]), objective: 0.25,
      constraints: [.init(name: "c", violation: -1, isIndicator: false)],
      recorded: [.init("note", .text("a"))], seconds: 3,
      finished: Date(timeIntervalSince1970: 1_700_000_000))
    var number = 0
    do {
      let store = try StudyStore.open(path)
      number = try store.begin(Sample.study)
      try store.keepAhead(trial, study: number)
      try store.keepAhead(trial, study: number)
    }
    let store = try StudyStore.open(path)
    #expect(try store.trialCount() == 1 && store.trials().isEmpty && store.hasResults())
    #expect(try store.evaluatedCandidates() == [trial.candidate])
    #expect(try store.hasTrial(of: trial.candidate, runs: [number]))
    #expect(try !store.hasTrial(of: trial.candidate))
    let known = try #require(try store.trial(of: trial.candidate))
    #expect(known.objective == 0.25 && known.constraints == trial.constraints)
    #expect(known.recorded == trial.recorded && known.failure == nil)
    try store.append(trial, study: number)
    #expect(try store.trialCount() == 1)
    #expect(try store.trials() == [trial])
    #expect(try store.trial(of: trial.candidate) == trial)
    #expect(try store.constraintNames() == ["c"])
  }

  @Test func roomIsLookedForBeforeAnythingIsPaidFor() throws {
    let store = try StudyStore.open(folder.path("study.db"))
    try store.checkRoom(1)
    let failure = #expect(throws: Failure.self) { try store.checkRoom(.max) }
    #expect(failure?.kind == .cannotWrite)
    #expect(failure?.message.contains("nothing is evaluated") == true)
  }

  @Test func failuresAheadAreForgottenWithTheOthers() throws {
    let store = try StudyStore.open(folder.path("study.db"))
    let number = try store.begin(Sample.study)
    func row(_ index: Int, iteration: Int, _ failure: String?) -> StoredTrial {
      StoredTrial(
        index: index, iteration: iteration, candidate: .vector([Double(index)]),
        objective: failure == nil ? 1 : nil, failure: failure, seconds: 0)
    }
    try store.append(row(0, iteration: 0, nil), study: number)
    try store.append(row(1, iteration: 0, "broke"), study: number)
    try store.append(row(2, iteration: 1, nil), study: number)
    try store.append(row(3, iteration: 2, nil), study: number)
    try store.keepAhead(row(4, iteration: 2, "late"), study: number)
    #expect(try store.candidatesAhead(runs: [number]) == [.vector([4])])
    #expect(try store.candidatesAhead(runs: []).isEmpty)
    #expect(try store.failureCount() == 2)
    try store.forgetFailures()
    #expect(try store.failureCount() == 0 && store.trialCount() == 3)
    // The batch of the one that is gone is known, for its study goes on past it; the last one is not over.
    #expect(
      try store.batches(firstTrial: 0, runs: [number]) == [
        StoredBatch(firstTrial: 0, asked: [.vector([0]), .vector([1])], isCut: false)
      ])
    #expect(try store.batches(firstTrial: 3, runs: [number]).isEmpty)
  }

  @Test func pausesAreFoundByTheirBatch() throws {
    let store = try StudyStore.open(folder.path("study.db"))
    let asked: [StoredTrial.Candidate] = [.text("a"), .text("b"), .vector([1, 2])]
    let pause = StoredPause(firstTrial: 7, asked: asked, evaluated: [0, 2])
    let runs: Set = [try store.begin(Sample.study)]
    for run in runs { try store.append(pause, study: run) }
    #expect(try store.pause(firstTrial: 7, asked: asked, runs: runs) == pause)
    #expect(try store.pause(firstTrial: 8, asked: asked, runs: runs) == nil)
    #expect(try store.pause(firstTrial: 7, asked: Array(asked.prefix(2)), runs: runs) == nil)
    #expect(try store.pause(firstTrial: 7, asked: asked, runs: []) == nil)
  }

  @Test func batchesAreFoundByStudyAndPlace() throws {
    let store = try StudyStore.open(folder.path("study.db"))
    let asked = [1.0, 2, 3].map { StoredTrial.Candidate.vector([$0]) }
    let number = try store.begin(Sample.study)
    let other = try store.begin(Sample.study)
    func batch(_ count: Int, at first: Int = 4, isCut: Bool = true) -> StoredBatch {
      StoredBatch(firstTrial: first, asked: Array(asked.prefix(count)), isCut: isCut)
    }
    for count in [2, 1] { try store.append(batch(count), study: number) }
    try store.append(batch(3, isCut: false), study: other)
    func batches(_ first: Int, _ runs: Set<Int>) throws -> [StoredBatch] {
      try store.batches(firstTrial: first, runs: runs)
    }
    #expect(try batches(4, [number]) == [batch(1), batch(2)])
    #expect(try batches(4, [number, other]) == [batch(3, isCut: false), batch(1), batch(2)])
    #expect(try batches(5, [number]).isEmpty && batches(4, []).isEmpty)
    #expect(try store.has(batch(2), runs: [number]) && !store.has(batch(2), runs: [other]))
    #expect(try !store.has(batch(2, at: 5), runs: [number]))
    #expect(try store.extent(runs: [number]) == 4 && store.extent(runs: []) == 0)
  }

  /// The last study is the one that wrote last, evaluations or its own row.
  @Test func theLastStudyAndHowFarItWent() throws {
    let store = try StudyStore.open(folder.path("study.db"))
    var other = Sample.study
    other.seed = RandomStream(seed: 8)
    let first = try store.begin(Sample.study)
    try store.append(Sample.trial(0), study: first)
    Thread.sleep(forTimeInterval: 0.01)
    let second = try store.begin(other)
    #expect(try store.lastStudy() == other)
    Thread.sleep(forTimeInterval: 0.01)
    var later = Sample.trial(5)
    later.finished = Date()
    try store.append(later, study: first)
    #expect(try store.lastStudy() == Sample.study)
    #expect(try store.extent(runs: [first]) == 6 && store.extent(runs: [second]) == 0)
    let trial = Sample.trial(5)
    func evaluated(from first: Int, _ runs: Set<Int>) throws -> [Int] {
      try store.evaluated(firstTrial: first, iteration: trial.iteration, runs: runs).map(\.index)
    }
    #expect(try evaluated(from: 1, [first]) == [5] && evaluated(from: 6, [first]).isEmpty)
    #expect(try evaluated(from: 0, [second]).isEmpty)
    // Trials of all its candidates tell of a batch, unless a limit cut it.
    var batch = StoredBatch(firstTrial: 5, asked: [trial.candidate], isCut: false)
    #expect(try store.has(batch, runs: [first]) && !store.has(batch, runs: [second]))
    batch.isCut = true
    #expect(try !store.has(batch, runs: [first]))
    #expect(try store.studies(after: 0).map(\.number) == [first, second])
    #expect(try store.studies(after: first).map(\.study) == [other])
    // The same study with more to spend is the same.
    var richer = Sample.study
    richer.budget = 400
    richer.plannedBudget = 400
    #expect(richer.isSame(as: Sample.study) && !other.isSame(as: Sample.study))
    // An option that another version of the method does not have tells nothing; one that it has does.
    func study(_ options: [String: String], knowing known: [String]?) -> StoredStudy {
      var study = Sample.study
      (study.options, study.known) = (options, known)
      return study
    }
    let older = study(["batch": "5"], knowing: ["batch", "beta"])
    let newer = study(["batch": "5", "gamma": "1"], knowing: ["batch", "beta", "gamma"])
    #expect(newer.isSame(as: older) && older.isSame(as: newer))
    #expect(newer.differences(from: older).isEmpty)
    #expect(!study(["batch": "6"], knowing: newer.known).isSame(as: older))
    #expect(!study(["batch": "5", "beta": "2"], knowing: newer.known).isSame(as: older))
    #expect(!newer.isSame(as: study(["batch": "5"], knowing: nil)))
  }

  @Test func measurementsComeBackInOrder() throws {
    let path = folder.path("study.db")
    let told = [
      StoredMeasurement(
        candidate: .text("CCO"),
        values: [.init("yield", .number(-0.1 + 0.3)), .init("pure", .flag(true))]),
      StoredMeasurement(candidate: .vector([0.1, -0.0]), values: [], failure: "spilled"),
      StoredMeasurement(candidate: .text("CCO"), values: [.init("note", .text("a\nb"))]),
    ]
    do {
      let store = try StudyStore.open(path)
      for rows in [told.prefix(1), told.dropFirst()] { try store.append(Array(rows)) }
    }
    let store = try StudyStore.open(path)
    #expect(try store.measurements() == told)
    try store.forgetFailures()
    var left = told
    left[1].failure = nil
    #expect(try store.measurements() == left)
  }

  /// Batches of 100 were what these methods took by themselves before format 4.
  @Test func anOlderStudyKeepsTheSizeOfItsBatches() throws {
    let path = folder.path("study.db")
    func study(_ method: String, _ options: [String: String]) -> StoredStudy {
      StoredStudy(
        problem: Sample.study.problem, method: method, options: options,
        start: [.vector([0.1, -3])],
        budget: 60, plannedBudget: 60, seed: RandomStream(seed: UInt64.max).stream("megs"))
    }
    let studies = [
      study("megs", ["chains": "9"]), study("scbo", ["batch": "7"]), study("nfbo", [:]),
    ]
    do {
      let store = try StudyStore.open(path)
      for one in studies { _ = try store.begin(one) }
    }
    try Sample.execute(
      "DROP TABLE ahead; \(Sample.batchesOfFormat3); PRAGMA user_version=3", in: path)
    let store = try StudyStore.open(path)
    #expect(
      try store.studies(after: 0).map(\.study)
        == [study("megs", ["chains": "9", "batch": "100"]), studies[1], studies[2]])
  }

  /// A file that an earlier version wrote, without measurements, is taken and keeps its trials.
  @Test func anOlderFormatIsTaken() throws {
    let path = folder.path("study.db")
    do {
      let store = try StudyStore.open(path)
      try store.append(Sample.trial(0), study: try store.begin(Sample.study))
    }
    try Sample.execute(
      "DROP TABLE measurement; DROP TABLE batch; DROP TABLE ahead; DROP INDEX trial_place; "
        + "PRAGMA user_version=1", in: path)
    let store = try StudyStore.open(path)
    #expect(try store.trials().map(\.index) == [0])
    #expect(try store.measurements() == [])
    try store.append([StoredMeasurement(candidate: .text("a"), values: [])])
    #expect(try store.measurements().count == 1)
  }

  /// Format 4 told of a batch if a limit cut it, if it is measured, or by where it was stopped.
  @Test func batchesOfAnOlderFormatAreTaken() throws {
    let path = folder.path("study.db")
    let points = [0.5, -1].map { StoredTrial.Candidate.vector([$0, 0.1]) }
    let words = ["[1]", "b"].map { StoredTrial.Candidate.text($0) }
    var boxed = Sample.study
    boxed.problem.dimension = 2
    var runs: [Int] = []
    do {
      let store = try StudyStore.open(path)
      runs = try [boxed, Sample.study].map { study in try store.begin(study) }
      for (asked, run) in zip([points, words], runs) {
        try store.append(StoredBatch(firstTrial: 3, asked: asked, isCut: true), study: run)
        for first in [3, 5, 5] {
          try store.append(
            StoredPause(firstTrial: first, asked: asked, evaluated: [0]), study: run)
        }
      }
    }
    try Sample.execute("\(Sample.batchesOfFormat3); PRAGMA user_version=4", in: path)
    let store = try StudyStore.open(path)
    for (asked, run) in zip([points, words], runs) {
      for (first, isCut) in [(3, true), (5, false)] {
        #expect(
          try store.batches(firstTrial: first, runs: [run]) == [
            StoredBatch(firstTrial: first, asked: asked, isCut: isCut)
          ])
      }
    }
  }

  @Test func aCopyOfTheFileAloneIsComplete() throws {
    let path = folder.path("study.db")
    let store = try StudyStore.open(path)
    let number = try store.begin(Sample.study)
    for i in 0..<20 { try store.append(Sample.trial(i), study: number) }
    try store.consolidate()
    let copy = folder.path("copy.db")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    #expect(try StudyStore.open(copy).trials().map(\.index) == Array(0..<20))
  }

  @Test func oneProcessSharesTheFile() throws {
    let path = folder.path("study.db")
    let a = try StudyStore.open(path)
    let b = try StudyStore.open("\(folder.url.path)/./study.db")
    #expect(a === b)
  }

  // MARK: What is refused

  @Test func filesOfAnotherKindAreRefusedAndLeftAlone() throws {
    let text = folder.path("notes.txt")
    try String(repeating: "just notes\n", count: 200).write(
      toFile: text, atomically: true, encoding: .utf8)
    expect(.badFile, "not a study database", opening: text)
    #expect(try String(contentsOfFile: text, encoding: .utf8).hasPrefix("just notes"))

    let other = folder.path("other.db")
    try Sample.execute("CREATE TABLE bookmark (x)", in: other)
    let before = try Data(contentsOf: URL(filePath: other))
    expect(.badFile, "another program", opening: other)
    #expect(try Data(contentsOf: URL(filePath: other)) == before)
  }

  @Test func aNewerFormatIsRefused() throws {
    let path = folder.path("study.db")
    do { _ = try StudyStore.open(path) }
    try Sample.execute("PRAGMA user_version=\(StudyStore.formatVersion + 1)", in: path)
    expect(.badFile, "newer version of lbo", opening: path)
  }

  @Test func aDamagedFileIsRefused() throws {
    let path = folder.path("study.db")
    do {
      let store = try StudyStore.open(path)
      let number = try store.begin(Sample.study)
      for i in 0..<200 { try store.append(Sample.trial(i), study: number) }
    }
    let file = try FileHandle(forUpdating: URL(filePath: path))
    let size = try file.seekToEnd()
    try file.seek(toOffset: 4096)
    try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
    try file.close()
    expect(.badFile, "damaged", opening: path)
  }

  @Test func placesThatCannotBeWrittenAreTold() throws {
    expect(.cannotWrite, "its folder does not exist", opening: folder.path("none/study.db"))
    expect(.badFile, "is a folder", opening: folder.url.path)
    expect(.cannotWrite, "empty text", opening: "")
  }

  @Test func aFileThatWasRemovedIsNoticed() throws {
    let path = folder.path("study.db")
    let store = try StudyStore.open(path)
    let number = try store.begin(Sample.study)
    try store.append(Sample.trial(0), study: number)
    try FileManager.default.removeItem(atPath: path)
    #expect {
      try store.append(Sample.trial(1), study: number)
    } throws: {
      ($0 as? Failure)?.kind == .cannotWrite && "\($0)".contains("removed or replaced")
    }
  }

  private func expect(_ kind: Failure.Kind, _ part: String, opening path: String) {
    #expect {
      try StudyStore.open(path)
    } throws: { error in
      guard let failure = error as? Failure else { return false }
      return failure.kind == kind && failure.message.contains(part) && failure.advice != nil
    }
  }
}

/// Other processes: one that is killed, one that comes too late, one whose disk is full.
struct StudyStoreProcessTests {
  @Test func aKillLosesNothingThatWasWritten() async throws {
    let folder = TemporaryFolder()
    let (path, told) = (folder.path("study.db"), folder.path("told"))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, told = told as String] in
      let store = try StudyStore.open(path)
      let number = try store.begin(Sample.study)
      let log = open(told, O_WRONLY | O_CREAT, 0o644)
      var written = 0
      // A second thread kills the process while this one writes on.
      let killer = Thread {
        var status = stat()
        while stat(told, &status) != 0 || status.st_size < 100 { usleep(200) }
        kill(getpid(), SIGKILL)
      }
      killer.start()
      while true {
        try store.append(Sample.trial(written), study: number)
        written += 1
        write(log, "x", 1)
      }
    }
    let count = try Data(contentsOf: URL(filePath: told)).count
    let rows = try StudyStore.open(path).trials()
    #expect(count >= 100)
    #expect(rows.count >= count)
    #expect(rows.map(\.index) == Array(0..<rows.count))
    #expect(rows.allSatisfy { $0.objective == Sample.trial($0.index).objective })
  }

  @Test func aSecondProcessIsRefused() async throws {
    let folder = TemporaryFolder()
    let path = folder.path("study.db")
    let store = try StudyStore.open(path)
    await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
      do throws(Failure) { _ = try StudyStore.open(path) } catch {
        exit(error.kind == .cannotWrite && error.message.contains("another running study") ? 7 : 8)
      }
      exit(9)
    }
    // The attempt took nothing away.
    try store.append(Sample.trial(0), study: try store.begin(Sample.study))
    #expect(try store.trialCount() == 1)
  }

  @Test func aFullDiskIsToldAndLosesNothing() async throws {
    let folder = TemporaryFolder()
    let path = folder.path("study.db")
    await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
      let store = try StudyStore.open(path)
      let number = try store.begin(Sample.study)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      var written = 0
      do throws(Failure) {
        while written < 100_000 {
          try store.append(Sample.trial(written), study: number)
          written += 1
        }
      } catch {
        // What was written before can still be read, in this process and later.
        let kept = try store.trialCount()
        exit(error.kind == .cannotWrite && kept == written ? 7 : 8)
      }
      exit(9)
    }
    let rows = try StudyStore.open(path).trials()
    #expect(rows.count > 10)
    #expect(rows.map(\.index) == Array(0..<rows.count))
  }
}

/// A folder of its own for a test, removed at its end.
final class TemporaryFolder: Sendable {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  init() {
    try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

enum Sample {
  /// Makes the table of batches what it was in formats 3 and 4.
  static let batchesOfFormat3 =
    "ALTER TABLE batch DROP COLUMN cut; ALTER TABLE batch DROP COLUMN kind; DROP INDEX batch_place; "
    + "DROP INDEX trial_place"

  static let study = StoredStudy(
    problem: .init(name: "lead", goal: "score", isMinimized: false, constraints: ["weight"]),
    method: "nfbo", options: ["batch": "50"],
    start: [.text("[CH3]\"quoted\""), .vector([0.1, -1e-300, 1 / 3])], budget: 40,
    seed: RandomStream(seed: 7))

  static func trial(_ index: Int) -> StoredTrial {
    StoredTrial(
      index: index, iteration: index / 10, candidate: .text("candidate \(index)"),
      objective: 1 / Double(index + 1), seconds: 0)
  }

  /// Changes a file as another program would.
  static func execute(_ sql: String, in path: String) throws {
    var handle: OpaquePointer?
    defer { sqlite3_close(handle) }
    guard sqlite3_open(path, &handle) == SQLITE_OK,
      sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK
    else { throw CocoaError(.fileWriteUnknown) }
  }
}
