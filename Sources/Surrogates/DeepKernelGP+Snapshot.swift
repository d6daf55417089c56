import Core
import Engine
import Neural

extension DeepKernelGP {
  /// The whole state of the model: with the configuration it goes on bit for bit.
  public struct Snapshot: Sendable {
    /// Parameters by path under "model", Adam's moments under "adam", "scalers" (C x 2: mean and
    /// deviation of each output's targets) and "bernoulli" ([C]: 1 for a Bernoulli output, else 0).
    public var tensors: [String: Tensor<Double>]
    /// Adam's steps by parameter.
    public var steps: [String: Int]

    /// A snapshot from its stored parts.
    public init(tensors: [String: Tensor<Double>], steps: [String: Int]) {
      self.tensors = tensors
      self.steps = steps
    }
  }

  /// The state now; empty before the first fit.
  public var snapshot: Snapshot {
    var result = Snapshot(tensors: [:], steps: [:])
    if features == nil { return result }
    for (path, value) in parameters { result.tensors["model.\(path)"] = value }
    let state = optimizer.state
    for (path, value) in state.tensors { result.tensors["adam.\(path)"] = value }
    result.steps = state.steps
    result.tensors["scalers"] = Tensor(
      [scalers.count, 2], scalers.flatMap { [$0.mean, $0.deviation] })
    result.tensors["bernoulli"] = Tensor(
      [heads.count], heads.map { $0.likelihood == .bernoulli ? 1 : 0 })
    return result
  }

  /// The model of a snapshot.
  /// - Parameters:
  ///   - configuration: the one the model had.
  ///   - source: where the snapshot comes from, for messages, e.g. the file's name.
  /// - Throws: `.badData` if the snapshot is not one of a model with this configuration.
  public init(
    _ configuration: Configuration, restoring snapshot: Snapshot, from source: String,
    in context: RunContext
  ) throws(Failure) {
    try self.init(configuration)
    if snapshot.tensors.isEmpty { return }
    guard let scalers = snapshot.tensors["scalers"], scalers.shape.rank == 2, scalers.rows > 0,
      scalers.columns == 2, scalers.isFinite,
      let bernoulli = snapshot.tensors["bernoulli"], bernoulli.count == scalers.rows,
      let first = snapshot.tensors["model.features.layers.0.weight"], first.shape.rank == 2
    else {
      throw Failure(
        .badData, "\(source) does not hold a surrogate",
        advice: "load a file that this program saved")
    }
    var random = RandomStream(seed: 0)  // every weight drawn here is replaced below
    features = MLP<Double>(
      [first.columns] + configuration.hidden, activation: configuration.activation,
      outputActivation: configuration.activation, using: &random)
    for output in 0..<scalers.rows {
      guard let inducing = snapshot.tensors["model.heads.\(output).inducing_points"],
        inducing.shape.rank == 2, inducing.columns == configuration.hidden.last
      else {
        throw Failure(
          .badData, "\(source) has no inducing points of the surrogate's output \(output)",
          advice: "load it with the settings it was saved with")
      }
      heads.append(
        VariationalGPHead(
          inducingPoints: inducing, likelihood: bernoulli[output] == 1 ? .bernoulli : .gaussian))
      self.scalers.append(
        TargetScaler(mean: scalers[output, 0], deviation: scalers[output, 1]))
    }
    try load(snapshot.part("model"), from: source)
    guard isFinite, self.scalers.allSatisfy({ $0.deviation > 0 }) else {
      throw Failure(.badData, "the surrogate in \(source) holds NaN or infinite numbers")
    }
    try optimizer.restore(
      Adam<Double>.State(tensors: snapshot.part("adam"), steps: snapshot.steps), for: self,
      from: source)
    try refreshFactors(JitterLadder(base: configuration.jitter, in: context))
  }
}

extension DeepKernelGP.Snapshot {
  /// The tensors under a prefix, by the rest of their name.
  fileprivate func part(_ prefix: String) -> [String: Tensor<Double>] {
    var result: [String: Tensor<Double>] = [:]
    for (name, value) in tensors where name.hasPrefix(prefix + ".") {
      result[String(name.dropFirst(prefix.count + 1))] = value
    }
    return result
  }

  /// The snapshot as tensors of a file, under a prefix.
  public func write(to file: inout SafeTensors, under prefix: String = "surrogate")
    throws(Failure)
  {
    for (name, value) in tensors { file.set("\(prefix).\(name)", value) }
    for (path, count) in steps {
      try file.set("\(prefix).steps.\(path)", integers: [count])
    }
  }

  /// The snapshot that `write` put into a file under this prefix.
  /// - Throws: `.badFile` if a tensor is of another type.
  public init(from file: SafeTensors, under prefix: String = "surrogate") throws(Failure) {
    self.init(tensors: [:], steps: [:])
    let counts = prefix + ".steps."
    for name in file.names where name.hasPrefix(prefix + ".") {
      if name.hasPrefix(counts) {
        steps[String(name.dropFirst(counts.count))] = try file.integers(name, shape: [1])[0]
      } else {
        tensors[String(name.dropFirst(prefix.count + 1))] = try file.tensor(name)
      }
    }
  }
}
