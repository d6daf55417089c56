import Core

/// The kinds of errors, each with a stable number that `lbo explain` has a page for.
///
/// Numbers are never reused: 00xx reading the text, 01xx names and calls, 02xx problems,
/// 03xx values while running, 04xx files, programs and the rest of the world.
public enum DiagnosticCode: String, Sendable, CaseIterable {
  case unexpectedCharacter = "LBO0001"
  case unterminatedString = "LBO0002"
  case badNumber = "LBO0003"
  case badEscape = "LBO0004"
  case unexpectedToken = "LBO0005"
  case unclosedBracket = "LBO0006"
  case nestedTooDeeply = "LBO0007"
  case chainedComparison = "LBO0008"
  case badTarget = "LBO0009"
  case positionalAfterNamed = "LBO0010"
  case duplicateName = "LBO0011"
  case notText = "LBO0012"
  case statementOutOfPlace = "LBO0013"
  case unmatchedBracket = "LBO0014"
  case requiredAfterDefault = "LBO0015"

  case unknownName = "LBO0101"
  case noValueYet = "LBO0102"
  case unknownModule = "LBO0103"
  case unknownFunction = "LBO0104"
  case unknownArgument = "LBO0105"
  case tooManyArguments = "LBO0106"
  case missingArgument = "LBO0107"
  case argumentTwice = "LBO0108"
  case outerVariable = "LBO0109"
  case moduleCycle = "LBO0110"
  case moduleFailed = "LBO0111"

  case noGoal = "LBO0201"
  case severalGoals = "LBO0202"
  case duplicateSubject = "LBO0203"
  case badGoal = "LBO0204"
  case badSubject = "LBO0205"
  case unusedCandidate = "LBO0206"
  case emptyRange = "LBO0207"
  case returnInProblem = "LBO0208"
  case unnamedMeasurement = "LBO0209"
  case joinedComparisons = "LBO0210"
  case misspeltGoal = "LBO0211"
  case requirementNotComputed = "LBO0212"

  case wrongOperands = "LBO0301"
  case notCallable = "LBO0302"
  case noMember = "LBO0303"
  case indexOutOfRange = "LBO0304"
  case notIndexable = "LBO0305"
  case notACondition = "LBO0306"
  case notIterable = "LBO0307"
  case lengthMismatch = "LBO0308"
  case badArgument = "LBO0309"
  case assertionFailed = "LBO0310"
  case failedOnPurpose = "LBO0311"
  case tooDeep = "LBO0312"
  case badIndex = "LBO0313"

  case badFile = "LBO0401"
  case cannotWrite = "LBO0402"
  case badData = "LBO0403"
  case numerical = "LBO0404"
  case external = "LBO0405"
  case cancelled = "LBO0406"
  case unsupported = "LBO0407"
  case nameNotFound = "LBO0408"
  case waiting = "LBO0409"
  case internalError = "LBO0499"

  /// The code of another room's failure.
  public init(_ kind: Failure.Kind) {
    switch kind {
    case .badArgument: self = .badArgument
    case .unknownName: self = .nameNotFound
    case .badFile: self = .badFile
    case .cannotWrite: self = .cannotWrite
    case .badData: self = .badData
    case .numerical: self = .numerical
    case .external: self = .external
    case .cancelled: self = .cancelled
    case .unsupported: self = .unsupported
    case .waiting: self = .waiting
    }
  }
}
