import Core
import Engine
import Foundation
import Neural

extension SeqFlow where Scalar == Float {
  /// Marks a file as a flow of this program.
  private static var format: String { "lbo-seqflow-1" }

  /// The flow as a safetensors file: weights, configuration, and further entries of the caller's
  /// (the vocabulary).
  public func safeTensors(metadata: [String: String] = [:]) throws -> SafeTensors {
    var file = SafeTensors()
    for (path, value) in parameters { file.set("flow.\(path)", value) }
    file.metadata = metadata
    file.metadata["format"] = Self.format
    // Sorted, so that equal flows are equal files.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    file.metadata["configuration"] = String(
      decoding: try encoder.encode(configuration), as: UTF8.self)
    return file
  }

  /// The flow of a file written from `safeTensors`.
  /// - Throws: `.badFile` if the file holds something else, or tensors that do not fit its own
  ///   configuration.
  public init(_ file: SafeTensors) throws {
    guard file.metadata["format"] == Self.format,
      let json = file.metadata["configuration"],
      let configuration = try? JSONDecoder().decode(
        SeqFlowConfiguration.self, from: Data(json.utf8))
    else {
      throw Failure(
        .badFile, "\(file.source) does not hold a flow of this program",
        advice: "load a file that `save` wrote from a flow")
    }
    let tensors = try file.tensors(under: "flow", of: Float.self)
    let entries = tensors.reduce(0) { $0 + $1.value.count }
    // Before anything of these sizes is made: a damaged file may ask for more than any memory.
    guard configuration.leastEntries <= Double(entries) else {
      throw Failure(
        .badFile,
        "\(file.source) holds a flow of other sizes than it says: \(entries) numbers are too few",
        advice: "load a file that `save` wrote from a flow")
    }
    do { try self.init(shapedBy: configuration, random: RandomStream(seed: 0)) } catch {
      throw Failure(
        .badFile, "\(file.source) holds a flow whose sizes cannot be: \(error.message)")
    }
    try load(tensors, from: file.source)
  }
}
