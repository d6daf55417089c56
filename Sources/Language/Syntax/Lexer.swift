enum Lexer { static func isName(_ s: String) -> Bool { true } }
