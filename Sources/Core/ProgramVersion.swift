/// The program's version: what `lbo --version` prints, and what files it writes carry.
public enum ProgramVersion {
  /// Major, minor and patch, as in "0.1.0".
  public static let text = "0.1.0"
}
