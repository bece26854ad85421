/// What a setting may be: how it is read from a file, and written.
package struct Kind<Value> {
  /// As it stands after "expected".
  package var name: String
  /// Nil after having reported why not.
  package var read: (TOMLValue, inout Report) -> Value?
  package var write: (Value) -> TOMLContent
  /// The keys of the tables that it is made of.
  package var members: [Description] = []

  package init(
    _ name: String,
    read: @escaping (TOMLValue, inout Report) -> Value?,
    write: @escaping (Value) -> TOMLContent
  ) {
    self.name = name
    self.read = read
    self.write = write
  }

  /// A kind whose values a part of the plain ones stand for.
  package init(
    _ name: String,
    convert: @escaping (TOMLContent) -> Value?,
    write: @escaping (Value) -> TOMLContent
  ) {
    self.init(
      name,
      read: { value, report in
        let converted = convert(value.content)
        if converted == nil { report.add(value.place, value.content.name, expected: name) }
        return converted
      },
      write: write
    )
  }
}

extension Kind where Value == Bool {
  package static var boolean: Kind {
    Kind(
      "true or false",
      convert: { if case .boolean(let value) = $0 { value } else { nil } },
      write: { .boolean($0) }
    )
  }
}

extension Kind where Value == Int {
  package static func integer(_ range: ClosedRange<Int>, _ unit: String = "") -> Kind {
    Kind(
      "a number from \(range.lowerBound) to \(range.upperBound)" + (unit.isEmpty ? "" : " " + unit),
      convert: {
        guard case .integer(let number) = $0, let value = Int(exactly: number) else { return nil }
        return range.contains(value) ? value : nil
      },
      write: { .integer(Int64($0)) }
    )
  }

  /// The minute of a day.
  package static var timeOfDay: Kind {
    Kind(
      "a time such as \"22:30\"",
      convert: {
        switch $0 {
        case .time(let minute): minute
        case .string(let text): minuteOfDay(text)
        default: nil
        }
      },
      write: { .time($0) }
    )
  }
}

extension Kind where Value == String {
  /// Text goes to C and to other programs: it has no NUL.
  package static var text: Kind { text("a string") }

  package static func text(_ name: String) -> Kind {
    Kind(
      name,
      convert: {
        guard case .string(let text) = $0, !text.utf8.contains(0) else { return nil }
        return text
      },
      write: { .string($0) }
    )
  }
}

extension Kind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of some words.
  package static var choice: Kind {
    let words = Value.allCases.map { $0.rawValue }
    let name = alternatives(words)
    return Kind(
      name,
      read: { value, report in
        guard case .string(let text) = value.content else {
          report.add(value.place, value.content.name, expected: name)
          return nil
        }
        if let choice = Value(rawValue: text) { return choice }
        report.add(
          value.place,
          value.content.name,
          expected: name,
          suggestion: nearest(to: text, among: words)
        )
        return nil
      },
      write: { .string($0.rawValue) }
    )
  }
}

extension Kind {
  package static func list<Element>(
    of element: Kind<Element>,
    _ name: String
  ) -> Kind where Value == [Element] {
    var kind = Kind(
      name,
      read: { value, report in
        guard case .array(let members) = value.content else {
          report.add(value.place, value.content.name, expected: name)
          return nil
        }
        return elements(members, element, &report)
      },
      write: { .array($0.map { TOMLValue(element.write($0), at: .none) }) }
    )
    kind.members = element.members
    return kind
  }

  /// One, or an array of them.
  package static func oneOrMore<Element>(
    of element: Kind<Element>
  ) -> Kind where Value == [Element] {
    var kind = Kind(
      element.name + ", or an array of such",
      read: { value, report in
        if case .array(let members) = value.content {
          return elements(members, element, &report)
        }
        return element.read(value, &report).map { [$0] }
      },
      write: { elements in
        elements.count == 1
          ? element.write(elements[0])
          : .array(elements.map { TOMLValue(element.write($0), at: .none) })
      }
    )
    kind.members = element.members
    return kind
  }

  /// Nil when one of them is wrong; all of them are looked at.
  private static func elements<Element>(
    _ values: [TOMLValue],
    _ element: Kind<Element>,
    _ report: inout Report
  ) -> [Element]? {
    var elements: [Element] = []
    for value in values {
      if let next = element.read(value, &report) { elements.append(next) }
    }
    return elements.count == values.count ? elements : nil
  }

  /// A table of known keys.
  package static func table(
    _ name: String,
    _ empty: Value,
    _ settings: [Setting<Value>]
  ) -> Kind {
    var kind = Kind(
      name,
      read: { value, report in
        guard case .table(let members) = value.content else {
          report.add(value.place, value.content.name, expected: name)
          return nil
        }
        let before = report.diagnostics.count
        var result = empty
        for assignment in settings.read(members, at: value.place, &report) {
          assignment.assign(&result)
        }
        return report.diagnostics.count == before ? result : nil
      },
      write: { value in
        .table(settings.members(of: value))
      }
    )
    kind.members = settings.map { $0.description }
    return kind
  }

  /// A table whose keys are names that the user gives, of those that are right.
  package static func named<Element>(
    _ name: String,
    _ element: Kind<Element>,
    keys: String = "",
    areRight isRight: @escaping (String) -> Bool = { _ in true }
  ) -> Kind where Value == [Named<Element>] {
    var kind = Kind(
      name,
      read: { value, report in
        guard case .table(let members) = value.content else {
          report.add(value.place, value.content.name, expected: name)
          return nil
        }
        var result: [Named<Element>] = []
        for member in members {
          if !isRight(member.key) {
            report.add(member.keyPlace, TOMLContent.string(member.key).name, expected: keys)
          }
          if let value = element.read(member.value, &report) {
            result.append(Named(name: member.key, value: value))
          }
        }
        return result.count == members.count ? result : nil
      },
      write: { entries in
        .table(entries.map { TOMLMember($0.name, element.write($0.value)) })
      }
    )
    kind.members = element.members
    return kind
  }
}

package struct Named<Value> {
  package var name: String
  package var value: Value

  package init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}

extension Named: Equatable where Value: Equatable {}
extension Named: Sendable where Value: Sendable {}

extension Place {
  /// Of what stands in no file.
  static let none = Place(line: 0, column: 0)
}

extension TOMLMember {
  init(_ key: String, _ content: TOMLContent) {
    self.key = key
    keyPlace = .none
    value = TOMLValue(content, at: .none)
  }
}

/// `a, b or c`
private func alternatives(_ words: [String]) -> String {
  guard words.count > 1, let last = words.last else { return words.first ?? "" }
  return joined(words.dropLast().map { "\"\($0)\"" }) + " or \"\(last)\""
}

/// `HH:MM`; 24:00 is the end of the day and the start of the next one.
package func minuteOfDay(_ text: String) -> Int? {
  let parts = text.split(separator: ":", omittingEmptySubsequences: false)
  guard parts.count == 2, parts[1].utf8.count == 2, 1...2 ~= parts[0].utf8.count,
    text.utf8.allSatisfy({ $0 == UInt8(ascii: ":") || 48...57 ~= $0 }),
    let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
  else { return nil }
  if hour == 24, minute == 0 { return 0 }
  return hour < 24 ? hour * 60 + minute : nil
}
