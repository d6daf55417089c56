import Foundation
import Language
import Reporting
import Testing

struct PlotFunctionTests {
  @Test func aStudyBecomesAPicture() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).png").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let r = run(
      """
      \(smallFlow)
      \(smallProblem)
      a = random(light, initial: head(library, 10), budget: 5)
      run(a)
      plot(a, to: "\(path)")
      p = plot([a, a], names: ["one", "two"])
      h = histogram(qed(library.smiles))
      v = plot(a, "violations")
      plot(h, to: "\(path)", title: "likeness")
      """)
    #expect(r.errors == [])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    for name in ["p", "h", "v"] {
      guard case .host(let object)? = r.session[name], let plot = object as? any Plottable else {
        Issue.record("\(name) is no plot")
        continue
      }
      #expect(!plot.plot.series.isEmpty)
    }
  }

  @Test func unwritablePicturesAreTold() {
    let r = run("histogram([1, 2, 3], to: \"/nonexistent/folder/x.png\")")
    #expect(r.errors.count == 1)
    let kind = run("histogram([1, 2, 3], to: \"x.tiff\")")
    #expect(kind.errors.count == 1)
  }

  /// Without seeds in the script there is nothing better than a number.
  @Test func studiesThatDifferBySeedAreNamedByIt() throws {
    let r = run(
      """
      problem bowl(x in box(-3, 3, dim: 2)) {
          minimize sum(x^2)
          subject to half: x[0] <= 1
      }
      fn study(i) = sobol(bowl, initial: 4, budget: 4, seed: i)
      s = map([7, 8], study) + [random(bowl, initial: 4, budget: 4, seed: 7)]
      t = map([7, 8], i -> sobol(bowl, initial: 4, budget: 4))
      for one in s + t { run(one) }
      a = plot(s, "violations")
      b = plot(t, "violations")
      c = plot(compare([study(1), study(2)], seeds: [5]), "violations")
      d = plot(map(compare([study(1)], seeds: 3...4).runs, r -> r.study), "violations")
      """)
    #expect(r.errors == [])
    func names(_ name: String) -> [String?] {
      guard case .host(let object)? = r.session[name], let plot = object as? any Plottable else {
        return []
      }
      return plot.plot.series.map(\.name)
    }
    #expect(names("a") == ["sobol, seed: 7", "sobol, seed: 8", "random"])
    #expect(names("b") == ["sobol", "sobol (2)"])
    // Patterns that are made anew with other seeds: their own say nothing.
    #expect(names("c") == ["sobol", "sobol (2)"])
    #expect(names("d") == ["sobol, seed: 3", "sobol, seed: 4"])
  }
}
