extension String {
  /// Whether there is nothing of it to see: white space, and characters that only join, part or
  /// turn others.
  package var isBlank: Bool {
    unicodeScalars.allSatisfy {
      let properties = $0.properties
      return properties.isWhitespace || properties.generalCategory == .format
        || properties.isDefaultIgnorableCodePoint
    }
  }
}
