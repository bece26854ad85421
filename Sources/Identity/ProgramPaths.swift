import CLibc

/// Finds the file that a command runs.
struct ProgramPaths {
  let searchPath: [String]
  private var known: [String: [String]] = [:]

  init(searchPath: [String]) {
    self.searchPath = searchPath
  }

  /// The program that `word` names, without links, and what it runs where it is a wrapper script.
  mutating func programs(_ word: String) -> [String] {
    if let programs = known[word] { return programs }
    var programs: [String] = []
    if let path = path(word) {
      programs = [path]
      if let wrapped = wrapped(path), wrapped != path { programs.append(wrapped) }
    }
    known[word] = programs
    return programs
  }

  private func path(_ word: String) -> String? {
    guard !word.isEmpty else { return nil }
    if word.contains("/") { return word.hasPrefix("/") ? canonicalPath(word) : nil }
    for folder in searchPath {
      let path = "\(folder)/\(word)"
      if access(path, X_OK) == 0 { return canonicalPath(path) }
    }
    return nil
  }

  /// What a shell script hands its arguments on to.
  private func wrapped(_ path: String) -> String? {
    do throws(SystemError) {
      let file = try OpenFile(path)
      let start = try file.bytes(atMost: 128)
      guard let script = WrapperScript(start, path: path) else { return nil }
      return script.targets(start + (try file.bytes(atMost: 1 << 14))).lazy
        .compactMap { self.path($0) }.first
    } catch {
      return nil
    }
  }
}

/// A shell script that may stand before a program of another path.
struct WrapperScript {
  private let folder: String

  /// Nil for what no shell runs.
  init?(_ start: [UInt8], path: String) {
    guard start.starts(with: "#!".utf8) else { return nil }
    let line = String(decoding: start.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let words = line.dropFirst(2).split(separator: " ")
    guard let shell = words.last(where: { !$0.hasPrefix("-") }),
      ProgramKind(of: baseName(shell)) == .shell
    else { return nil }
    folder = parentDirectory(path)
  }

  /// The programs that get the script's own arguments, in the order of its lines. Plain variables
  /// are followed; what takes a shell to know is passed over.
  func targets(_ text: [UInt8]) -> [String] {
    var variables: [String: String] = [:]
    var targets: [String] = []
    for bytes in text.split(separator: UInt8(ascii: "\n")) {
      let line = String(decoding: bytes, as: UTF8.self)
      var words = Self.words(line)
      if words.first == "export" { words = words.dropFirst() }
      while let word = words.first, let equals = word.firstIndex(of: "="),
        word[..<equals].utf8.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "_") })
      {
        variables[String(word[..<equals])] = expanded(
          word[word.index(after: equals)...],
          variables
        )
        words = words.dropFirst()
      }
      guard line.contains("$@") || line.contains("$*") || words.first == "exec" else { continue }
      if words.first == "exec" {
        words = words.dropFirst()
        if words.first == "-a" { words = words.dropFirst(2) }
      }
      if let word = words.first, let target = expanded(word[...], variables), target.hasPrefix("/")
      {
        targets.append(target)
      }
    }
    return targets
  }

  /// Splits at blanks outside of quotes and of command substitutions; quotes are dropped.
  private static func words(_ line: String) -> ArraySlice<String> {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var depth = 0
    for character in line {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if quote == nil, depth == 0, character == " " || character == "\t" {
        if let word { words.append(word) }
        word = nil
      } else {
        if character == "(" { depth += 1 }
        if character == ")" { depth = max(0, depth - 1) }
        if character == "`" { depth = depth == 0 ? 1 : 0 }
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words[...]
  }

  /// Nil where a part is not known.
  private func expanded(_ text: Substring, _ variables: [String: String]) -> String? {
    guard text.contains("$") || text.contains("`") else { return String(text) }
    // `$(dirname "$0")` in one of its spellings, and a path behind it.
    if text.hasPrefix("$(") || text.hasPrefix("`") {
      guard text.contains("dirname"),
        let end = text.lastIndex(where: { $0 == ")" || $0 == "`" })
      else { return nil }
      let rest = text[text.index(after: end)...]
      return rest.contains("$") ? nil : folder + rest
    }
    var result = ""
    var rest = text
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let isBraced = rest.first == "{"
      if isBraced { rest = rest.dropFirst() }
      let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      rest = rest[name.endIndex...]
      if isBraced {
        if name == "0", rest.hasPrefix("%/*}") {
          result += folder
          rest = rest.dropFirst(4)
          continue
        }
        guard rest.first == "}" else { return nil }
        rest = rest.dropFirst()
      }
      guard let value = variables[String(name)] else { return nil }
      result += value
    }
    return result + rest
  }
}
