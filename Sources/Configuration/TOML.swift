import CToml

/// A value of a TOML file, with where it stands.
package struct TOMLValue: Equatable, Sendable {
  package var content: TOMLContent
  package var place: Place

  package init(_ content: TOMLContent, at place: Place) {
    self.content = content
    self.place = place
  }
}

package indirect enum TOMLContent: Equatable, Sendable {
  case table([TOMLMember])
  case array([TOMLValue])
  case string(String)
  case integer(Int64)
  case real(Double)
  case boolean(Bool)
  /// A time of day, in minutes.
  case time(Int)
  case date
}

/// A key of a table and what it stands for; members come by the order of their keys.
package struct TOMLMember: Equatable, Sendable {
  package var key: String
  package var keyPlace: Place
  package var value: TOMLValue
}

/// Reads a text as TOML: a table, or the first thing that is wrong.
package func parseTOML(_ text: [UInt8], file: String) -> Result<TOMLValue, Diagnostic> {
  let document = text.withUnsafeBytes { bytes in
    ctoml_parse(bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count)
  }
  defer { ctoml_free(document) }
  var words = ctoml_text()
  var place = ctoml_place()
  if ctoml_error(document, &words, &place) {
    return .failure(Diagnostic(file: file, place: Place(place), problem: String(words)))
  }
  var count = 0
  let values = ctoml_values(document, &count)
  var rest = UnsafeBufferPointer(start: values, count: count)[...]
  return .success(TOMLValue(&rest))
}

extension TOMLValue {
  /// The next value of a walk, with all that is inside of it.
  fileprivate init(_ walk: inout Slice<UnsafeBufferPointer<ctoml_value>>) {
    let value = walk.removeFirst()
    place = Place(value.place)
    switch value.kind {
    case CTOML_TABLE:
      var members: [TOMLMember] = []
      for _ in 0..<value.count {
        guard let member = walk.first else { break }
        members.append(
          TOMLMember(
            key: String(member.key),
            keyPlace: Place(member.key_place),
            value: TOMLValue(&walk)
          )
        )
      }
      content = .table(members)
    case CTOML_ARRAY:
      var elements: [TOMLValue] = []
      for _ in 0..<value.count { elements.append(TOMLValue(&walk)) }
      content = .array(elements)
    case CTOML_STRING: content = .string(String(value.text))
    case CTOML_INTEGER: content = .integer(value.integer)
    case CTOML_REAL: content = .real(value.real)
    case CTOML_BOOLEAN: content = .boolean(value.integer != 0)
    case CTOML_TIME: content = .time(Int(value.integer))
    default: content = .date
    }
  }
}

extension Place {
  fileprivate init(_ place: ctoml_place) {
    self.init(line: Int(place.line), column: Int(place.column))
  }
}

extension String {
  fileprivate init(_ text: ctoml_text) {
    let bytes = UnsafeRawBufferPointer(start: text.bytes, count: text.length)
    self.init(decoding: bytes, as: UTF8.self)
  }
}

// MARK: Writing

extension TOMLContent {
  /// How it is written in a file, on one line.
  package var text: String {
    switch self {
    case .table(let members):
      members.isEmpty
        ? "{}"
        : "{ " + joined(members.map { Self.key($0.key) + " = " + $0.value.content.text }) + " }"
    case .array(let elements): "[" + joined(elements.map { $0.content.text }) + "]"
    case .string(let text): Self.quoted(text)
    case .integer(let number): "\(number)"
    case .real(let number): number.description
    case .boolean(let value): value ? "true" : "false"
    case .time(let minute): Self.quoted(timeText(minute))
    case .date: "a date"
    }
  }

  /// As text for people and scripts: no quotes round a string.
  package var plain: String {
    switch self {
    case .string(let text): text
    case .time(let minute): timeText(minute)
    default: text
    }
  }

  /// What there is, in words.
  package var name: String {
    switch self {
    case .table: "a table"
    case .array: "an array"
    case .string(let text): text.utf8.count <= 40 ? Self.quoted(text) : "a string"
    case .integer(let number): "\(number)"
    case .real(let number): number.description
    case .boolean(let value): value ? "true" : "false"
    case .time(let minute): timeText(minute)
    case .date: "a date"
    }
  }

  package static func key(_ name: String) -> String {
    let isBare = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return isBare && !name.isEmpty ? name : quoted(name)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// With commas between.
func joined(_ parts: [String]) -> String {
  var text = ""
  for (index, part) in parts.enumerated() {
    if index > 0 { text += ", " }
    text += part
  }
  return text
}

/// `07:30`
func timeText(_ minute: Int) -> String {
  let hours = minute / 60
  let minutes = minute % 60
  return (hours < 10 ? "0" : "") + "\(hours):" + (minutes < 10 ? "0" : "") + "\(minutes)"
}
