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
}
