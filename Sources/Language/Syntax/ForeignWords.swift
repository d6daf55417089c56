/// Words of other languages, and what they are here.
enum ForeignWords {
  static let advice: [String: String] = [
    "True": "write `true`", "False": "write `false`", "TRUE": "write `true`",
    "FALSE": "write `false`", "None": "write `none`", "null": "write `none`",
    "nil": "write `none`", "NULL": "write `none`", "NA": "write `none`, or nan for a number",
    "def": "a function is written fn name(x) { … }",
    "func": "a function is written fn name(x) { … }",
    "function": "a function is written fn name(x) { … }",
    "lambda": "a small function is written x -> x + 1",
    "elif": "write `else if`", "elseif": "write `else if`",
    "let": "a variable needs no word before it: x = 3",
    "var": "a variable needs no word before it: x = 3",
    "const": "a variable needs no word before it: x = 3",
    "import": "a module is brought in by `use name`",
    "from": "a module is brought in by `use name`",
    "raise": "fail(\"why\") ends with an error", "throw": "fail(\"why\") ends with an error",
    "println": "write print(…)", "printf": "write print(\"… {x} …\")",
    "float": "number(text) reads a number from a string",
    "int": "number(text) reads a number; floor(x) and round(x) make it whole",
    "str": "write \"{x}\"", "length": "write len(x)", "size": "write len(x)",
    "pow": "write x ^ y", "maximise": "write `maximize`", "minimise": "write `minimize`",
    "dict": "a record is written {name: value}", "array": "write vector([…]) or a list […]",
    "avg": "write mean(x)", "average": "write mean(x)", "ln": "write log(x)",
    "mod": "write x % y", "typeof": "write type_of(x)", "type": "write type_of(x)",
    "exit": "a script ends at its last line; fail(\"why\") ends it with an error",
  ]
}
