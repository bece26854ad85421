/// Names of hark's own notices, and the heading of its questions: nobody else has them.
enum ReservedNames {
  static func contain(_ name: String) -> Bool { known.contains(folded(name)) }

  private static let known: Set<String> = ["hark", "harkd", "permission", "permissions"]
}
