import Core
import Engine
import Synchronization

/// Loss and gradients of a batch that is cut in shards, which run on all cores.
///
/// Each shard has its own tape. Losses and gradients are added in the order of the shards, whatever
/// order they end in, so the result does not depend on the number of cores; a shard's gradients are
/// released as soon as they are added.
/// - Parameters:
///   - shards: the pieces; their number and sizes must not depend on the machine.
///   - cancellation: looked at before each shard.
///   - body: the shard's share of the loss (a scalar), already weighted: the batch's loss is the sum.
/// - Returns: the batch's loss and its gradient.
/// - Throws: the error of the first shard in order that failed; `.numerical` if the loss is not
///   finite; `.cancelled`.
public func shardedGradients<Scalar: TensorScalar, Shard: Sendable>(
  _ shards: [Shard], cancellation: Cancellation? = nil,
  _ body: @Sendable (_ tape: Tape<Scalar>, _ shard: Shard) throws(Failure) -> Variable<Scalar>
) throws(Failure) -> (loss: Double, gradients: Gradients<Scalar>) {
  let total = ShardSum<Scalar>()
  Parallel.forEach(shards.count) { index in
    if total.hasFailed(before: index) { return }
    do throws(Failure) {
      try cancellation?.check("training was stopped")
      let tape = Tape<Scalar>()
      let loss = try body(tape, shards[index])
      let value = Double(loss.value.item)
      total.add(index, value, tape.gradients(of: loss))
    } catch {
      total.fail(index, error)
    }
  }
  return try total.result()
}

/// Adds the shards' results in their order; those that come early wait here.
private final class ShardSum<Scalar: TensorScalar>: Sendable {
  private struct State {
    var next = 0
    var loss = 0.0
    var gradients = Gradients<Scalar>()
    var waiting: [Int: (loss: Double, gradients: Gradients<Scalar>)] = [:]
    var failure: (index: Int, failure: Failure)?
  }
  private let state = Mutex(State())

  func add(_ index: Int, _ loss: Double, _ gradients: Gradients<Scalar>) {
    state.withLock { state in
      state.waiting[index] = (loss, gradients)
      while let ready = state.waiting.removeValue(forKey: state.next) {
        state.loss += ready.loss
        state.gradients.add(ready.gradients)
        state.next += 1
      }
    }
  }

  func fail(_ index: Int, _ failure: Failure) {
    state.withLock { state in
      if state.failure.map({ index < $0.index }) ?? true { state.failure = (index, failure) }
    }
  }

  func hasFailed(before index: Int) -> Bool {
    state.withLock { $0.failure.map { $0.index < index } ?? false }
  }

  func result() throws(Failure) -> (loss: Double, gradients: Gradients<Scalar>) {
    let (failure, loss, gradients) = state.withLock { ($0.failure, $0.loss, $0.gradients) }
    if let failure { throw failure.failure }
    guard loss.isFinite else {
      throw Failure(
        .numerical, "training broke down: the loss is \(loss.isNaN ? "not a number" : "infinite")",
        advice: "lower the learning rate, or check the data for extreme values")
    }
    return (loss, gradients)
  }
}
