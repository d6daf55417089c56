import Core
import Engine
import Flows
import Foundation
import Neural
import Testing

struct StorageTests {
  @Test func aFlowComesBackBitForBit() throws {
    let flow = try SeqFlow<Float>(tinyConfiguration(), random: RandomStream(seed: 1))
    let file = try flow.safeTensors(metadata: ["note": "kept"])
    let read = try SafeTensors(parsing: file.data, name: "memory")
    #expect(read.metadata["note"] == "kept")
    let back = try SeqFlow<Float>(read)
    let batch = randomBatch(5, length: 7, vocabulary: 9)
    #expect(try back.encode(batch) == flow.encode(batch))
    #expect(back.configuration == flow.configuration)
  }

  @Test func otherFilesAreRefused() throws {
    var file = SafeTensors()
    file.set("x", Tensor<Float>.zeros([2]))
    #expect(throws: Failure.self) { try SeqFlow<Float>(file) }
    var flow = try SeqFlow<Float>(tinyConfiguration(), random: RandomStream(seed: 1)).safeTensors()
    flow.set("flow.embedding", Tensor<Float>.zeros([3, 4]))
    #expect(throws: Failure.self) { try SeqFlow<Float>(flow) }
  }

  /// Sizes that no memory holds are told from the file's own weights, before anything is made of them.
  @Test(arguments: [
    "vocabulary", "maxLength", "features", "blocks", "hidden", "layers", "couplings",
    "couplingUnits",
    "couplingHiddenLayers",
  ])
  func impossibleSizesAreRefused(_ size: String) throws {
    let flow = try SeqFlow<Float>(tinyConfiguration(), random: RandomStream(seed: 1))
    let file = try flow.safeTensors()
    _ = try SeqFlow<Float>(file)
    for value in [4_611_686_018_427_387_904, 1_000_000_000] {
      var damaged = file
      let configuration = try #require(file.metadata["configuration"])
      let pattern = try Regex("\"\(size)\":[0-9]+")
      #expect(configuration.contains(pattern))
      damaged.metadata["configuration"] = configuration.replacing(
        pattern, with: "\"\(size)\":\(value)")
      #expect(throws: Failure.self) { try SeqFlow<Float>(damaged) }
    }
  }

  @Test func unknownTokensAndLengthsAreRefused() throws {
    let flow = try SeqFlow<Float>(tinyConfiguration(), random: RandomStream(seed: 1))
    #expect(throws: Failure.self) {
      try flow.encode(TokenBatch(count: 1, length: 3, tokens: [2, 99, 1]))
    }
    #expect(throws: Failure.self) { try flow.encode(randomBatch(1, length: 8, vocabulary: 9)) }
    #expect(throws: Failure.self) { try flow.decode(Tensor<Float>.zeros([1, 5])) }
    #expect(throws: Failure.self) { try flow.decode(Tensor<Float>([1, 28], repeating: .nan)) }
  }
}
