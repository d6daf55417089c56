import Core
import Foundation
import Optimization
import Oracles
import Storage
import Testing

/// Ways to run the methods that learn in a box, small enough to take a blink.
enum BoxMethods {
  /// `cibo` with small networks.
  static let small: [String: OptionValue] = [
    "batch": .integer(10), "flow_hidden": .integer(16), "flow_steps": .integer(20),
    "flow_resteps": .integer(5), "solver_steps": .integer(4), "sampler_steps": .integer(5),
    "sampler_hidden": .integer(16), "sampler_batch": .integer(30), "trajectory": .integer(6),
    "surrogate_hidden": .integer(16), "surrogate_epochs": .integer(10), "filter": .integer(3),
    "ascent_steps": .integer(10),
  ]

  static func cibo(
    _ space: BoxSpace, _ start: [[Double]], _ given: [String: OptionValue] = [:]
  ) throws -> CiBO {
    try CiBO(
      space: space, start: start,
      options: Options(small.merging(given) { $1 }, specs: CiBO.options))
  }

  static func megs(
    _ space: BoxSpace, _ start: [[Double]], _ given: [String: OptionValue] = [:]
  ) throws -> MEGS {
    try MEGS(
      space: space, start: start,
      options: Options(["batch": .integer(10)].merging(given) { $1 }, specs: MEGS.options))
  }

  /// A quadratic in a half-space and a ball of radius 4: the best feasible value is -d, at 0.
  static func quadratic(_ x: [Double]) -> Evaluation {
    Evaluation(
      objective: BoxToy.sphere(x),
      constraints: [
        BoxToy.halfSpace(x),
        .init(name: "ball", violation: x.reduce(-16) { $0 + $1 * $1 }, isIndicator: false),
      ])
  }

  /// A run of `method` on `quadratic`, from 40 Sobol points of 8 dimensions.
  static func run(
    budget: Int, make: (BoxSpace, [[Double]]) throws -> any SearchMethod
  ) throws -> Study {
    let space = try BoxToy.space(8)
    let study = BoxToy.study(
      try make(space, BoxToy.start(space, 40)), budget: budget, quadratic)
    try study.run(context: RunContext(seed: 1))
    return study
  }

  /// Checks what every run has to hold: the budget, the box, and no point twice.
  static func checkSound(_ study: Study, budget: Int, space: BoxSpace) {
    #expect(study.trials.count - study.startCount == budget)
    var seen: Set<[Double]> = []
    for trial in study.trials {
      guard case .vector(let x) = trial.candidate else { continue }
      #expect(space.contains(x))
      #expect(seen.insert(x).inserted, "a point was asked for twice")
    }
  }
}

struct BoxMethodTests {
  /// From 40 points, the best feasible of which is worse than -30, towards -8.
  @Test func megsFindsAConstrainedOptimum() throws {
    let study = try BoxMethods.run(budget: 200) { try BoxMethods.megs($0, $1) }
    BoxMethods.checkSound(study, budget: 200, space: try BoxToy.space(8))
    #expect(try #require(study.best?.feasibleObjective) > -9)
  }

  @Test func ciboFindsAConstrainedOptimum() throws {
    let study = try BoxMethods.run(budget: 200) { try BoxMethods.cibo($0, $1) }
    BoxMethods.checkSound(study, budget: 200, space: try BoxToy.space(8))
    #expect(try #require(study.best?.feasibleObjective) > -12)
  }

  /// The published choices with small networks leave the start set, whose best value is near -45, far
  /// behind (-13 to -22 over three seeds; with networks that are hardly trained -33 to -43).
  @Test func publishedCiboApproachesIt() throws {
    let space = try BoxToy.space(8)
    let method = try BoxMethods.cibo(
      space, BoxToy.start(space, 40),
      [
        "preset": .text("published"), "surrogate_hidden": .integer(64),
        "surrogate_epochs": .integer(60), "flow_hidden": .integer(32), "flow_steps": .integer(60),
        "sampler_steps": .integer(30), "sampler_batch": .integer(40), "trajectory": .integer(8),
        "filter": .integer(5),
      ])
    let study = BoxToy.study(method, budget: 100) {
      Evaluation(objective: BoxToy.sphere($0), constraints: [BoxToy.halfSpace($0)])
    }
    try study.run(context: RunContext(seed: 1))
    BoxMethods.checkSound(study, budget: 100, space: space)
    #expect(study.bestSoFar[39] < -35)
    #expect(try #require(study.best?.feasibleObjective) > -28)
  }

  @Test(
    arguments: ["gradient", "sampler", "prior"], ["latent", "data"])
  func everySearchInEverySpace(search: String, place: String) throws {
    let space = try BoxToy.space(8)
    for surrogate in ["multiscale", "networks"] {
      let study = try BoxMethods.run(budget: 25) {
        try BoxMethods.cibo(
          $0, $1,
          ["search": .text(search), "space": .text(place), "surrogate": .text(surrogate)])
      }
      BoxMethods.checkSound(study, budget: 25, space: space)
      let names = Set(study.history.last?.measures.map(\.name) ?? [])
      #expect(names.isSuperset(of: ["log_reward", "lambda", "beta", "prior_feasible"]))
      #expect(names.contains("balance_loss") == (search == "sampler"))
      let phases = Set(study.history.last?.seconds.map(\.name) ?? [])
      #expect(phases.contains("prior") == (place == "latent"))
    }
  }

  @Test(arguments: [
    ["adapt_lambda": OptionValue.flag(true)], ["gamma": .real(1), "turns": .flag(false)],
    ["balance": .text("trajectory_balance"), "search": .text("sampler"), "alpha": .real(0.5)],
    ["coupling": .text("independent"), "solver": .text("rk4"), "reuse": .flag(false)],
    ["clamp_first": .flag(false), "search": .text("prior")],
    ["weights": .text("exponential"), "constraint_scale": .text("largest"), "beta": .real(2)],
  ])
  func switchesRun(_ given: [String: OptionValue]) throws {
    let study = try BoxMethods.run(budget: 25) { try BoxMethods.cibo($0, $1, given) }
    BoxMethods.checkSound(study, budget: 25, space: try BoxToy.space(8))
  }

  /// Each of the sampler's and the networks' parameters counts: another value finds other points.
  @Test(arguments: [
    ("surrogate_layers", OptionValue.integer(2)), ("surrogate_members", .integer(3)),
    ("surrogate_rate", .real(0.01)), ("surrogate_batch", .integer(20)), ("input_noise", .real(0.1)),
    ("flow_layers", .integer(2)), ("flow_rate", .real(0.01)), ("flow_batch", .integer(64)),
    ("sampler_layers", .integer(1)), ("sampler_rate", .real(0.01)), ("log_z", .text("gaussian")),
    ("log_z_rate", .real(1)), ("diffusion", .real(2)), ("replay", .integer(10)),
    ("replay_rank", .real(100)), ("winsorize", .flag(true)), ("floor", .real(0.5)),
  ])
  func everyParameterCounts(_ name: String, _ value: OptionValue) throws {
    let base: [String: OptionValue] = [
      "preset": .text("published"), "solver_steps": .integer(4), "sampler_rate": .real(0.02),
    ]
    func points(_ given: [String: OptionValue]) throws -> [Candidate] {
      let study = try BoxMethods.run(budget: 10) { try BoxMethods.cibo($0, $1, given) }
      return study.trials.map(\.candidate)
    }
    #expect(try points(base) != points(base.merging([name: value]) { $1 }))
  }

  /// Nothing is feasible: lambda rises, by at most a factor of ten in all.
  @Test func lambdaRisesWhileNothingIsFeasible() throws {
    let space = try BoxToy.space(2)
    let study = BoxToy.study(
      try BoxMethods.cibo(space, BoxToy.start(space, 10), ["adapt_lambda": .flag(true)]),
      budget: 120
    ) {
      Evaluation(
        objective: BoxToy.sphere($0),
        constraints: [.init(name: "never", violation: 1 + $0[0] * $0[0], isIndicator: false)])
    }
    try study.run(context: RunContext(seed: 1))
    let lambdas = study.history.compactMap { $0.measures.first { $0.name == "lambda" }?.value }
    #expect(lambdas.first == 10)
    #expect(zip(lambdas, lambdas.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(try #require(lambdas.last) == 100)
  }

  /// What one batch after the start set was asked with, under `count` constraints that always hold.
  private func measures(
    constraints count: Int, _ method: (BoxSpace, [[Double]]) throws -> any SearchMethod
  ) throws -> [String: Double] {
    let space = try BoxToy.space(4)
    let study = BoxToy.study(try method(space, BoxToy.start(space, 20)), budget: 30) { x in
      Evaluation(
        objective: BoxToy.sphere(x),
        constraints: (0..<count).map {
          .init(name: "c\($0)", violation: -1 - x[0] * x[0], isIndicator: false)
        })
    }
    try study.run(context: RunContext(seed: 1))
    let last = try #require(study.history.last)
    return Dictionary(uniqueKeysWithValues: last.measures.map { ($0.name, $0.value) })
  }

  /// Many constraints cost less each, unless a value is given; the published preset has its own.
  @Test(arguments: [(0, 10), (1, 10), (2, 10), (5, 6.3246), (15, 3.6515), (68, 1.7150)])
  func lambdaFollowsTheNumberOfConstraints(count: Int, expected: Double) throws {
    let megs = try measures(constraints: count) { try BoxMethods.megs($0, $1) }
    let cibo = try measures(constraints: count) { try BoxMethods.cibo($0, $1) }
    #expect(abs(try #require(megs["lambda"]) - expected) < 1e-4)
    #expect(abs(try #require(cibo["lambda"]) - expected) < 1e-4)
    let given = try measures(constraints: count) {
      try BoxMethods.megs($0, $1, ["penalty": .real(7)])
    }
    #expect(given["lambda"] == 7)
  }

  @Test func thePublishedLambdaIsTenForAnyNumberOfConstraints() throws {
    let published = try measures(constraints: 15) {
      try BoxMethods.cibo($0, $1, ["preset": .text("published")])
    }
    #expect(published["lambda"] == 10)
  }

  /// With more than two constraints ascents go further than the good points' spread: on a bowl whose
  /// bottom lies beyond them the farthest are chosen.
  @Test func reachFollowsTheNumberOfConstraints() throws {
    func radius(_ count: Int, _ given: [String: OptionValue] = [:]) throws -> Double {
      try #require(
        try measures(constraints: count) { try BoxMethods.megs($0, $1, given) }["radius"])
    }
    #expect(try radius(2) <= 1)
    #expect(try radius(3) > radius(2))
    #expect(try radius(3) == radius(3, ["reach": .real(3)]))
    #expect(try radius(3, ["reach": .real(1)]) <= 1)
  }

  /// The optimum is a corner, where all ascents end: still no evaluation is paid for twice.
  @Test(arguments: [1, 2, 3])
  func aCornerIsEvaluatedOnce(dimension: Int) throws {
    let space = try BoxToy.space(dimension, -5, 1)
    let start = try BoxToy.start(space, 8)
    for method in [
      try BoxMethods.megs(space, start) as any SearchMethod, try BoxMethods.cibo(space, start),
    ] {
      let study = BoxToy.study(method, budget: 60) { Evaluation(objective: $0.reduce(0, +)) }
      try study.run(context: RunContext(seed: 1))
      BoxMethods.checkSound(study, budget: 60, space: space)
      #expect(study.best?.feasibleObjective == Double(dimension), "the corner is met exactly")
    }
  }

  @Test func indicatorsOnly() throws {
    let space = try BoxToy.space(4)
    let start = try BoxToy.start(space, 40)
    for method in [
      try BoxMethods.megs(space, start) as any SearchMethod, try BoxMethods.cibo(space, start),
    ] {
      let study = BoxToy.study(method, budget: 100) { x in
        Evaluation(
          objective: BoxToy.sphere(x),
          constraints: [
            .init(name: "half", violation: x.reduce(0, +) <= 0 ? 0 : 1, isIndicator: true)
          ])
      }
      try study.run(context: RunContext(seed: 1))
      // The best feasible value is -4; of the start set, none is above -14.
      #expect(try #require(study.best?.feasibleObjective) > -6.5)
      #expect(study.trials.suffix(50).contains { $0.evaluation.isFeasible })
    }
  }

  /// A single point has no spread, so the first steps are wide.
  @Test func oneStartPointIsEnough() throws {
    let space = try BoxToy.space(3)
    let start = [[-4.0, 3, -2]]
    for method in [
      try BoxMethods.megs(space, start) as any SearchMethod, try BoxMethods.cibo(space, start),
    ] {
      let study = BoxToy.study(method, budget: 60) { Evaluation(objective: BoxToy.sphere($0)) }
      try study.run(context: RunContext(seed: 1))
      BoxMethods.checkSound(study, budget: 60, space: space)
      #expect(try #require(study.best?.feasibleObjective) > -2, "from -38")
    }
  }

  @Test func aMethodNeedsAStart() throws {
    let space = try BoxToy.space(2)
    #expect(throws: Failure.self) { try BoxMethods.megs(space, []) }
    #expect(throws: Failure.self) { try BoxMethods.cibo(space, []) }
  }
}
