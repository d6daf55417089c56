import Core
import Engine
import Foundation
import Neural
import Testing

@Suite struct SafeTensorsTests {
  /// A file's bytes from a header and a body.
  private static func file(_ header: String, _ body: Int = 0, length: UInt64? = nil) -> Data {
    let text = Data(header.utf8)
    return withUnsafeBytes(of: length ?? UInt64(text.count)) { Data($0) } + text
      + Data(repeating: 0, count: body)
  }

  private static func message(_ data: Data) -> String {
    do throws(Failure) {
      _ = try SafeTensors(parsing: data, name: "`w.st`")
      return "no error"
    } catch {
      #expect(error.kind == .badFile)
      return error.message
    }
  }

  private static func sample() throws -> SafeTensors {
    var random = RandomStream(seed: 2)
    var file = SafeTensors()
    file.metadata = ["config": "{\"size\": 3, \"é\": \"\\u0007\"}", "kind": "test"]
    file.set("a/weights", Tensor<Float>.normal([3, 4, 5], using: &random))
    file.set("b", Tensor<Double>.normal([7], using: &random))
    file.set("scalar", Tensor<Float>(2.5))
    file.set("empty", Tensor<Float>.zeros([0, 9]))
    try file.set("tokens", integers: [0, 65535, 3], as: .uint16)
    try file.set("bytes", integers: [0, 255], as: .uint8)
    try file.set("small", integers: [-2_147_483_648, 7], shape: [2, 1], as: .int32)
    try file.set("wide", integers: [.min, .max])
    return file
  }

  @Test func everythingComesBack() throws {
    let file = try Self.sample()
    let read = try SafeTensors(parsing: file.data, name: "x")
    #expect(read.metadata == file.metadata)
    #expect(read.names == file.names)
    #expect(try read.tensor("a/weights", of: Float.self) == file.tensor("a/weights"))
    #expect(try read.tensor("b", shape: [7], of: Double.self) == file.tensor("b"))
    #expect(try read.tensor("scalar", of: Float.self).item == 2.5)
    #expect(try read.tensor("empty", of: Float.self).shape == [0, 9])
    #expect(try read.integers("tokens") == [0, 65535, 3])
    #expect(try read.integers("bytes") == [0, 255])
    #expect(try read.integers("small", shape: [2, 1]) == [-2_147_483_648, 7])
    #expect(try read.integers("wide") == [.min, .max])
    #expect(read.type("wide") == .int64)
    // The same contents give the same bytes.
    #expect(read.data == file.data)
  }

  @Test func numbersThatDoNotFitAreRefused() throws {
    var file = SafeTensors()
    #expect(throws: Failure.self) { try file.set("t", integers: [-1], as: .uint16) }
    #expect(throws: Failure.self) { try file.set("t", integers: [1 << 31], as: .int32) }
    #expect(file.names.isEmpty)
  }

  @Test func aTruncatedFileIsAnErrorAtEveryLength() throws {
    let whole = try Self.sample().data
    for length in 0..<whole.count {
      let message = Self.message(whole.prefix(length))
      #expect(message.hasPrefix("`w.st` is not a whole safetensors file: it "), "\(length)")
    }
    #expect(Self.message(Data()) == "`w.st` is not a whole safetensors file: it is empty")
    #expect(
      Self.message(whole + [0])
        == "`w.st` is not a whole safetensors file: it has 1 bytes that belong to no tensor")
  }

  @Test func brokenClaimsAreErrors() {
    let prefix = "`w.st` is not a whole safetensors file: it "
    func tensor(_ shape: String, _ offsets: String, _ type: String = "F32") -> String {
      "{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }
    let cases: [(Data, String)] = [
      (Self.file("[]"), "has no JSON header"),
      (Self.file("{\"a\":"), "has a header that does not parse"),
      (Self.file("{\"a\":{\"dtype\":\"F32\"}}"), "has a header that does not parse"),
      (Self.file("{\"__metadata__\":{\"a\":1}}"), "has a header that does not parse"),
      (Self.file("{\"a\":\(tensor("[1]", "[0,8]"))}", 8), "gives `a` 8 bytes, its shape needs 4"),
      (Self.file("{\"a\":\(tensor("[2]", "[0,8]"))}", 4), "ends within the tensor `a`"),
      (Self.file("{\"a\":\(tensor("[2]", "[8,0]"))}", 8), "gives `a` impossible offsets"),
      (Self.file("{\"a\":\(tensor("[2]", "[-8,0]"))}", 8), "gives `a` impossible offsets"),
      (Self.file("{\"a\":\(tensor("[2]", "[0]"))}", 8), "gives `a` impossible offsets"),
      (Self.file("{\"a\":\(tensor("[-1,-2]", "[0,8]"))}", 8), "gives `a` an impossible shape"),
      (
        Self.file("{\"a\":\(tensor("[4611686018427387904,4]", "[0,0]"))}"),
        "gives `a` an impossible shape"
      ),
      (
        Self.file("{\"a\":\(tensor("[2]", "[0,8]")),\"b\":\(tensor("[2]", "[4,12]"))}", 12),
        "gives `b` bytes of another tensor"
      ),
      (
        Self.file("{\"a\":\(tensor("[1]", "[0,4]")),\"b\":\(tensor("[1]", "[8,12]"))}", 12),
        "has 4 bytes before `b` that belong to no tensor"
      ),
    ]
    for (data, expected) in cases { #expect(Self.message(data) == prefix + expected) }
    let other = "`w.st` is not a safetensors file: it does not begin with the length of a header"
    #expect(Self.message(Self.file("{}", length: 1 << 63)) == other)
    #expect(Self.message(Data("smiles,score\nCCO,0.5\n".utf8)) == other)
    #expect(
      Self.message(Self.file("{\"a\":\(tensor("[2]", "[0,4]", "BF16"))}", 4))
        == "the tensor `a` in `w.st` is of type BF16, which is not read")
  }

  @Test func randomDamageIsAnErrorOrOtherNumbersButNeverACrash() throws {
    let whole = try Self.sample().data
    var random = RandomStream(seed: 4)
    for _ in 0..<3000 {
      var damaged = whole
      for _ in 0...random.integer(below: 3) {
        damaged[random.integer(below: 700)] = UInt8(random.integer(below: 256))
      }
      do throws(Failure) {
        let read = try SafeTensors(parsing: damaged, name: "x")
        for name in read.names where read.type(name) == .float32 {
          _ = try read.tensor(name, of: Float.self)
        }
      } catch {
        #expect(error.kind == .badFile)
      }
    }
  }

  @Test func askingForTheWrongThingIsAnError() throws {
    let file = try SafeTensors(parsing: Self.sample().data, name: "`w.st`")
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "no error"
    }
    #expect(
      message { _ = try file.tensor("scalars", of: Float.self) }
        == "`w.st` has no tensor `scalars`; did you mean `scalar`?")
    #expect(
      message { _ = try file.tensor("b", of: Float.self) }
        == "the tensor `b` in `w.st` is of type F64, not F32")
    #expect(
      message { _ = try file.tensor("b", shape: [7, 1], of: Double.self) }
        == "the tensor `b` in `w.st` has shape 7, not 7 x 1")
    #expect(
      message { _ = try file.integers("b") }
        == "the tensor `b` in `w.st` is of type F64, not I64, I32, U16, U8")
  }

  @Test func modelsAreSavedUnderAPrefix() throws {
    var random = RandomStream(seed: 9)
    let net = MLP<Float>([3, 4, 2], activation: .relu, using: &random)
    var other = MLP<Float>([3, 4, 2], activation: .relu, using: &random)
    var file = SafeTensors()
    file.set("net", parametersOf: net)
    file.set("network", Tensor<Float>(1))
    try other.load(file.tensors(under: "net"), from: "the file")
    #expect(zip(net.parameters, other.parameters).allSatisfy { $0.value == $1.value })
  }

  @Test func filesAreWrittenAndReadAndTheirFailuresNameThem() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lbo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.safetensors").path
    let file = try Self.sample()
    try file.write(to: path)
    #expect(try SafeTensors(contentsOf: path).data == file.data)

    func failure(_ body: () throws(Failure) -> Void) -> Failure? {
      do throws(Failure) { try body() } catch { return error }
      return nil
    }
    let missing = failure { () throws(Failure) in
      _ = try SafeTensors(contentsOf: path + "x")
    }
    #expect(missing == Failure(.badFile, "there is no file `\(path)x`"))
    let directory = failure { () throws(Failure) in
      _ = try SafeTensors(contentsOf: folder.path)
    }
    #expect(directory == Failure(.badFile, "`\(folder.path)` is a folder, not a file"))
  }
}
