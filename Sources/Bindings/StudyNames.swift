/// What studies are called side by side: their methods, told apart by the options that differ, as in
/// "cibo, space: data".
enum StudyNames {
  /// What names are for.
  enum Purpose {
    /// Runs: those that differ in nothing but their seed share a name.
    case runs
    /// Patterns that are made anew with other seeds: distinct names that their own seeds are no part of.
    case patterns
    /// Curves beside each other: distinct names, by seed where nothing else differs.
    case curves
  }

  static func of(_ studies: [StudyHandle], as purpose: Purpose) -> [String] {
    var names = studies.indices.map { name(studies[$0], among: studies) }
    if purpose == .runs { return names }
    if purpose == .curves { names = seeded(names, studies) }
    var used: [String: Int] = [:]
    return names.map { name in
      used[name, default: 0] += 1
      let count = used[name] ?? 1
      return count == 1 ? name : "\(name) (\(count))"
    }
  }

  /// With the seed beside each name that several studies have, where scripts gave these seeds.
  private static func seeded(_ names: [String], _ studies: [StudyHandle]) -> [String] {
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(names, studies).map { name, study in
      guard counts[name, default: 1] > 1, let seed = study.seed else { return name }
      return "\(name), seed: \(seed)"
    }
  }

  private static func name(_ study: StudyHandle, among studies: [StudyHandle]) -> String {
    let method = study.study.method.name
    let alike = studies.filter { $0.study.method.name == method }
    let differing = Set(alike.flatMap(\.settings.keys)).sorted().filter { key in
      Set(alike.map { $0.settings[key] ?? "" }).count > 1
    }
    let parts = differing.compactMap { key in
      study.settings[key].map { "\(key): \($0.filter { $0 != "\"" })" }
    }
    return ([method] + parts).joined(separator: ", ")
  }
}
