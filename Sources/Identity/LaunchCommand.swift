/// The command line of a desktop file's `Exec`.
struct LaunchCommand: Equatable {
  /// What is started, past `env` and its assignments; empty where nothing is.
  private(set) var program = ""
  /// Nothing but field codes follows: it starts the application itself, not a part of it.
  private(set) var isPlain = true
  /// A browser's launcher of one web page.
  private(set) var isWebApplication = false

  init(_ exec: String) {
    var words = Self.words(exec)[...]
    if let first = words.first, baseName(first) == "env" {
      words = words.dropFirst().drop { $0.contains("=") || $0.hasPrefix("-") }
    }
    guard let program = words.popFirst() else { return }
    self.program = program
    for word in words where !Self.isFieldCode(word) {
      isPlain = false
      if Self.webApplicationOptions.contains(where: { word.hasPrefix($0) }) {
        isWebApplication = true
      }
    }
  }

  private static let webApplicationOptions = ["--app-id=", "--app=", "--application-mode", "--ssb"]

  private static func isFieldCode(_ word: String) -> Bool {
    word.hasPrefix("%") && word.utf8.count == 2 && word != "%%"
  }

  /// Words in double quotes have `\` before what would end or expand them.
  private static func words(_ exec: String) -> [String] {
    var words: [String] = []
    var word: [UInt8]?
    var isQuoted = false
    var isEscaped = false
    for byte in exec.utf8 {
      if isEscaped {
        word?.append(byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\"), isQuoted {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        word = word ?? []
      } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t"), !isQuoted {
        if let ended = word { words.append(String(decoding: ended, as: UTF8.self)) }
        word = nil
      } else {
        if word == nil { word = [] }
        word?.append(byte)
      }
    }
    if let word { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }
}
