import Bindings
import Core
import Foundation
import Language
import Synchronization

/// What a script printed, told and failed with.
struct ScriptResult {
  var output: String
  var events: [String]
  var errors: [String]
  var session: Session
}

/// Runs a script with all functions there are.
func run(
  _ text: String, seed: UInt64 = 0, cancellation: Cancellation = Cancellation(),
  allowsShell: Bool = true
) -> ScriptResult {
  let output = Mutex("")
  let events = Mutex<[String]>([])
  let environment = ScriptEnvironment(
    cancellation: cancellation, output: { text in output.withLock { $0 += text } },
    events: { event in events.withLock { $0.append("\(event)") } }, allowsShell: allowsShell)
  let session = Session(
    functions: StandardCatalog.families,
    library: StandardCatalog.library(folder: FileManager.default.temporaryDirectory.path),
    environment: environment, seed: seed)
  let outcome = session.evaluate(source: text, name: "test")
  return ScriptResult(
    output: output.withLock { $0 }, events: events.withLock { $0 },
    errors: outcome.diagnostics.map { "\($0.message)\($0.advice.map { "; \($0)" } ?? "")" },
    session: session)
}

/// A flow of a hundred molecules that trains in a blink.
let smallFlow = """
  library = virtual_library(120)
  tokens = selfies(library, max: 72)
  flow = seqflow(tokens, features: 8, blocks: 1, hidden: 16, couplings: 2, units: 16)
  """

/// A problem in it.
let smallProblem = """
  problem light(m in flow) {
    heavy = heavy_atoms(m)
    minimize size: abs(heavy - 15)
    subject to weight: weight(m) <= 450
    subject to clean: indicator(not matches(m, "[N+](=O)[O-]"))
  }
  """
