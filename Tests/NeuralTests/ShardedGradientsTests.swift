import Core
import Engine
import Neural
import Testing

@Suite(.serialized) struct ShardedGradientsTests {
  private static func run(workers: Int) throws -> (Double, [Tensor<Float>]) {
    let before = Parallel.workers
    Parallel.workers = workers
    defer { Parallel.workers = before }
    var random = RandomStream(seed: 11)
    var net = MLP<Float>([6, 33, 17, 2], activation: .swish, using: &random)
    let x = Tensor<Float>.normal([101, 6], using: &random)
    let y = Tensor<Float>.normal([101, 2], using: &random)
    let model = net
    let (loss, gradients) = try shardedGradients(Batches.shards(Array(0..<101), 8)) {
      (tape: Tape<Float>, rows: [Int]) in
      Float(1.0 / 202)
        * model(tape.constant(x.rows(rows))).sumOfSquaredErrors(to: y.rows(rows))
    }
    var all: [Tensor<Float>] = []
    net.forEachParameter { _, parameter in all.append(gradients[parameter]!) }
    return (loss, all)
  }

  @Test func bitsDoNotDependOnTheNumberOfWorkers() throws {
    let one = try Self.run(workers: 1)
    for workers in [2, 4, 7] {
      let other = try Self.run(workers: workers)
      #expect(one.0 == other.0)
      #expect(one.1 == other.1)
    }
  }

  @Test func shardsAddUpToTheWholeBatch() throws {
    var random = RandomStream(seed: 12)
    let parameter = Parameter(Tensor<Double>.normal([3, 2], using: &random))
    let x = Tensor<Double>.normal([20, 3], using: &random)
    let body: @Sendable (Tape<Double>, [Int]) -> Variable<Double> = { tape, rows in
      tape.constant(x.rows(rows)).matmul(tape.parameter(parameter)).squared().sum()
    }
    let whole = try shardedGradients([Array(0..<20)], body)
    let parts = try shardedGradients(Batches.shards(Array(0..<20), 6), body)
    #expect(abs(whole.loss - parts.loss) < 1e-12 * whole.loss)
    for (a, b) in zip(whole.gradients[parameter]!.entries, parts.gradients[parameter]!.entries) {
      #expect(abs(a - b) < 1e-12)
    }
  }

  @Test func theFirstErrorInOrderIsThrown() {
    do throws(Failure) {
      _ = try shardedGradients(Array(0..<64)) {
        (tape: Tape<Double>, shard: Int) throws(Failure) -> Variable<Double> in
        if shard % 10 == 3 { throw Failure(.numerical, "shard \(shard)") }
        return tape.constant(Tensor(1))
      }
      Issue.record("no error")
    } catch {
      #expect(error.message == "shard 3")
    }
  }

  @Test func aLossThatIsNotANumberIsAnError() {
    do throws(Failure) {
      _ = try shardedGradients([1.0, -1.0]) { (tape: Tape<Double>, x: Double) in
        tape.constant(Tensor(x)).sqrt()
      }
      Issue.record("no error")
    } catch {
      #expect(error.kind == .numerical)
      #expect(error.message == "training broke down: the loss is not a number")
    }
  }

  @Test func cancellationStopsBeforeTheNextShard() {
    let cancellation = Cancellation()
    cancellation.request()
    do throws(Failure) {
      _ = try shardedGradients([1, 2], cancellation: cancellation) {
        (tape: Tape<Double>, _: Int) in tape.constant(Tensor(1))
      }
      Issue.record("no error")
    } catch {
      #expect(error.kind == .cancelled)
    }
  }
}

@Suite struct BatchesTests {
  @Test func everyIndexComesOnce() {
    var random = RandomStream(seed: 1)
    let batches = Batches.shuffled(103, size: 10, using: &random)
    #expect(batches.count == 11)
    #expect(batches.last!.count == 3)
    #expect(batches.flatMap { $0 }.sorted() == Array(0..<103))
    #expect(batches.flatMap { $0 } != Array(0..<103))
    #expect(Batches.shuffled(103, size: 10, dropsLast: true, using: &random).count == 10)
    #expect(Batches.shuffled(3, size: 10, dropsLast: true, using: &random).count == 1)
    #expect(Batches.shuffled(0, size: 10, using: &random).isEmpty)
  }

  @Test func shardsAreNearlyEqualAndNeverEmpty() {
    let shards = Batches.shards(Array(5..<108), 8)
    #expect(shards.count == 8)
    #expect(shards.flatMap { $0 } == Array(5..<108))
    #expect(shards.allSatisfy { $0.count == 12 || $0.count == 13 })
    #expect(Batches.shards([1, 2], 8) == [[1], [2]])
    #expect(Batches.shards([], 8).isEmpty)
  }
}

@Suite struct LossesTests {
  @Test func lossesFollowTheirFormulas() {
    let tape = Tape<Double>()
    let prediction = tape.variable(Tensor([2, 2], [1, -2, 3, 0.5]))
    let target = Tensor<Double>([2, 2], [0, 0, 0, 0])
    #expect(prediction.sumOfSquaredErrors(to: target).value.item == 14.25)
    #expect(prediction.meanSquaredError(to: target).value.item == 14.25 / 4)
    let weights = Tensor<Double>([2, 2], [1, 0, 2, 4])
    #expect(prediction.sumOfSquaredErrors(to: target, weights: weights).value.item == 20)
    // Huber, delta 1: 0.5 + (2 - 0.5) + (3 - 0.5) + 0.125
    let huber = prediction.sumOfHuberErrors(to: target, delta: 1)
    #expect(huber.value.item == 4.625)
    #expect(tape.gradients(of: huber, wrt: [prediction])[0].entries == [1, -1, 1, 0.5])
  }
}
