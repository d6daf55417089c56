import Core
import Testing

@Suite struct FilePathTests {
  @Test(arguments: [
    ("o", ".", "o", "o"), ("a.lbo", ".", "a.lbo", "a"), ("./o", ".", "o", "./o"),
    ("a/b.c/d", "a/b.c", "d", "a/b.c/d"), ("/x", "/", "x", "/x"), ("", ".", "", ""),
    ("a/.hidden", "a", ".hidden", "a/.hidden"), ("a/x.tar.gz", "a", "x.tar.gz", "a/x.tar"),
  ]) func parts(_ path: String, _ folder: String, _ name: String, _ stem: String) {
    #expect(FilePath.folder(of: path) == folder)
    #expect(FilePath.name(of: path) == name)
    #expect(FilePath.stem(of: path) == stem)
  }
}
