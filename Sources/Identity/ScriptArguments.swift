extension ProcessEntry {
  /// The file that this interpreter runs, without links; nil where it runs none that is there.
  func script(ofInterpreter name: String) -> String? {
    do throws(SystemError) {
      guard let word = InterpreterOptions.of(name).script(in: try arguments) else { return nil }
      let path = word.hasPrefix("/") ? word : "\(try workingDirectory)/\(word)"
      guard let canonical = canonicalPath(path), try OpenFile(canonical).status.isRegular
      else { return nil }
      return canonical
    } catch {
      return nil
    }
  }
}

/// How an interpreter's command line is to be read, as far as it takes to find the script.
struct InterpreterOptions {
  /// Single letters, alone or in a bundle, after which code stands in place of a script.
  var code = ""
  var longCode: [String] = []
  /// Options that take the next word along.
  var valued: [String] = []
  /// Options whose next word is the script.
  var file: [String] = []
  /// Words that may stand before the script.
  var verbs: [String] = []
  /// What is no option is a script.
  var takesBareScript = true

  static func of(_ interpreter: String) -> InterpreterOptions {
    switch ProgramKind.withoutVersion(interpreter) {
    case "python", "pypy":
      InterpreterOptions(code: "cm", valued: ["-W", "-X"])
    case "perl":
      InterpreterOptions(code: "eE", valued: ["-I"])
    case "ruby":
      InterpreterOptions(code: "e", valued: ["-C", "-I", "-r"])
    case "node", "nodejs", "bun", "deno":
      InterpreterOptions(
        code: "ep",
        longCode: ["--eval", "--print"],
        valued: ["-r", "--require", "--import", "--loader", "--experimental-loader"],
        verbs: ["run"]
      )
    case "java":
      InterpreterOptions(
        valued: [
          "-cp", "-classpath", "--class-path", "-p", "--module-path", "-m", "--module",
          "--add-modules", "--add-opens", "--add-exports",
        ],
        file: ["-jar"],
        takesBareScript: false
      )
    case "php":
      InterpreterOptions(code: "rBRE", valued: ["-c", "-d", "-z"], file: ["-f", "-F"])
    case "lua", "luajit":
      InterpreterOptions(valued: ["-e", "-l"])
    case "gjs", "gjs-console":
      InterpreterOptions(code: "c", valued: ["-I", "-C"])
    case "guile":
      InterpreterOptions(code: "c", valued: ["-e", "-l", "-L", "-C"], file: ["-s"])
    case "dotnet":
      InterpreterOptions(verbs: ["exec"])
    case "fish":
      InterpreterOptions(
        code: "c",
        longCode: ["--command"],
        valued: ["-C", "--init-command", "-d", "-o"]
      )
    default:
      InterpreterOptions(
        code: "cs",
        valued: ["-o", "+o", "-O", "+O", "--rcfile", "--init-file"]
      )
    }
  }

  /// The script's path as written.
  func script(in arguments: [String]) -> String? {
    var words = arguments.dropFirst()
    while let word = words.popFirst() {
      if word == "--" || file.contains(word) { return words.first }
      if valued.contains(word) {
        words = words.dropFirst()
      } else if word.hasPrefix("--") {
        if longCode.contains(where: { word.hasPrefix($0) }) { return nil }
      } else if valued.contains(where: { $0.utf8.count == 2 && word.hasPrefix($0) }) {
        continue  // With its value in the same word.
      } else if word.hasPrefix("-") || word.hasPrefix("+") {
        // `-` is the standard input.
        if word == "-" || word.utf8.dropFirst().contains(where: { code.utf8.contains($0) }) {
          return nil
        }
        // `bash -euo pipefail script`
        if let last = word.last, valued.contains("-\(last)") { words = words.dropFirst() }
      } else if !verbs.contains(word) {
        return takesBareScript && !word.isEmpty ? word : nil
      }
    }
    return nil
  }
}
