import DBus
import Identity
import Notifications
import Store

/// Which past notifications a call is about.
struct HistoryFilter {
  private(set) var query = PastQuery()
  /// Something tells some from others.
  private(set) var isSelective = false
  /// Every one is meant.
  private(set) var isAll = false
  /// The first that means nothing.
  private(set) var unknown: String?
  private(set) var problem: String?
  /// It asks for a page.
  private(set) var isPaged = false

  init(_ reader: inout Reader, _ names: AppNames) {
    reader.forEachEntry { read($0, &$1, names) }
  }

  private mutating func read(_ name: String, _ value: inout Reader, _ names: AppNames) {
    isSelective = isSelective || !["all", "limit", "before"].contains(name)
    isPaged = isPaged || ["limit", "before"].contains(name)
    switch name {
    case "app": if let app = text(name, &value) { query.apps = apps(app, names) }
    case "text":
      query.text = text(name, &value) ?? ""
      // Without a word it would be about all there is.
      if problem == nil, !query.text.hasWord { fail("text is words to find; there is none in it") }
    case "since": query.since = take(name, "x", value.int64(), value)
    case "until": query.until = take(name, "x", value.int64(), value)
    case "before": query.before = row(name, &value)
    case "row": query.row = row(name, &value)
    case "limit":
      guard let limit = take(name, "u", value.uint32(), value) else { return }
      query.limit = max(1, Int(limit))
    case "urgency":
      guard let level = take(name, "y", value.byte(), value) else { return }
      query.urgency = Notification.Urgency(rawValue: level)
      if query.urgency == nil { fail("urgency is 0, 1 or 2, not \(level)") }
    case "all": isAll = take(name, "b", value.boolean(), value) ?? false
    default: unknown = unknown ?? name
    }
  }

  private mutating func take<Value>(
    _ name: String,
    _ type: String,
    _ value: Value?,
    _ reader: Reader
  ) -> Value? {
    if value == nil { fail(HarkOptions.wrongType(name, type, reader)) }
    return value
  }

  private mutating func text(_ name: String, _ value: inout Reader) -> String? {
    take(name, "s", value.string(), value)
  }

  private mutating func row(_ name: String, _ value: inout Reader) -> Int64? {
    take(name, "t", value.uint64(), value).map { Int64(clamping: $0) }
  }

  private mutating func fail(_ words: String) {
    problem = problem ?? words
  }

  /// The past may have an app that nobody knows any more.
  private mutating func apps(_ app: String, _ names: AppNames) -> [String] {
    if app.isEmpty { fail("app is empty, and names none") }
    switch names.resolve(app) {
    case .key(let key): return [key]
    case .unclear(let keys): return keys.isEmpty ? AppNames.candidates(app) : keys
    case .wrong:
      fail("“\(app)” names no app; expected \(PrincipalKey.expected)")
      return []
    }
  }
}

extension String {
  /// As the store takes a text apart.
  fileprivate var hasWord: Bool {
    split { $0.isWhitespace || $0 == "\0" }.contains { word in word.contains { $0 != "*" } }
  }
}
