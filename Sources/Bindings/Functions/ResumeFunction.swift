import Core
import Foundation
import Language
import Optimization
import Oracles
import Storage

extension StudyFunctions {
  /// `resume`: a study from its file, without the call that made it.
  static let resume = NativeFunction(
    "resume",
    FunctionSignature(
      [
        .required("problem", "a problem", "what the study optimizes"),
        .required(
          "store", "a file's path", "the file that the study was made with, as its `store`"),
        .named(
          "budget", "a whole number of at least 1",
          "evaluations to spend after the start set, those done included (default: as before)"),
        StudyRecording.retry,
      ], result: "a study"),
    doc:
      "Takes up the study that last wrote into a file: its method, options, start set and seed are in "
      + "the file. What is known is gone through again, and nothing is evaluated meanwhile.",
    example: "study = resume(goal, \"lead.db\")", effect: .ordered
  ) { arguments, context in
    let setting = try StudySetting(resuming: arguments, context)
    let handle = try setting.resumed { report, handle in
      context.environment.events(StudyReport.progress(report, handle, "resume"))
    }
    context.environment.events(.finished(task: "resume", summary: nil))
    return .host(handle)
  }
}

/// How the study began that last wrote into a file.
struct StoredStart {
  let study: StoredStudy
  let entry: MethodFunctions.Entry
  /// The start set.
  let candidates: [Candidate]
  private let path: String

  /// Reads the file of `store`.
  /// - Throws: `.badFile` for a file that does not tell enough, `.badArgument` for another problem's,
  ///   `.unsupported` for a method that is not known.
  init(_ arguments: Arguments, _ problem: ProblemValue, _ context: CallContext) throws {
    path = try WritablePath.check(try arguments.string("store"), context)
    let advice = "start one, as in `study = optimize(\(problem.name), …, store: \"\(path)\")`"
    guard path.isEmpty || FileManager.default.fileExists(atPath: path) else {
      throw Failure(.badFile, "there is no file \"\(path)\", so no study to resume", advice: advice)
    }
    let store = try StudyStore.open(path)
    guard let study = try store.lastStudy() else {
      throw Failure(.badFile, "\(path) holds no study yet", advice: advice)
    }
    self.study = study
    try store.check(.init(ScriptOracle.statement(of: problem), text: problem.text), isOf: study)
    guard let entry = MethodFunctions.entries.first(where: { $0.name == study.method }) else {
      throw Failure(
        .unsupported,
        "the study in \(path) is by `\(study.method)`, which this version of lbo does not have",
        advice: "resume it with lbo \(study.program)")
    }
    self.entry = entry
    guard let start = study.start else {
      throw Failure(
        .badFile, "\(path) does not tell where its study started: it is of an earlier version",
        advice: "call `\(study.method)` again as it was called, with the same `initial` and seed")
    }
    candidates = start.map { Candidate($0) }
  }

  /// Checks that the start set lies in the problem's space.
  /// - Parameter box: nil where candidates are sequences.
  /// - Throws: `.badFile` for candidates of another kind, `.badArgument` for points outside the box.
  func check(in box: BoxSpace?) throws(Failure) {
    for (i, candidate) in candidates.enumerated() {
      guard candidate.vector?.count == box?.dimension else {
        throw Failure(
          .badFile,
          "the study in \(path) starts from \(candidate.phrase), which is no candidate of "
            + (box.map { "\($0.dimension) coordinates" } ?? "a flow"),
          advice: "state the problem over the space that it had")
      }
      if let box, let x = candidate.vector {
        try box.check(x, named: "start point \(i) of the study in \(path)")
      }
    }
  }

  /// The study's options, as this version of the program knows them.
  /// - Throws: `.badFile` for one that it does not.
  func options(_ specs: [OptionSpec]) throws(Failure) -> Options {
    var given: [String: OptionValue] = [:]
    for (name, phrase) in study.options {
      guard let value = OptionValue(phrase: phrase) else {
        throw Failure(
          .badFile, "the study in \(path) has the option `\(name): \(phrase)`, which is no value",
          advice: "restore the file from a backup, or call `\(study.method)` again")
      }
      given[name] = value
    }
    do {
      return try Options(given, specs: specs)
    } catch {
      throw Failure(
        .badFile,
        "the options in \(path), by lbo \(study.program), are not those of this version: "
          + error.message, advice: "call `\(study.method)` again, with the options it has now")
    }
  }
}
