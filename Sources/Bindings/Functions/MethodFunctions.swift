import Core
import Language
import Optimization

/// Search methods: each makes a study of a problem.
enum MethodFunctions {
  static let family = FunctionCatalog.Family(
    "methods", doc: "search methods: each makes a study of a problem",
    [optimize] + entries.map(\.function))

  /// One method of the language: what it is called by and how it is made in the spaces it searches.
  struct Entry: Sendable {
    /// How a method searches the sequences of a flow.
    struct ForSequences: Sendable {
      var options: [OptionSpec]
      /// Whether it has to be given where to start.
      var needsStart = false
      /// The last argument is the study's budget, if it has one.
      var make: @Sendable (SequenceSpace, [String], Options, Int?) throws -> any SearchMethod
    }
    /// How a method searches a box.
    struct ForBoxes: Sendable {
      var options: [OptionSpec]
      /// The last argument is the study's budget, if it has one.
      var make: @Sendable (BoxSpace, [[Double]], Options, Int?) throws -> any SearchMethod
    }

    var name: String
    var doc: String
    var example: String
    /// Nil where the method does not search sequences.
    var sequences: ForSequences?
    /// Nil where the method does not search boxes.
    var box: ForBoxes?

    /// The options of all its spaces, each name once.
    var options: [OptionSpec] {
      var known: Set<String> = []
      return ((sequences?.options ?? []) + (box?.options ?? [])).filter {
        known.insert($0.name).inserted
      }
    }

    var function: NativeFunction {
      NativeFunction(
        name,
        FunctionSignature(StudySetting.parameters, options: options, result: "a study"),
        doc: doc, example: example, effect: .ordered
      ) { arguments, context in
        .host(try StudySetting(arguments, context, entry: self).handle())
      }
    }
  }

  static let entries: [Entry] = [
    Entry(
      name: "nfbo",
      doc: "Latent Bayesian optimization with a normalizing flow (NF-BO, arXiv 2504.14889).",
      example: "study = nfbo(goal, initial: head(library, 100), budget: 500)",
      sequences: .init(options: NFBO.options, needsStart: true) {
        try NFBO(space: $0, start: $1, options: $2, budget: $3)
      }),
    Entry(
      name: "cibo",
      doc: "Constrained Bayesian optimization by posterior inference in the latent space of a flow "
        + "(CiBO, arXiv 2507.00480).",
      example: "study = cibo(goal, initial: 200, batch: 100, budget: 2000)",
      box: .init(options: CiBO.options) { try CiBO(space: $0, start: $1, options: $2, budget: $3) }),
    Entry(
      name: "megs",
      doc: "Multi-scale ensemble gradient search: climbs models of different locality in a box.",
      example: "study = megs(goal, initial: 200, batch: 100, budget: 2000)",
      box: .init(options: MEGS.options) { try MEGS(space: $0, start: $1, options: $2, budget: $3) }),
    Entry(
      name: "scbo",
      doc: "Scalable constrained Bayesian optimization: one trust region, Gaussian processes, "
        + "Thompson sampling (arXiv 2002.08526).",
      example: "study = scbo(goal, initial: 200, batch: 100, budget: 2000)",
      box: .init(options: SCBO.options) { try SCBO(space: $0, start: $1, options: $2, budget: $3) }),
    Entry(
      name: "cmaes",
      doc: "Covariance matrix adaptation evolution strategy, full or diagonal, with restarts "
        + "(arXiv 1604.00772).",
      example: "study = cmaes(goal, initial: 20, budget: 2000)",
      box: .init(options: CMAES.options) { space, start, options, _ in
        try CMAES(space: space, start: start, options: options)
      }),
    Entry(
      name: "random",
      doc: "Draws from the flow or the box, each once: what a search has to beat.",
      example: "baseline = random(goal, budget: 500)",
      sequences: .init(options: RandomDraws.options) { space, start, options, _ in
        RandomDraws(space: space, start: start, options: options)
      },
      box: .init(options: BoxDraws.options) { space, start, options, _ in
        BoxDraws(kind: .random, space: space, start: start, options: options)
      }),
    Entry(
      name: "sobol",
      doc: "The points of a scrambled Sobol sequence: an even cover of a box.",
      example: "baseline = sobol(goal, budget: 500)",
      box: .init(options: BoxDraws.options) { space, start, options, _ in
        BoxDraws(kind: .sobol, space: space, start: start, options: options)
      }),
  ]
}
