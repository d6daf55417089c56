import COpenBLAS

/// OpenBLAS stays at one thread: the engine's shards are what runs in parallel, and a product's bits
/// then do not depend on the number of cores.
enum BLASThreads {
  /// Touched before every product; the first time sets the number of threads.
  static let useOne: Void = openblas_set_num_threads(1)
}
