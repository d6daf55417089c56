import Core
import Testing

struct BoundedMemoTests {
  @Test func whatIsKnownIsNotMadeAgain() {
    let memo = BoundedMemo<Int, Int>(bound: 100)
    var made: [Int] = []
    func squares(_ keys: [Int]) -> [Int] {
      memo.values(of: keys) { places in
        let new = places.map { keys[$0] }
        made += new
        return new.map { $0 * $0 }
      }
    }
    #expect(squares([3, 1, 3, 2]) == [9, 1, 9, 4])
    #expect(made == [3, 1, 2])
    #expect(squares([4, 2, 1]) == [16, 4, 1])
    #expect(made == [3, 1, 2, 4])
    #expect(squares([]) == [])
  }

  @Test func theBoundHoldsAndWhatIsUsedStays() {
    let memo = BoundedMemo<Int, Int>(bound: 10)
    var made = 0
    for step in 0..<100 {
      let values = memo.values(of: [-1, step]) { new in
        made += new.count
        return new.map { [-1, step][$0] }
      }
      #expect(values == [-1, step])
    }
    // Every number once, and -1 once: it was asked for in every generation.
    #expect(made == 101)
    _ = memo.values(of: [0, 99]) { new in
      #expect(new == [0], "the place of 0")
      return [0]
    }
  }

  @Test func whatFailsIsNotRemembered() {
    struct Refused: Error {}
    let memo = BoundedMemo<Int, Int>(bound: 10)
    #expect(throws: Refused.self) { try memo.values(of: [1]) { _ in throw Refused() } }
    #expect(memo.values(of: [1]) { _ in [1] } == [1])
  }
}
