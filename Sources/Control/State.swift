import DBus

/// What keeps popups away, read from the properties of Center1 or from `StateChanged`, whose keys are
/// the JSON's.
struct State {
  var isEnabled = true
  var isManual = false
  var until: Timestamp?
  var isQuiet = false
  var reasons: [String] = []
  var modes: [String] = []
  var unread: UInt32 = 0

  /// Reads an `a{sv}`.
  init(_ reader: inout Reader) {
    reader.forEachEntry { name, value in
      switch State.key(name) {
      case "enabled": isEnabled = value.boolean() ?? true
      case "quiet_mode": isManual = value.boolean() ?? false
      case "quiet_until":
        if let end = value.int64(), end != 0 { until = Timestamp(milliseconds: end) }
      case "quiet": isQuiet = value.boolean() ?? false
      case "reasons": reasons = value.strings() ?? []
      case "modes": modes = value.strings() ?? []
      case "unread": unread = value.uint32() ?? 0
      default: break
      }
    }
  }

  /// A property's name as a key.
  static func key(_ name: String) -> String {
    switch name {
    case "Enabled": "enabled"
    case "QuietMode": "quiet_mode"
    case "QuietUntil": "quiet_until"
    case "Quiet": "quiet"
    case "QuietReasons": "reasons"
    case "Modes": "modes"
    case "UnreadCount": "unread"
    case "Inhibitions": "inhibitions"
    default: name
    }
  }

  /// One line, such as `quiet: manual; full-screen, 3 unread`.
  var text: String {
    unread > 0 ? "\(cause), \(unread) unread" : cause
  }

  /// The same without the count.
  var cause: String {
    var words = isQuiet ? "quiet: " + joined(reasons) : "not quiet"
    if let until { words += " (until \(until.text))" }
    if !isEnabled { words += ", popups are off" }
    if !modes.isEmpty { words += ", modes: " + joined(modes) }
    return printable(words)
  }

  private func joined(_ words: [String]) -> String {
    var text = ""
    for word in words { text += (text.isEmpty ? "" : "; ") + word }
    return text
  }
}

extension JSON {
  /// The properties of Center1 as members of the present object.
  mutating func state(_ reader: inout Reader) {
    reader.forEachEntry { name, value in
      key(State.key(name))
      self.value(&value)
    }
  }
}
