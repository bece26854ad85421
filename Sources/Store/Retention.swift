/// How much of the past is kept: all of it, where nobody says otherwise.
package struct Retention: Equatable, Sendable {
  package var count = Int.max
  /// In milliseconds; nil: as long as there is room.
  package var age: Int64?
  /// By principal, of which less is kept.
  package var apps: [String: Bounds] = [:]

  package struct Bounds: Equatable, Sendable {
    package var count: Int?
    /// In milliseconds.
    package var age: Int64?

    package init(count: Int? = nil, age: Int64? = nil) {
      self.count = count
      self.age = age
    }
  }

  package init() {}
}
