/// One row of a table of options. Reading, checking, listing, the reference page and the default file
/// are all made from such rows.
package struct Setting<Subject> {
  package let description: Description
  package let isRequired: Bool
  fileprivate let read: (TOMLValue, inout Report) -> ((inout Subject) -> Void)?
  private let current: (Subject) -> TOMLContent?

  /// A dot in the name stands for a table; `get` returns nil where nothing is set.
  package init<Value>(
    _ name: String,
    _ kind: Kind<Value>,
    _ about: String,
    isRequired: Bool = false,
    get: @escaping (Subject) -> Value?,
    set: @escaping (inout Subject, Value) -> Void
  ) {
    description = Description(name: name, kind: kind.name, about: about, members: kind.members)
    self.isRequired = isRequired
    read = { value, report in
      guard let value = kind.read(value, &report) else { return nil }
      return { set(&$0, value) }
    }
    current = { get($0).map { kind.write($0) } }
  }

  package var name: String { description.name }

  /// What it is at present.
  package func content(of subject: Subject) -> TOMLContent? {
    current(subject)
  }
}

/// What a setting says of itself.
package struct Description: Sendable {
  package var name: String
  /// As it stands after "expected".
  package var kind: String
  package var about: String
  /// The keys of the tables that it is made of.
  package var members: [Description]
}

/// A setting that a file makes.
package struct Assignment<Subject> {
  package var name: String
  package var place: Place
  package var content: TOMLContent
  package var assign: (inout Subject) -> Void
}

extension Array {
  /// The settings that a table makes; the keys of other tables and all that is wrong are reported.
  package func read<Subject>(
    _ members: [TOMLMember],
    at place: Place,
    _ report: inout Report
  ) -> [Assignment<Subject>] where Element == Setting<Subject> {
    var assignments: [Assignment<Subject>] = []
    read(members, below: "", into: &assignments, &report)
    for setting in self where setting.isRequired {
      if !members.contains(where: { $0.key == setting.name }) {
        report.add(place, "`\(setting.name)` is missing", expected: setting.description.kind)
      }
    }
    return assignments
  }

  private func read<Subject>(
    _ members: [TOMLMember],
    below prefix: String,
    into assignments: inout [Assignment<Subject>],
    _ report: inout Report
  ) where Element == Setting<Subject> {
    for member in members {
      let name = prefix + member.key
      let value = member.value
      if let setting = first(where: { $0.name == name }) {
        if let assign = setting.read(value, &report) {
          assignments.append(
            Assignment(name: name, place: value.place, content: value.content, assign: assign)
          )
        }
      } else if contains(where: { $0.name.hasPrefix(name + ".") }) {
        if case .table(let inner) = value.content {
          read(inner, below: name + ".", into: &assignments, &report)
        } else {
          report.add(value.place, value.content.name, expected: "a table")
        }
      } else {
        report.add(
          member.keyPlace,
          "unknown key `\(name)`",
          suggestion: nearest(to: name, among: map { $0.name })
        )
      }
    }
  }

  /// What is set, as a table of these settings.
  func members<Subject>(of subject: Subject) -> [TOMLMember] where Element == Setting<Subject> {
    compactMap { setting in
      setting.content(of: subject).map { TOMLMember(setting.name, $0) }
    }
  }
}
