import CZlib
import Core

/// Compresses bytes to the gzip format, piece by piece.
final class GzipEncoder {
  // On the heap: zlib keeps the address and refuses a moved stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  init() throws(Failure) {
    stream.initialize(to: z_stream())
    // 15 window bits, and 16 for gzip's header and checksum (zlib's manual, deflateInit2).
    let code = deflateInit2_(
      stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw Failure(.cannotWrite, "zlib cannot start (code \(code))") }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// The compressed bytes that are ready after `bytes`.
  func encode(_ bytes: [UInt8]) throws(Failure) -> [UInt8] { try run(bytes, Z_NO_FLUSH) }

  /// The last compressed bytes.
  func finish() throws(Failure) -> [UInt8] { try run([], Z_FINISH) }

  private func run(_ bytes: [UInt8], _ flush: Int32) throws(Failure) -> [UInt8] {
    var input = bytes
    var output: [UInt8] = []
    var code = Z_OK
    input.withUnsafeMutableBufferPointer { source in
      stream.pointee.next_in = source.baseAddress
      stream.pointee.avail_in = UInt32(source.count)
      var room = 0
      repeat {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 14) { target in
          stream.pointee.next_out = target.baseAddress
          stream.pointee.avail_out = UInt32(target.count)
          code = deflate(stream, flush)
          room = Int(stream.pointee.avail_out)
          output.append(contentsOf: target[..<(target.count - room)])
        }
      } while room == 0
    }
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
      throw Failure(.cannotWrite, "zlib cannot compress (code \(code))")
    }
    return output
  }
}
