import Core
import Datasets
import Testing

@Suite struct LibSVMTests {
  private let folder: Folder
  init() throws { folder = try Folder() }

  private func message(_ text: String, features: Int? = nil) throws -> String {
    let path = try folder.file("bad.libsvm", text)
    do throws(Failure) {
      _ = try LibSVMData.read(path, features: features)
      return "read"
    } catch {
      return error.message.replacing(path, with: "FILE")
    }
  }

  @Test func rowsAndLabels() throws {
    let text = "3 1:0.5 3:-2e1\n\n-1  2:1 # a remark 9:9\n+2\r\n"
    let data = try LibSVMData.read(folder.file("a", text))
    #expect(data.labels == [3, -1, 2])
    #expect(data.rows == [[0.5, 0, -20], [0, 1, 0], [0, 0, 0]])
    #expect(try LibSVMData.read(folder.file("b", text), features: 4).rows[1] == [0, 1, 0, 0])
    #expect(
      try LibSVMData.read(folder.file("c.gz", gzipped(Array(text.utf8)))) == data)
  }

  @Test func mistakesNameTheLine() throws {
    #expect(try message("1 1:1\nx 1:1\n") == "FILE, line 2: the label is a number, not \"x\"")
    #expect(try message("1 1:1 2\n") == "FILE, line 1: a feature is index:value, not \"2\"")
    #expect(try message("1 0:1\n") == "FILE, line 1: the index 0 is below 1")
    #expect(try message("1 2:1 2:1\n") == "FILE, line 1: the index 2 does not come after 2")
    #expect(
      try message("1 5:1\n", features: 4)
        == "FILE, line 1: the index 5 is above the 4 features asked")
    #expect(try message("# nothing\n") == "FILE holds no rows with features")
    #expect(try message("1 1:nan\n").contains("index:value"))
    #expect(try message("1 900000000:1\n2 1:1\n").contains("too many to hold"))
  }
}
