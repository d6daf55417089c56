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
