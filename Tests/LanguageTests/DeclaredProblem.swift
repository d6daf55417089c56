import Core
import Language
import Testing

/// The problem `p` that a text declares, of which nothing is to be told.
func declaredProblem(_ text: String) throws -> ProblemValue {
  let session = Session()
  let outcome = session.evaluate(source: text)
  try #require(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.message))")
  guard case .problem(let problem)? = session["p"] else { throw Failure(.badData, "no problem p") }
  return problem
}
