import Bindings
import Core
import Foundation
import Language
import Testing

struct ShellFunctionTests {
  @Test func givesNumbersAndRecordsOfWhatAProgramPrints() {
    let r = run(
      """
      print(shell("echo -7.5") + 1)
      r = shell("echo log; cat <<'END'\\n\\{\\"z\\": 1, \\"a\\": [true, null, \\"x\\", \\{\\"b\\": 2}]}\\nEND")
      print(r, r.a[3].b)
      smiles = "C/C(=C\\\\C#N)C(C)=O"
      print(shell("printf %s {quote(smiles)} | wc -c", timeout: 30s, retries: 1) == len(smiles))
      print(quote(smiles), quote(molecule("CCO")), quote([1, "a b", true]), quote([0.5, -2]))
      """)
    #expect(r.errors == [])
    #expect(
      r.output == """
        -6.5
        {a: [true, none, "x", {b: 2}], z: 1} 2
        true
        'C/C(=C\\C#N)C(C)=O' CCO 1 'a b' true 0.5 -2

        """)
  }

  @Test func aProblemCallsProgramsOnAllCores() throws {
    let r = run(
      """
      problem light(x in 0...1) {
        far = shell("set -- {quote(x)}; [ $1 = 0.5 ] && exit 4; echo $#")
        maximize far
      }
      print(light(vector([1, 2])).far)
      why = light(vector([0.5, 2])).failure
      """)
    #expect(r.errors == [])
    #expect(r.output == "2\n")
    guard case .string(let why)? = r.session["why"] else {
      Issue.record("no failure was recorded")
      return
    }
    #expect(why.hasPrefix("the command `set -- 0.5 2;"), "\(why)")
    #expect(why.contains("exit code 4"), "\(why)")
    guard case .problem(let problem)? = r.session["light"] else {
      Issue.record("no problem")
      return
    }
    #expect(problem.isParallelSafe)
    let records = try Parallel.map(16) { i in
      try problem.evaluate(.vector([i == 7 ? 0.5 : 1, 2]), random: RandomStream(seed: 1))
    }
    for (i, record) in records.enumerated() {
      #expect(i == 7 ? record.failure?.contains("exit code 4") == true : record.objective == 2)
    }
  }

  @Test(arguments: [
    ("shell(\"echo broken >&2; exit 3\")", "exit code 3: broken"),
    ("shell(\"echo hello\")", "`hello`, not a number or a JSON object"),
    ("shell(\"sleep 300\", timeout: 300ms)", "took longer than 0.3s"),
    ("shell(\"\")", "`command` is empty"),
    ("shell(\"echo 1\", timeout: 10)", "`timeout` is a duration"),
    ("shell(\"echo 1\", timeout: 0s)", "`timeout` is"),
    ("shell(\"echo 1\", retries: -1)", "`retries` is"),
    ("quote({a: 1})", "`x` is a string, a number"),
  ]) func mistakesAreToldInTheUsersTerms(_ script: String, _ part: String) {
    let r = run(script)
    #expect(r.errors.count == 1)
    #expect(r.errors.first?.contains(part) == true, "\(r.errors)")
  }

  @Test func refusesUnderNoShell() {
    let session = Session(
      functions: StandardCatalog.families,
      library: StandardCatalog.library(folder: FileManager.default.temporaryDirectory.path),
      environment: ScriptEnvironment(allowsShell: false), seed: 0)
    let outcome = session.evaluate(source: "shell(\"echo 1\")", name: "test")
    #expect(outcome.diagnostics.map(\.message) == ["shell commands are refused (--no-shell)"])
    #expect(session.evaluate(source: "quote(\"a b\")", name: "test").diagnostics.isEmpty)
  }
}
