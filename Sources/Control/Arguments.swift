/// The words after a sub-command, sorted into options and operands.
package struct Arguments {
  private var options: [(name: String, value: String)] = []
  package private(set) var operands: [String] = []

  package func has(_ option: String) -> Bool {
    options.contains { $0.name == option }
  }

  /// The last one given counts.
  package func value(_ option: String) -> String? {
    options.last { $0.name == option }?.value
  }

  package func values(_ option: String) -> [String] {
    options.filter { $0.name == option }.map { $0.value }
  }

  /// A number given to an option; nil when the option is absent.
  package func number<T: FixedWidthInteger>(
    _ option: String,
    in range: ClosedRange<T>
  ) throws(Failure) -> T? {
    guard let text = value(option) else { return nil }
    guard let number = T(text), range.contains(number) else {
      throw .usage("--\(option) takes a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The id of a notification among the operands.
  package func id(_ index: Int) throws(Failure) -> UInt32 {
    guard let id = UInt32(operands[index]), id != 0 else {
      throw .usage("not the id of a notification: \(operands[index]); hark list shows them")
    }
    return id
  }
}

extension Command {
  /// `--name value`, `--name=value`, switches, and operands anywhere; after `--` all are operands.
  ///
  /// With `--help` nothing else is looked at.
  package func parse(_ words: [String]) throws(Failure) -> Arguments {
    var arguments = Arguments()
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments.add(operands: rest)
        rest = []
      } else if word == "-h" {
        arguments.add("help", "")
      } else if word.utf8.starts(with: "--".utf8) {
        try take(word, &rest, into: &arguments)
      } else if word.utf8.first == UInt8(ascii: "-"), word != "-" {
        throw .usage("no option \(word); hark \(name) --help lists them")
      } else {
        arguments.add(operands: [word])
        guard options.contains(where: { $0.beginsCommand && arguments.has($0.name) }) else {
          continue
        }
        arguments.add(operands: rest)
        rest = []
      }
    }
    guard arguments.has("help") || operandCount.contains(arguments.operands.count) else {
      let form = operands.isEmpty ? "no operands" : operands
      throw .usage("hark \(name) takes \(form); hark \(name) --help tells more")
    }
    return arguments
  }

  private func take(
    _ word: String,
    _ rest: inout ArraySlice<String>,
    into arguments: inout Arguments
  ) throws(Failure) {
    let parts = word.dropFirst(2).split(
      separator: "=",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    let name = String(parts[0])
    guard let option = options.first(where: { $0.name == name }) else {
      throw .usage("no option --\(name); hark \(self.name) --help lists them")
    }
    guard let placeholder = option.value else {
      guard parts.count == 1 else { throw .usage("--\(name) takes no value") }
      return arguments.add(name, "")
    }
    guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
      throw .usage("--\(name) takes a value: --\(name) \(placeholder)")
    }
    arguments.add(name, value)
  }
}

extension Arguments {
  fileprivate mutating func add(_ option: String, _ value: String) {
    options.append((option, value))
  }

  fileprivate mutating func add(operands words: ArraySlice<String>) {
    operands += words
  }
}
