/// Help on one name, as data.
public struct HelpPage: Sendable {
  /// What it is help on.
  public var name: String
  /// How it is called, e.g. `quantile(x, q)`; the name alone for what is not a function.
  public var signature: String
  /// What it does.
  public var doc: String
  /// What a function takes; empty for the rest.
  public var parameters: [Parameter]
  /// Lines that show its use; empty for none.
  public var example: String
  /// The family or kind it belongs to, e.g. "math", "keyword", "variable".
  public var family: String

  /// The page of a function.
  init(_ function: FunctionValue, named name: String? = nil, family: String) {
    let name = name ?? function.name
    self.name = name
    signature = function.signature.text(name: name)
    doc = function.doc
    parameters = function.signature.parameters
    if case .native(let native) = function { example = native.example } else { example = "" }
    self.family = family
  }

  init(name: String, signature: String, doc: String, example: String = "", family: String) {
    self.name = name
    self.signature = signature
    self.doc = doc
    parameters = []
    self.example = example
    self.family = family
  }

  /// The page of any value.
  init(_ value: Value, named name: String) {
    switch value {
    case .function(let function): self.init(function, named: name, family: "variable")
    case .problem(let problem):
      self.init(name: name, signature: problem.summary, doc: problem.doc ?? "", family: "variable")
    case .host(let object):
      let members =
        object.members.isEmpty ? "" : "\nit has \(object.members.joined(separator: ", "))"
      self.init(
        name: name, signature: "\(name): \(object.typeName)", doc: object.summary + members,
        family: "variable")
    default:
      self.init(
        name: name, signature: "\(name): \(value.typeName)",
        doc: ValueFormatter().shown(value), family: "variable")
    }
  }
}
