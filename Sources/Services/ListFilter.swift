import CLibc
import DBus
import Identity
import Notifications

/// Which notifications a `List` is about; what is not known is ignored.
struct ListFilter {
  private var app: String?
  /// In small letters.
  private var text = ""
  private var urgency: Notification.Urgency?
  private(set) var problem: String?
  /// The principals that `app` may mean.
  private var apps: [String] = []

  init(_ reader: inout Reader, _ names: AppNames) {
    reader.forEachEntry { read($0, &$1) }
    guard let app else { return }
    switch names.resolve(app) {
    case .key(let key): apps = [key]
    case .unclear(let keys): apps = keys
    case .wrong: problem = "“\(app)” names no app; expected \(PrincipalKey.expected)"
    }
  }

  private mutating func read(_ name: String, _ value: inout Reader) {
    switch name {
    case "app":
      app = value.string()
      if app == nil { problem = HarkOptions.wrongType(name, "s", value) }
    case "text":
      guard let words = value.string() else {
        return problem = HarkOptions.wrongType(name, "s", value)
      }
      text = words.lowercased()
    case "urgency":
      guard let level = value.byte() else {
        return problem = HarkOptions.wrongType(name, "y", value)
      }
      urgency = .init(rawValue: level)
      if urgency == nil { problem = "urgency is 0, 1 or 2, not \(level)" }
    default: break
    }
  }

  func admits(_ entry: Entry) -> Bool {
    let notification = entry.notification
    if let urgency, notification.urgency != urgency { return false }
    if app != nil {
      // A browser's are those of its sites as well.
      let sender = entry.owner.principal
      guard apps.contains(where: { sender == $0 || sender.hasPrefix($0 + "#") }) else {
        return false
      }
    }
    return text.isEmpty
      || [notification.appName, notification.title, notification.body.text].contains {
        $0.lowercased().holds(text)
      }
  }
}

extension String {
  fileprivate func holds(_ other: String) -> Bool {
    Array(utf8).withUnsafeBytes { text in
      Array(other.utf8).withUnsafeBytes {
        c_find(text.baseAddress, text.count, $0.baseAddress, $0.count) != nil
      }
    }
  }
}
