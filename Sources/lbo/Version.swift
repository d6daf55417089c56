import Core

#if canImport(CJemalloc)
  import CJemalloc
#endif

/// The program's version, as `lbo --version` and the prompt tell it.
enum Version {
  static let text = ProgramVersion.text

  /// The same with the allocator that this process runs on.
  static var withAllocator: String { text + (allocator.map { ", jemalloc \($0)" } ?? "") }

  /// The version of jemalloc, which is linked in before the system's allocator: RDKit makes and drops
  /// thousands of small objects for a molecule, and takes a third less time with it. Naming it here also
  /// keeps linkers from leaving out a library that nothing seems to call.
  private static var allocator: String? {
    #if canImport(CJemalloc)
      var version: UnsafePointer<CChar>?
      var size = MemoryLayout.size(ofValue: version)
      guard mallctl("version", &version, &size, nil, 0) == 0, let version else { return nil }
      return String(cString: version).split(separator: "-").first.map(String.init)
    #else
      return nil
    #endif
  }
}
