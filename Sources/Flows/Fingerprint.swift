import Engine

/// A running 64-bit hash (FNV-1a over whole words), equal on every machine and in every run.
struct Fingerprint {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x0000_0100_0000_01B3 }
}

extension SeqFlow where Scalar == Float {
  /// A number that differs for different sizes or weights, up to chance.
  var fingerprint: UInt64 {
    var hash = Fingerprint()
    for (path, value) in parameters {
      for byte in path.utf8 { hash.add(UInt64(byte)) }
      let from = value.pointer
      for i in 0..<value.count { hash.add(UInt64(from[i].bitPattern)) }
    }
    return hash.value
  }
}
