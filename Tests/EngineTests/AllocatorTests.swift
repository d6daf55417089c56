import CKernels
import Core
import Engine
import Foundation
import Synchronization
import Testing

/// The caching allocator under tensors.
@Suite struct AllocatorTests {
  @Test func blocksAreAlignedAndOfTheFullSize() {
    for bytes in [0, 1, 64, 4095, 4096, 4097, 5120, 5121, 8192, 8193, 1 << 20, (1 << 20) + 1] {
      let block = lbo_allocate(bytes)!
      #expect(UInt(bitPattern: block) % 64 == 0)
      memset(block, 0xAB, bytes)
      lbo_free(block, bytes)
    }
    lbo_free(nil, 100)
  }

  @Test func threadsNeverShareABlock() {
    // Each thread fills its blocks with its own mark and looks later whether it is still there.
    let damaged = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      var random = RandomStream(seed: UInt64(thread))
      var held: [(block: UnsafeMutableRawPointer, bytes: Int, mark: UInt64)] = []
      for round in 0..<20_000 {
        if held.count > 20 || (random.integer(below: 2) == 0 && !held.isEmpty) {
          let (block, bytes, mark) = held.remove(at: random.integer(below: held.count))
          let words = block.assumingMemoryBound(to: UInt64.self)
          if words[0] != mark || words[bytes / 16] != mark || words[bytes / 8 - 1] != mark {
            damaged.add(1, ordering: .relaxed)
          }
          lbo_free(block, bytes)
        } else {
          // Sizes around the classes' borders, from 8 bytes to 80 kB.
          let bytes = 8 * (1 + random.integer(below: 1 << (1 + random.integer(below: 13))))
          let block = lbo_allocate(bytes)!
          let words = block.assumingMemoryBound(to: UInt64.self)
          let mark = UInt64(thread) << 32 | UInt64(round)
          (words[0], words[bytes / 16], words[bytes / 8 - 1]) = (mark, mark, mark)
          held.append((block, bytes, mark))
        }
      }
      for (block, bytes, _) in held { lbo_free(block, bytes) }
    }
    #expect(damaged.load(ordering: .relaxed) == 0)
  }

  #if os(Linux)
    /// Pages of this process in memory, in bytes.
    private static func residentBytes() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return Int(text.split(separator: " ")[1])! * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    @Test func memoryDoesNotGrowWithTheNumberOfTensors() throws {
      func work() {
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
          var random = RandomStream(seed: UInt64(thread))
          for _ in 0..<500 {
            let n = 1 + random.integer(below: 200_000)
            var x = Tensor<Float>([n], repeating: 1)
            x = x + x
            if x[n - 1] != 2 { Issue.record("lost a write") }
          }
        }
      }
      work()
      let before = try Self.residentBytes()
      for _ in 0..<5 { work() }
      let grown = try Self.residentBytes() - before
      // 10,000 further pairs of tensors, 8 GB in all; other tests run beside this one.
      #expect(grown < 600 << 20, "grew by \(grown >> 20) MB")
    }
  #endif
}
