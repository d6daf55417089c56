import Core
import Foundation

/// Quantitative estimate of drug-likeness: the weighted geometric mean of eight desirabilities
/// (Bickerton et al., Nature Chemistry 4, 2012, 90), with RDKit's default (mean) weights.
public struct QED: Sendable, Equatable {
  /// Average molecular weight, Da.
  public let weight: Double
  /// Crippen's logP.
  public let logP: Double
  /// Hydrogen-bond acceptors by QED's own list of groups.
  public let acceptors: Double
  /// Hydrogen-bond donors.
  public let donors: Double
  /// Topological polar surface area.
  public let tpsa: Double
  /// Rotatable bonds, strict definition.
  public let rotatableBonds: Double
  /// Rings left without aliphatic ring atoms.
  public let aromaticRings: Double
  /// Kinds of unwanted groups that occur.
  public let alerts: Double

  /// Measures the eight properties.
  public init(_ molecule: Molecule) throws(Failure) {
    let mol = try molecule.rdkit.withoutHydrogens()
    weight = try mol.value(.weight)
    logP = try mol.value(.logP)
    donors = try mol.value(.donors)
    tpsa = try mol.value(.tpsa)
    rotatableBonds = try mol.value(.rotatableBonds)
    var acceptors = 0
    for pattern in try QED.acceptors.get() {
      acceptors += try mol.matchCount(pattern.rdkit, limit: 1_000)
    }
    self.acceptors = Double(acceptors)
    var rings = 0
    for pattern in try QED.aliphaticRingAtom.get() {
      rings += try mol.ringsWithout(pattern.rdkit)
    }
    aromaticRings = Double(rings)
    var alerts = 0
    for pattern in try QED.alerts.get() {
      alerts += try mol.matchCount(pattern.rdkit, limit: 1)
    }
    self.alerts = Double(alerts)
  }

  /// The score, from 0 to 1.
  public var score: Double {
    let values = [
      weight, logP, acceptors, donors, tpsa, rotatableBonds, aromaticRings, alerts,
    ]
    var (sum, weights) = (0.0, 0.0)
    for (value, curve) in zip(values, QED.curves) {
      sum += curve.weight * log(curve.desirability(value))
      weights += curve.weight
    }
    return exp(sum / weights)
  }

  /// An asymmetric double sigmoid, scaled by its largest value.
  private struct Curve {
    var a, b, c, d, e, f, highest, weight: Double

    func desirability(_ x: Double) -> Double {
      let rise = 1 + exp(-(x - c + d / 2) / e)
      let fall = 1 + exp(-(x - c - d / 2) / f)
      return (a + b / rise * (1 - 1 / fall)) / highest
    }
  }

  // Fitted parameters of the paper's supplementary table, as in RDKit.
  private static let curves = [
    Curve(
      a: 2.817065973, b: 392.5754953, c: 290.7489764, d: 2.419764353, e: 49.22325677,
      f: 65.37051707, highest: 104.9805561, weight: 0.66),
    Curve(
      a: 3.172690585, b: 137.8624751, c: 2.534937431, d: 4.581497897, e: 0.822739154,
      f: 0.576295591, highest: 131.3186604, weight: 0.46),
    Curve(
      a: 2.948620388, b: 160.4605972, c: 3.615294657, d: 4.435986202, e: 0.290141953,
      f: 1.300669958, highest: 148.7763046, weight: 0.05),
    Curve(
      a: 1.618662227, b: 1010.051101, c: 0.985094388, d: 1e-9, e: 0.713820843,
      f: 0.920922555, highest: 258.1632616, weight: 0.61),
    Curve(
      a: 1.876861559, b: 125.2232657, c: 62.90773554, d: 87.83366614, e: 12.01999824,
      f: 28.51324732, highest: 104.5686167, weight: 0.06),
    Curve(
      a: 0.01, b: 272.4121427, c: 2.55837997, d: 1.565547684, e: 1.271567166,
      f: 2.758063707, highest: 105.4420403, weight: 0.65),
    Curve(
      a: 3.21778897, b: 957.7374108, c: 2.274627939, d: 1e-9, e: 1.317690384,
      f: 0.375760881, highest: 312.337261, weight: 0.48),
    Curve(
      a: 0.01, b: 1199.094025, c: -0.09002883, d: 1e-9, e: 0.185904477,
      f: 0.875193782, highest: 417.725314, weight: 0.95),
  ]
}
