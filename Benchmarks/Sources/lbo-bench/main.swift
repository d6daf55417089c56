import Core
import Foundation

let wanted = Array(CommandLine.arguments.dropFirst())
let sgemm = Machine.sgemmRate(workers: Parallel.workers)
print(
  String(
    format: "%d workers, sgemm %.0f GFLOP/s together, %.0f alone", Parallel.workers, sgemm,
    Machine.sgemmRate(workers: 1)))
for benchmark in FlowBenchmark.all where wanted.isEmpty || wanted.contains(benchmark.name) {
  try benchmark.run(sgemm: sgemm)
}
if wanted.isEmpty || wanted.contains("surrogate") {
  try SurrogateBenchmark.run()
  try SequenceSurrogateBenchmark.run()
}
