import CKernels

/// A block of memory that tensors share until one of them writes.
final class TensorStorage<Scalar: TensorScalar>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Scalar>
  let count: Int

  init(count: Int) {
    let bytes = count * MemoryLayout<Scalar>.stride
    guard let block = lbo_allocate(bytes) else {
      // There is no way on: every caller would need the memory to report the failure.
      fatalError("out of memory: a tensor of \(bytes) bytes was refused by the system")
    }
    self.base = block.assumingMemoryBound(to: Scalar.self)
    self.count = count
  }

  deinit { lbo_free(base, count * MemoryLayout<Scalar>.stride) }
}
