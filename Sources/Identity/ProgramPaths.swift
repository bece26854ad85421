import CLibc

/// Finds the file that a command runs.
struct ProgramPaths {
  let searchPath: [String]
  private var known: [String: [String]] = [:]
  private var folders: [String: String] = [:]

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

  private mutating func path(_ word: String) -> String? {
    if word.contains("/") { return word.hasPrefix("/") ? canonical(word) : nil }
    guard !word.isEmpty else { return nil }
    for folder in searchPath {
      if let path = canonical("\(folder)/\(word)") { return path }
    }
    return nil
  }

  /// As `realpath`, which would walk the few folders that programs are in for each anew.
  private mutating func canonical(_ path: String) -> String? {
    let folder = parentDirectory(path)
    let known = folders[folder]
    guard let parent = known ?? (folder.isEmpty ? "" : canonicalPath(folder)) else { return nil }
    if known == nil { folders[folder] = parent }
    let direct = "\(parent)/\(baseName(path))"
    do throws(SystemError) {
      _ = try linkTarget(direct)
      return canonicalPath(direct)
    } catch {
      return error.code == EINVAL ? direct : nil
    }
  }

  /// What a shell script hands its arguments on to.
  private mutating func wrapped(_ path: String) -> String? {
    do throws(SystemError) {
      let file = try OpenFile(path)
      let start = try file.bytes(atMost: 128)
      guard let script = WrapperScript(start, path: path) else { return nil }
      for target in script.targets(start + (try file.bytes(atMost: 1 << 13))) {
        if let path = self.path(target) { return path }
      }
      return nil
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
    for line in text.split(separator: UInt8(ascii: "\n")) where Self.matters(line) {
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
      guard words.first == "exec" || words.contains(where: { $0 == "$@" || $0 == "$*" }) else {
        continue
      }
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

  /// It sets a variable, or starts a program with arguments.
  private static func matters(_ line: ArraySlice<UInt8>) -> Bool {
    let line = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    if line.starts(with: "exec ".utf8) || line.starts(with: "export ".utf8) { return true }
    let name = line.prefix { $0.isAlphanumeric || $0 == UInt8(ascii: "_") }
    if !name.isEmpty, line[name.endIndex...].first == UInt8(ascii: "=") { return true }
    var isDollar = false
    for byte in line {
      if isDollar, byte == UInt8(ascii: "@") || byte == UInt8(ascii: "*") { return true }
      isDollar = byte == UInt8(ascii: "$")
    }
    return false
  }

  /// Splits at blanks outside of quotes and of command substitutions; quotes are dropped.
  private static func words(_ line: ArraySlice<UInt8>) -> ArraySlice<String> {
    var words: [String] = []
    var word: [UInt8]?
    var quote: UInt8?
    var depth = 0
    for byte in line {
      switch byte {
      case quote:
        quote = nil
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard quote == nil else { fallthrough }
        quote = byte
        word = word ?? []
      case UInt8(ascii: " "), UInt8(ascii: "\t"):
        guard quote == nil, depth == 0 else { fallthrough }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        word = nil
      default:
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth = max(0, depth - 1) }
        if byte == UInt8(ascii: "`") { depth = depth == 0 ? 1 : 0 }
        if word == nil { word = [] }
        word?.append(byte)
      }
    }
    if let word { words.append(String(decoding: word, as: UTF8.self)) }
    return words[...]
  }

  /// Nil where a part is not known.
  private func expanded(_ text: Substring, _ variables: [String: String]) -> String? {
    guard text.contains("$") || text.contains("`") else { return String(text) }
    // `$(dirname "$0")` in one of its spellings, and a path behind it.
    if text.hasPrefix("$(") || text.hasPrefix("`") {
      guard text.split(whereSeparator: { !$0.isLetter }).contains("dirname"),
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
