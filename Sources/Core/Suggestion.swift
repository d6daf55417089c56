/// Finds the name a user probably meant.
public enum Suggestion {
  /// The candidate nearest to `name`, if near enough to be a likely misspelling.
  ///
  /// Nearness is the Damerau–Levenshtein distance (optimal string alignment), ignoring case; at
  /// most a third of the name's length may differ, and at least one edit is always allowed. If no
  /// whole candidate is near, one that begins with a near name and goes on after a `_` is meant
  /// (`zalplon`: `zaleplon_mpo`).
  public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let all = Array(candidates)
    if let whole = nearest(to: name, among: all.map { ($0, $0) }) { return whole }
    if name.isEmpty { return nil }
    let parts = name.split(separator: "_", omittingEmptySubsequences: false).count
    return nearest(
      to: name,
      among: all.compactMap { candidate in
        let own = candidate.split(separator: "_", omittingEmptySubsequences: false)
        return own.count > parts ? (own.prefix(parts).joined(separator: "_"), candidate) : nil
      })
  }

  /// Among pairs of what is compared and what it stands for.
  private static func nearest(to name: String, among candidates: [(String, String)]) -> String? {
    let limit = max(1, name.count / 3)
    var best: (distance: Int, name: String)?
    for (compared, candidate) in candidates where candidate != name {
      let d = distance(name.lowercased(), compared.lowercased())
      guard d <= limit else { continue }
      if let current = best, (current.distance, current.name) <= (d, candidate) { continue }
      best = (d, candidate)
    }
    return best?.name
  }

  /// "did you mean `x`?" for the nearest candidate, or nil.
  public static func phrase(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "did you mean `\($0)`?" }
  }

  /// Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`.
  public static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.unicodeScalars)
    let b = Array(b.unicodeScalars)
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = last
    for i in 1...a.count {
      row[0] = i
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        row[j] = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
