import Core
import Engine
import Flows
import Foundation
import Language
import Neural

/// `pretrain`: training a flow on sequences, with checkpoints.
enum PretrainFunction {
  static let pretrain = NativeFunction(
    "pretrain",
    FunctionSignature(
      [
        FlowFunctions.flow,
        .named(
          "epochs", "a whole number of at least 1", default: "10", "passes over the sequences"),
        .named("data", "tokens", "sequences to train on (default: those the flow was made from)"),
        .named("batch", "a whole number from 1 to 65536", default: "128", "sequences of a step"),
        .named("rate", "a number from 1e-8 to 1", default: "0.001", "step size of Adam"),
        .named(
          "schedule", "\"constant\" or \"cosine\"", default: "\"constant\"",
          "the rate stays as published, or rises and falls to a hundredth"),
        .named(
          "warmup", "a whole number of at least 0",
          "steps over which the rate rises (default: 0; cosine: a fiftieth, at most 1000)"),
        .named(
          "patience", "a whole number of at least 1",
          "stop after so many epochs without a better held-out likelihood, and keep the best"),
        .named(
          "buckets", "true or false", default: "false",
          "batches of like lengths, three quarters without their padding: faster"),
        .named(
          "draws", "a whole number from 0 to 100000", default: "100",
          "sequences drawn after each epoch: how many are valid, unique, new"),
        .named(
          "collapse", "\"stop\" or \"warn\"", default: "\"stop\"",
          "what to do when learned embeddings are about to fall together"),
        .named(
          "unfit", "\"fail\" or \"skip\"", default: "\"fail\"",
          "what to do with sequences of `data` that the flow cannot take"),
        .named("checkpoint", "a file's path", "a .safetensors file to store the training in"),
        .named(
          "every", "a duration or a number of steps", default: "10min",
          "time or steps between checkpoints; also after each epoch and on Ctrl-C"),
        .named(
          "resume", "true or false", default: "true",
          "go on with what the checkpoint holds, if it is this training; false begins anew"),
      ]),
    doc: "Trains a flow on sequences and tells of each epoch; Ctrl-C keeps what is trained. "
      + "`flow.history` holds the epochs. With `checkpoint:` the same call goes on after a stop or "
      + "a kill, and ends with the flow an uninterrupted call gives.",
    example: "pretrain(flow, epochs: 10, checkpoint: \"flow.safetensors\", every: 10min)",
    effect: .ordered
  ) { arguments, context in
    let handle = try FlowFunctions.handle(arguments)
    let data = try trainingData(arguments, handle, context)
    let run = context.nextRun("pretrain")
    let settings = try settings(arguments)
    var (flow, pretraining) = (handle.flow, handle.pretraining)
    let checkpoints = try checkpointing(arguments, handle, context)
    var resuming = false
    if let path = checkpoints?.path, FileManager.default.fileExists(atPath: path),
      try arguments.bool("resume", default: true)
    {
      let stored = try continued(
        try Pretraining.Checkpoint(try SafeTensors(contentsOf: path)), settings, handle.flow, data,
        path)
      (flow, pretraining) = (stored.flow, stored.pretraining)
      if stored.isFinished {
        handle.update(flow: flow, pretraining: pretraining)
        run.report(
          .notice("\(path) holds the finished training: \(stored.done.epochs) epochs, none added"))
        return .none
      }
      resuming = true
      run.report(
        .notice(
          "\(path): going on at epoch \(stored.done.epochs + 1), batch \(stored.done.batches + 1)"))
    }
    defer { handle.update(flow: flow, pretraining: pretraining) }
    _ = try pretraining.run(
      &flow, on: data.sequences, settings, resuming: resuming,
      checkpoints: checkpoints?.plan, context: run, judge: try judge(data, handle, settings, run))
    return .none
  }

  // MARK: Arguments

  private static func settings(_ arguments: Arguments) throws -> Pretraining.Settings {
    var settings = Pretraining.Settings()
    settings.epochs = try arguments.integer("epochs", in: 1...1_000_000, default: 10)
    settings.batchSize = try arguments.integer("batch", in: 1...65_536, default: 128)
    settings.rate = try arguments.number("rate", in: 1e-8...1, default: 1e-3)
    let schedule = try arguments.choice(
      "schedule", of: Pretraining.Schedule.allCases.map(\.rawValue), default: "constant")
    settings.schedule = Pretraining.Schedule(rawValue: schedule) ?? .constant
    if arguments.has("warmup") {
      settings.warmup = try arguments.integer("warmup", in: 0...1_000_000_000)
    }
    if arguments.has("patience") {
      settings.patience = try arguments.integer("patience", in: 1...1_000_000)
    }
    settings.buckets = try arguments.bool("buckets", default: false)
    settings.stopsAtCollapse =
      try arguments.choice("collapse", of: ["stop", "warn"], default: "stop") == "stop"
    settings.drawn = try arguments.integer("draws", in: 0...100_000, default: 100)
    return settings
  }

  private static func trainingData(
    _ arguments: Arguments, _ flow: FlowHandle, _ context: CallContext
  ) throws -> TokensHandle {
    guard arguments.has("data") else {
      if let data = flow.data { return data }
      throw Failure(
        .badArgument, "a flow read from a file needs the sequences to train on",
        advice: "give them with `data:`, as tokens of the flow's vocabulary")
    }
    let data = try arguments.host("data", as: TokensHandle.self, "tokens")
    let choice = try arguments.choice(
      "unfit", of: FlowFunctions.Unfit.allCases.map(\.rawValue), default: "fail")
    let unfit = FlowFunctions.Unfit(rawValue: choice) ?? .fail
    do {
      let (fitting, skipped) = try FlowFunctions.fitting(data, flow, unfit: unfit)
      if skipped.count > 0, let first = skipped.first.first {
        context.environment.events(
          .warning(
            "\(skipped.count) of \(data.sequences.count) sequences left out; the first: "
              + first.reason))
      }
      return fitting
    } catch var failure as Failure where failure.kind == .badData {
      failure.advice =
        "leave such sequences out with `unfit: \"skip\"`, or make the flow from "
        + "data that hold what it lacks"
      throw failure
    }
  }

  private static func checkpointing(
    _ arguments: Arguments, _ handle: FlowHandle, _ context: CallContext
  ) throws -> (path: String, plan: Pretraining.Checkpointing)? {
    guard arguments.has("checkpoint") else {
      if let name = ["every", "resume"].first(where: { arguments.has($0) }) {
        throw Failure(
          .badArgument, "`\(name)` says nothing without a checkpoint",
          advice: "name a file with `checkpoint:`")
      }
      return nil
    }
    let path = try WritablePath.check(try arguments.string("checkpoint"), context)
    let metadata = try handle.metadata
    var plan = Pretraining.Checkpointing { checkpoint in
      try checkpoint.safeTensors(metadata: metadata).write(to: path)
    }
    switch arguments.given("every") {
    case nil: plan.seconds = 600
    case .duration(let seconds)? where seconds > 0: plan.seconds = seconds
    case .number(let steps)? where steps >= 1 && steps == steps.rounded() && steps < 1e15:
      plan.steps = Int(steps)
    default:
      throw arguments.mismatch("every", "a duration such as 10min, or a number of steps")
    }
    return (path, plan)
  }

  /// The stored run, if it is the one asked for.
  /// - Throws: `.badArgument` if the file holds another training.
  private static func continued(
    _ stored: Pretraining.Checkpoint, _ asked: Pretraining.Settings, _ flow: SeqFlow<Float>,
    _ data: TokensHandle, _ path: String
  ) throws(Failure) -> Pretraining.Checkpoint {
    let advice = "give another file's name, or `resume: false` to write over it"
    guard stored.belongs(to: flow, data.sequences) else {
      throw Failure(
        .badArgument,
        "\(path) holds a training of another flow, or on other sequences or another seed",
        advice: advice)
    }
    guard let fitting = stored.continued(asked) else {
      throw Failure(
        .badArgument,
        "\(path) holds a training with other settings: \(difference(stored.settings, asked))",
        advice: "give the same settings again, or " + advice)
    }
    return fitting
  }

  private static func difference(_ a: Pretraining.Settings, _ b: Pretraining.Settings) -> String {
    func text(_ value: Int?) -> String { value.map { "\($0)" } ?? "none" }
    let all: [(String, String, String)] = [
      ("epochs", "\(a.epochs)", "\(b.epochs)"), ("batch", "\(a.batchSize)", "\(b.batchSize)"),
      ("rate", "\(a.rate)", "\(b.rate)"),
      ("schedule", a.schedule.rawValue, b.schedule.rawValue),
      ("warmup", text(a.warmup), text(b.warmup)), ("patience", text(a.patience), text(b.patience)),
      ("buckets", "\(a.buckets)", "\(b.buckets)"), ("draws", "\(a.drawn)", "\(b.drawn)"),
      (
        "collapse", a.stopsAtCollapse ? "stop" : "warn", b.stopsAtCollapse ? "stop" : "warn"
      ),
    ]
    return all.filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1) there, \($0.2) here" }
      .joined(separator: ", ")
  }

  private static func judge(
    _ data: TokensHandle, _ handle: FlowHandle, _ settings: Pretraining.Settings, _ run: RunContext
  ) throws -> Pretraining.Judge {
    let coding = handle.coding
    var judge = Pretraining.Judge { coding.identity($0) }
    if settings.drawn > 0 {
      let known = try data.knownTexts(context: run)
      judge.isKnown = { known.contains($0) }
    }
    return judge
  }
}
