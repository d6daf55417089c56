/// What studies are called side by side: their methods, told apart by the options that differ.
enum StudyNames {
  /// A distinct name for each study where `isDistinct`; else studies that differ in nothing but
  /// their seed share one.
  static func of(_ studies: [StudyHandle], isDistinct: Bool) -> [String] {
    let plain = studies.indices.map { name(studies[$0], among: studies) }
    guard isDistinct else { return plain }
    var used: [String: Int] = [:]
    return plain.map { name in
      used[name, default: 0] += 1
      let count = used[name] ?? 1
      return count == 1 ? name : "\(name) (\(count))"
    }
  }

  private static func name(_ study: StudyHandle, among studies: [StudyHandle]) -> String {
    let method = study.study.method.name
    let alike = studies.filter { $0.study.method.name == method }
    let differing = Set(alike.flatMap(\.settings.keys)).sorted().filter { key in
      Set(alike.map { $0.settings[key] ?? "" }).count > 1
    }
    let parts = differing.compactMap { key in study.settings[key].map { "\(key)=\($0)" } }
    return ([method] + parts).joined(separator: " ")
  }
}
