/// An error meant for the user: what is wrong in their terms, and what to do about it.
///
/// Rooms throw `Failure`s at their borders; the language adds where in the script it happened.
public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, as far as a caller may want to tell apart.
  public enum Kind: String, Sendable, CaseIterable {
    /// A value of the wrong type, range or shape was passed.
    case badArgument
    /// A name is not known; `advice` carries a suggestion where there is one.
    case unknownName
    /// A file is missing, unreadable, truncated or of another format.
    case badFile
    /// A file or output could not be written.
    case cannotWrite
    /// Data was read but cannot be used (nothing left after skipping, NaN scores, …).
    case badData
    /// A factorization failed, a loss became NaN: the numbers broke down.
    case numerical
    /// A program outside (gnuplot, a shell oracle) is missing or failed.
    case external
    /// The user pressed Ctrl-C; state is kept.
    case cancelled
    /// The operation is not available in this build or not yet in the language.
    case unsupported
    /// Something from outside that only the user can bring is not there yet; state is kept.
    case waiting
  }

  /// What went wrong, as far as a caller may tell apart.
  public var kind: Kind
  /// One clear sentence without a full stop, in the user's terms.
  public var message: String
  /// What to do about it, or nil when the message says it all.
  public var advice: String?

  /// A failure with its sentence and what to do.
  public init(_ kind: Kind, _ message: String, advice: String? = nil) {
    self.kind = kind
    self.message = message
    self.advice = advice
  }

  /// Message and advice in one line.
  public var description: String {
    advice.map { "\(message); \($0)" } ?? message
  }
}
