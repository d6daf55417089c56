import Core

/// Cuts texts into tokens and puts them together again.
public protocol Tokenizer: Sendable {
  /// The name a checkpoint stores, e.g. "characters".
  var name: String { get }

  /// The tokens of `text`, in order.
  /// - Throws: `.badData` if the text cannot be cut.
  func tokens(_ text: String) throws(Failure) -> [String]

  /// The text these tokens make.
  func text(_ tokens: [String]) -> String
}

extension Tokenizer {
  /// The tokens of each text, cut on all cores.
  /// - Throws: `.badData` for the first text that cannot be cut.
  public func tokens(_ texts: [String]) throws(Failure) -> [[String]] {
    let ranges = Parallel.ranges(texts.count, by: 1024)
    let pieces = Parallel.map(ranges.count) { piece -> Result<[[String]], Failure> in
      do throws(Failure) {
        var result: [[String]] = []
        for i in ranges[piece] { result.append(try tokens(texts[i])) }
        return .success(result)
      } catch {
        return .failure(error)
      }
    }
    var result: [[String]] = []
    result.reserveCapacity(texts.count)
    for piece in pieces { result += try piece.get() }
    return result
  }
}
