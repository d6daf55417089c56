import Core
import Synchronization

/// A substructure to look for, written in SMARTS.
public final class SMARTSPattern: Sendable {
  /// The text it was made from.
  public let text: String
  let rdkit: RDKitPattern

  /// Parses a pattern.
  /// - Throws: `.badArgument` if the text is not SMARTS; `.unsupported` in a build without RDKit.
  public init(_ text: String) throws(Failure) {
    self.text = text
    do throws(Failure) {
      rdkit = try RDKitPattern(smarts: text)
    } catch {
      if error.kind != .badData { throw error }
      let reason = error.message.isEmpty ? "" : ": \(error.message)"
      throw Failure(
        .badArgument, "`\(text)` is not a readable SMARTS pattern\(reason)",
        advice: "a pattern looks like [N+](=O)[O-] or c1ccccc1")
    }
  }

  private static let known = Mutex<[String: SMARTSPattern]>([:])
  /// Patterns kept; a script that makes more of them starts over.
  private static let knownLimit = 1_024

  /// The pattern of this text, parsed the first time only.
  /// - Throws: as `init`.
  public static func named(_ text: String) throws(Failure) -> SMARTSPattern {
    if let pattern = known.withLock({ $0[text] }) { return pattern }
    let pattern = try SMARTSPattern(text)
    known.withLock {
      if $0.count >= knownLimit { $0.removeAll() }
      $0[text] = pattern
    }
    return pattern
  }

  /// Parses a list of patterns that belongs to the program.
  static func list(_ texts: [String]) -> Result<[SMARTSPattern], Failure> {
    do throws(Failure) {
      var patterns: [SMARTSPattern] = []
      for text in texts { patterns.append(try SMARTSPattern(text)) }
      return .success(patterns)
    } catch {
      return .failure(error)
    }
  }
}
