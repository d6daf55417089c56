import Core
import Foundation

/// The contribution of each known molecular fragment to synthetic accessibility.
///
/// RDKit ships the table with its contributed SA score (705,292 Morgan identifiers with 3,549
/// different values, counted in PubChem) as a gzipped Python pickle of protocol 0, which is plain
/// text: lists that begin with a value, followed by the identifiers that have it.
struct FragmentScores: Sendable {
  /// Contribution of a fragment that is not in the table.
  static let unknown = -4.0

  private let identifiers: [UInt32]
  private let scores: [Float64]

  var count: Int { identifiers.count }

  /// The table of the installed RDKit, read when first needed.
  static let shared: Result<FragmentScores, Failure> = {
    do throws(Failure) {
      let path = try locate()
      return .success(try FragmentScores(path: path))
    } catch {
      return .failure(error)
    }
  }()

  /// A fragment's contribution.
  subscript(_ identifier: UInt32) -> Double {
    var (low, high) = (0, identifiers.count)
    while low < high {
      let middle = (low + high) / 2
      if identifiers[middle] < identifier { low = middle + 1 } else { high = middle }
    }
    return low < identifiers.count && identifiers[low] == identifier
      ? scores[low] : FragmentScores.unknown
  }

  private static let relativePath = "Contrib/SA_Score/fpscores.pkl.gz"

  private static func locate() throws(Failure) -> String {
    var folders: [String] = []
    if let base = ProcessInfo.processInfo.environment["RDBASE"] { folders.append(base) }
    folders += ["/usr/share/RDKit", "/usr/local/share/RDKit", "/opt/homebrew/share/RDKit"]
    for folder in folders {
      let path = "\(folder)/\(relativePath)"
      if FileManager.default.isReadableFile(atPath: path) { return path }
    }
    throw Failure(
      .badFile, "the table of fragment scores for synthetic accessibility is not installed",
      advice: "install the package rdkit-data, or set RDBASE to the folder that holds "
        + relativePath)
  }

  /// Reads a table.
  /// - Throws: `.badFile` if the file cannot be read or is of another format.
  init(path: String) throws(Failure) {
    let bytes = try GzipFile.contents(path)
    var entries: [(id: UInt32, score: Float64)] = []
    entries.reserveCapacity(710_000)
    var value: Double?
    var isComplete = false
    var start = 0
    while start < bytes.count, !isComplete {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      // "append" and "mark" come before what they apply to, on the same line.
      var line = bytes[start..<end]
      while let first = line.first, first == UInt8(ascii: "a") || first == UInt8(ascii: "(") {
        line.removeFirst()
      }
      start = end + 1
      switch line.first {
      case UInt8(ascii: "l"): value = nil
      case UInt8(ascii: "F"): value = Double(String(decoding: line.dropFirst(), as: UTF8.self))
      case UInt8(ascii: "I"), UInt8(ascii: "L"):
        guard let score = value, let id = FragmentScores.identifier(line.dropFirst()) else {
          throw FragmentScores.unreadable(path)
        }
        entries.append((id, score))
      case UInt8(ascii: "."): isComplete = true
      default: throw FragmentScores.unreadable(path)
      }
    }
    guard isComplete, !entries.isEmpty else { throw FragmentScores.unreadable(path) }
    entries.sort { $0.id < $1.id }
    identifiers = entries.map(\.id)
    scores = entries.map(\.score)
  }

  private static func identifier(_ digits: ArraySlice<UInt8>) -> UInt32? {
    var value: UInt64 = 0
    for byte in digits where byte != UInt8(ascii: "L") {
      guard Ascii.isDigit(byte), value <= UInt64(UInt32.max) else { return nil }
      value = value * 10 + UInt64(byte - Ascii.zero)
    }
    return digits.isEmpty ? nil : UInt32(exactly: value)
  }

  private static func unreadable(_ path: String) -> Failure {
    Failure(
      .badFile, "\(path) is not RDKit's table of fragment scores",
      advice: "reinstall the package rdkit-data")
  }
}
