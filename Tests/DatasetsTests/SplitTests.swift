import Core
import Datasets
import Testing

@Suite struct SplitTests {
  @Test func partsAreDisjointAndComplete() throws {
    var random = RandomStream(seed: 2)
    let split = try Split(count: 1000, testShare: 0.1, using: &random)
    #expect(split.test.count == 100 && Set(split.test + split.train) == Set(0..<1000))
    #expect(split.train != split.train.sorted())
    var again = RandomStream(seed: 2)
    #expect(try Split(count: 1000, test: 100, using: &again) == split)
    #expect(throws: Failure.self) { try Split(count: 5, test: 5, using: &random) }
    #expect(throws: Failure.self) { try Split(count: 5, testShare: 1.5, using: &random) }
    #expect(throws: Failure.self) { try Split(count: 5, testShare: .nan, using: &random) }
  }

  @Test func tables() throws {
    var random = RandomStream(seed: 2)
    let table = try Table([("x", .numbers((0..<50).map(Double.init)))])
    let shuffled = table.shuffled(using: &random)
    #expect(shuffled != table && shuffled.rowCount == 50)
    guard case .numbers(let drawn)? = try table.sampled(20, using: &random)["x"] else {
      Issue.record("no numbers")
      return
    }
    #expect(Set(drawn).count == 20)
    #expect(throws: Failure.self) { try table.sampled(51, using: &random) }
  }
}
