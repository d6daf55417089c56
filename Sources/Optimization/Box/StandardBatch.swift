/// How many points of a box a method that learns proposes at once, where the user names no number.
///
/// A twentieth of the budget: a search that chooses all at once has learned nothing when it chooses. In two
/// coordinates with 60 evaluations (medians of five seeds) `megs` ends at 0.53, 0.07 and 0.0001 with batches of
/// 60, 10 and 3, `cibo` at 0.47, 0.002 and 0.00001.
enum StandardBatch {
  /// - Parameter budget: evaluations after the start set; nil for no limit.
  static func size(budget: Int?) -> Int {
    budget.map { max(1, min(largest, $0 / 20)) } ?? 10
  }

  /// What the published searches of hundreds of coordinates take (arXiv 2507.00480, 2002.08526).
  static let largest = 100

  /// For the help of `batch`.
  static let rule = "a twentieth of the budget, at most 100; 10 without a budget"
}
