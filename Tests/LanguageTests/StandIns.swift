import Core
import Language

/// Help's examples of problems are what users copy, so they have a space that can be searched: `box`,
/// which another room provides. Here a value stands for it, which is all that the language knows of a
/// space; `ExampleTests` of Bindings runs the same examples with the real one.
enum StandIns {
  static let family = FunctionCatalog.Family(
    "stand-ins", doc: "what other rooms provide",
    [
      NativeFunction(
        "box",
        FunctionSignature([
          .required("lower", "a number", "the least"),
          .required("upper", "a number", "the largest"),
          .required("dim", "a number", "how many coordinates"),
        ]), doc: "A space."
      ) { _, _ in .string("a box") }
    ])
}
