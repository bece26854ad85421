/// A line and a column of a file, counted from 1, columns in characters.
package struct Place: Equatable, Comparable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (one: Place, other: Place) -> Bool {
    (one.line, one.column) < (other.line, other.column)
  }
}

/// Something that is not as a file should have it.
package struct Diagnostic: Error, Equatable, Sendable {
  package var file: String
  /// Nil where it is the file as a whole.
  package var place: Place?
  package var problem: String
  /// What would be right there.
  package var expected: String?
  /// The known key or word nearest to what is there.
  package var suggestion: String?

  package init(
    file: String,
    place: Place? = nil,
    problem: String,
    expected: String? = nil,
    suggestion: String? = nil
  ) {
    self.file = file
    self.place = place
    self.problem = problem
    self.expected = expected
    self.suggestion = suggestion
  }

  /// One line, as compilers and editors have it.
  package var text: String {
    var text = file
    if let place { text += ":\(place.line):\(place.column)" }
    text += ": \(problem)"
    if let expected { text += "; expected \(expected)" }
    if let suggestion { text += "; did you mean `\(suggestion)`?" }
    return text
  }
}

/// All that is wrong with a file, in its order.
package struct Diagnostics: Error, Equatable, Sendable {
  package var all: [Diagnostic]

  package init(_ all: [Diagnostic]) {
    self.all = all
  }
}

/// Collects what is wrong with one file while it is read.
package struct Report {
  package let file: String
  package private(set) var diagnostics: [Diagnostic] = []

  package init(file: String) {
    self.file = file
  }

  @inline(never)
  package mutating func add(
    _ place: Place?,
    _ problem: String,
    expected: String? = nil,
    suggestion: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        file: file,
        place: place,
        problem: problem,
        expected: expected,
        suggestion: suggestion
      )
    )
  }

  @inline(never)
  package mutating func add(_ other: Diagnostic) {
    diagnostics.append(other)
  }

  /// What was found, from the top of the file down.
  package var sorted: [Diagnostic] {
    diagnostics.sorted { one, other in
      switch (one.place, other.place) {
      case (let one?, let other?): one < other
      case (nil, _?): true
      default: false
      }
    }
  }
}
