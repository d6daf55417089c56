import Chemistry
import Core
import Datasets
import Flows
import Foundation
import Language
import Neural

/// Reading data and saving results.
enum DataFunctions {
  static let family = FunctionCatalog.Family(
    "data", doc: "reading and writing data sets, tables and flows",
    [molecules, sequences, fasta, csv, libsvm, save, load])

  static let path = Parameter.required("path", "a file's path", "the file, plain or gzip")
  private static let limit = Parameter.named(
    "limit", "a whole number of at least 1", "stop after this many")

  private static let alphabet = Parameter.named(
    "alphabet", "\"protein\", \"dna\" or \"rna\"",
    "leave out sequences with other letters, and count these (default: any characters)")

  /// A run that only reports and stops: reading draws no random numbers.
  private static func run(_ context: CallContext) -> RunContext {
    RunContext(
      random: RandomStream(seed: 0), cancellation: context.environment.cancellation,
      events: context.environment.events)
  }

  private static let molecules = NativeFunction(
    "molecules",
    FunctionSignature(
      [
        path,
        .named("column", "a column's name", "the CSV column with the SMILES (default: smiles)"),
        limit,
      ], result: "a table"),
    doc:
      "Reads molecules from a SMILES or CSV file; lines that do not parse are skipped and counted.",
    example: "library = molecules(\"library.smi\")", effect: .ordered
  ) { arguments, context in
    let data = try SequenceData.read(
      try arguments.string("path"),
      column: arguments.has("column") ? try arguments.string("column") : nil,
      limit: arguments.has("limit") ? try arguments.integer("limit", in: 1...Int.max) : nil,
      context: run(context)
    ) { record in
      do throws(Failure) {
        _ = try Molecule(smiles: record.text)
        return .keep
      } catch {
        return .skip(error.message)
      }
    }
    return .table(try data.table(column: "smiles"))
  }

  /// - Parameter tables: whether the file may be a CSV file with a column of sequences.
  private static func reader(
    _ name: String, _ format: SequenceFormat, tables: Bool = false, doc: String, example: String
  ) -> NativeFunction {
    let column = Parameter.named(
      "column", "a column's name", "the CSV column with the sequences (default: sequence)")
    return NativeFunction(
      name,
      FunctionSignature(
        tables ? [path, column, limit, alphabet] : [path, limit, alphabet], result: "a table"),
      doc: doc, example: example, effect: .ordered
    ) { arguments, context in
      var check: LetterCheck?
      if arguments.has("alphabet") {
        let name = try arguments.choice(
          "alphabet", of: LetterAlphabet.allCases.map(\.rawValue), default: "protein")
        check = LetterAlphabet(rawValue: name).map { LetterCheck($0) }
      }
      let path = try arguments.string("path")
      let column = tables && arguments.has("column") ? try arguments.string("column") : nil
      let isTable = tables && (column != nil || SequenceFormat.guess(path: path) == .csv)
      let data = try SequenceData.read(
        path, as: isTable ? .csv : format, column: column, standard: "sequence",
        limit: arguments.has("limit") ? try arguments.integer("limit", in: 1...Int.max) : nil,
        context: run(context)
      ) { [check] record in check?.judge(record) ?? .keep }
      if let letters = check?.summary {
        context.environment.events(.warning("\(path) holds \(letters)"))
      }
      return .table(try data.table(column: "sequence"))
    }
  }

  private static let sequences = reader(
    "sequences", .lines, tables: true,
    doc: "Reads sequences of any characters, one on each line or in a column of a CSV file.",
    example: "words = sequences(\"words.txt\")")
  private static let fasta = reader(
    "fasta", .fasta, doc: "Reads sequences from a FASTA file.",
    example: "proteins = fasta(\"proteins.fasta\", alphabet: \"protein\")")

  private static let csv = NativeFunction(
    "csv", FunctionSignature([path], result: "a table"),
    doc:
      "Reads a CSV file with a header; columns are numbers, flags, vectors (numbers with blanks between "
      + "them) or texts by what they hold. Numbers may have decimal commas where semicolons or tabs "
      + "separate the cells.",
    example: "t = csv(\"results.csv\")", effect: .ordered
  ) { arguments, context in
    .table(try CSV.read(try arguments.string("path"), context: run(context)))
  }

  private static let libsvm = NativeFunction(
    "libsvm",
    FunctionSignature(
      [
        path,
        .named(
          "features", "a whole number of at least 1",
          "entries of a row (default: the largest index in the file)"),
      ], result: "a record"),
    doc: "Reads a file in LIBSVM's format, `label index:value …`, as rows and labels.",
    example: "d = libsvm(\"dna.scale\")", effect: .ordered
  ) { arguments, context in
    let data = try LibSVMData.read(
      try arguments.string("path"),
      features: arguments.has("features")
        ? try arguments.integer("features", in: 1...10_000_000) : nil, context: run(context))
    return .record(
      Record([
        ("rows", .list(data.rows.map { .vector($0) })), ("labels", .vector(data.labels)),
      ]))
  }

  private static let save = NativeFunction(
    "save",
    FunctionSignature([
      .required("x", "a table, a study or a flow", "what to save"),
      .required("path", "a file's path", ".csv for a table or a study, .safetensors for a flow"),
      .named(
        "decimal", "\".\" or \",\"", default: "\".\"",
        "how numbers of a table are written: with \",\" semicolons separate the cells"),
    ]), doc: "Writes a table or a study's trials as CSV, or a flow as a safetensors file.",
    example: "save(best(study, 10), \"best.csv\")", effect: .ordered
  ) { arguments, context in
    let path = try WritablePath.check(try arguments.string("path"), context)
    let decimal: CSV.Decimal =
      try arguments.choice("decimal", of: [".", ","], default: ".") == "," ? .comma : .point
    switch try arguments.value("x") {
    case .table(let table):
      try WritablePath.check(path, endsIn: ".csv", "a table is saved as CSV")
      try CSV.write(table, to: path, decimal: decimal)
    case .host(let study as StudyHandle):
      // Only a store keeps what a search needs to go on, so nothing may look as if it did.
      try WritablePath.check(
        path, endsIn: ".csv",
        "a study's trials are saved as CSV, to be read; a study that goes on later has `store:`")
      try CSV.write(
        try StudyTables.trials(study.study.trials, study), to: path, decimal: decimal)
    case .host(let flow as FlowHandle):
      try WritablePath.check(path, endsIn: ".safetensors", "a flow is saved as safetensors")
      let metadata = try flow.metadata.merging(try flow.pretraining.metadata()) { own, _ in own }
      try flow.flow.safeTensors(metadata: metadata).write(to: path)
    default: throw arguments.mismatch("x", "a table, a study or a flow")
    }
    return .none
  }

  private static let load = NativeFunction(
    "load", FunctionSignature([.required("path", "a file's path", "the file")], result: "a flow"),
    doc: "Reads a flow that `save` or a checkpoint of `pretrain` wrote.",
    example: "flow = load(\"flow.safetensors\")",
    effect: .ordered
  ) { arguments, _ in
    let file = try SafeTensors(contentsOf: try arguments.string("path"))
    let flow = try SeqFlow<Float>(file)
    guard let stored = file.metadata["coding"], let coding = SequenceCoding(stored: stored),
      let length = file.metadata["length"].flatMap(Int.init),
      coding.vocabulary.count == flow.configuration.vocabulary,
      (2...flow.configuration.maxLength).contains(length)
    else {
      throw Failure(
        .badFile, "\(file.source) holds a flow without its vocabulary",
        advice: "load a file that `save` or `pretrain` wrote")
    }
    return .host(
      FlowHandle(
        flow: flow, coding: coding, length: length, data: nil, pretraining: try Pretraining(file)))
  }
}

/// Where a script may write.
enum WritablePath {
  /// - Throws: `.cannotWrite` for a place outside the working folder under `--no-shell`.
  static func check(_ path: String, _ context: CallContext) throws(Failure) -> String {
    guard !context.environment.allowsShell else { return path }
    if path.hasPrefix("/") || path.split(separator: "/").contains("..") || leadsOutside(path) {
      throw Failure(
        .cannotWrite, "`\(path)` lies outside the working folder, where --no-shell forbids writing",
        advice: "name a file in the working folder")
    }
    return path
  }

  /// Whether a link on the way, or the file itself being one, leads out of the working folder.
  private static func leadsOutside(_ path: String) -> Bool {
    func resolved(_ path: String) -> String? {
      guard let real = realpath(path, nil) else { return nil }
      defer { free(real) }
      return String(cString: real)
    }
    guard let here = resolved(".") else { return true }
    // What does not exist yet is where its folder is; a folder that does not exist takes no file.
    guard let there = resolved(path) ?? resolved(FilePath.folder(of: path)) else { return false }
    return there != here && !there.hasPrefix(here == "/" ? "/" : here + "/")
  }

  /// Refuses a name that says something else than what will be in the file.
  static func check(_ path: String, endsIn ending: String, _ reason: String) throws(Failure) {
    guard !path.lowercased().hasSuffix(ending) else { return }
    throw Failure(
      .badArgument, "`\(path)` does not end in \(ending): \(reason)",
      advice: "name the file `\(FilePath.stem(of: path))\(ending)`")
  }
}
