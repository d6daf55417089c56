import Core
import Language
import Optimization
import Oracles
import Storage

/// `store:`, which every method takes: the file that keeps a study's evaluations.
enum StudyRecording {
  static let parameter = Parameter.named(
    "store", "a file's path",
    "keep each evaluation in this file at once; run again, the script goes on from there, and what "
      + "the file knows is never evaluated again (take a new file when the problem's body changes)")

  /// The recorder into the file of `store:`; nil if none is given. Tells how much it knows.
  /// - Throws: what keeps the file from being used, `.badArgument` if it is another problem's.
  static func recorder(
    _ arguments: Arguments, _ context: CallContext, _ statement: ProblemStatement,
    _ study: (StoredStudy.Problem) -> StoredStudy
  ) throws -> StoredRecorder? {
    guard arguments.has("store") else { return nil }
    let path = try WritablePath.check(try arguments.string("store"), context)
    let store = try StudyStore.open(path)
    try store.check(statement)
    let count = try store.trialCount()
    if count > 0 {
      context.environment.events(
        .notice(
          "\(path): \(count) \(count == 1 ? "evaluation is" : "evaluations are") known and will "
            + "not be repeated"))
    }
    return StoredRecorder(store, study: study(StoredStudy.Problem(statement)))
  }
}
