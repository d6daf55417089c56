/// Between the whole space, where CMA-ES samples, and the unit box, where its points are evaluated.
///
/// The identity but for a margin of 0.05 at each face: there the space is folded back by a parabola, so
/// the map is smooth, reaches the faces themselves, and repeats as a mirror beyond. Every sample lies in
/// the box without a penalty that would have to be weighed against objective and constraints. (The
/// boundary transformation of Hansen's program.)
package enum BoxFold {
  private static let margin = 0.05

  /// The point of the box for a point of the space.
  package static func folded(_ x: [Double]) -> [Double] { x.map(folded) }

  /// The point of the space nearest to the box's middle that is mapped to this point of the box.
  package static func unfolded(_ u: [Double]) -> [Double] { u.map(unfolded) }

  private static func folded(_ x: Double) -> Double {
    // Mirrored at -margin and 1 + margin, with period 2 (1 + 2 margin).
    let width = 1 + 2 * margin
    var t = (x + margin).truncatingRemainder(dividingBy: 2 * width)
    if t < 0 { t += 2 * width }
    if t > width { t = 2 * width - t }
    // t is now the distance from the lower fold.
    if t < 2 * margin { return t * t / (4 * margin) }
    if t > width - 2 * margin { return 1 - (width - t) * (width - t) / (4 * margin) }
    return t - margin
  }

  private static func unfolded(_ u: Double) -> Double {
    let u = min(1, max(0, u))
    if u < margin { return 2 * (margin * u).squareRoot() - margin }
    if u > 1 - margin { return 1 + margin - 2 * (margin * (1 - u)).squareRoot() }
    return u
  }
}
