import DBus
import Identity

// An app of the past, as people call it: what is past knows names that nobody has any more.

extension Session {
  /// The key or id that a word means: one of those, or a name as `hark history` and `hark apps`
  /// print it.
  func pastApp(_ word: String) throws(Failure) -> String {
    guard !word.isEmpty else { throw .usage("an empty text names no app") }
    if PrincipalKey.hasKind(word) { return word }
    guard try pastPage(ofApp: word, limit: 1).isEmpty else { return word }
    let known = try knownApps()
    if known.contains(where: { $0.key == word || $0.key.hasSuffix(":" + word) }) { return word }
    let apps = known + (try namesOfPast())
    let keys = Self.keys(apps.filter { $0.isCalled(word) })
    guard keys.count != 1 else { return keys[0] }
    guard keys.isEmpty else { throw .failed("“\(word)” may be \(Self.list(keys))") }
    let similar = Self.keys(apps.filter { $0.resembles(word) })
    throw .failed(
      "nothing past is of “\(word)”; "
        + (similar.isEmpty ? Failure.appHint : "do you mean \(Self.list(similar))?")
    )
  }

  private static func keys(_ apps: [PastApp]) -> [String] {
    Set(apps.map { $0.key }).sorted()
  }

  private static func list(_ keys: [String]) -> String {
    keys.prefix(5).joined(separator: " or ") + (keys.count > 5 ? " …" : "")
  }

  private func knownApps() throws(Failure) -> [PastApp] {
    var apps: [PastApp] = []
    var reader = try center("ListApps").reader()
    reader.forEach { element in
      _ = element.enter { fields in
        let app = App(fields.string() ?? "", &fields)
        apps.append(PastApp(key: app.key, names: [app.name, app.printedName]))
      }
    }
    return apps
  }

  /// Pages to look for a name in: whoever sent nothing since is found by the key.
  private static let farthest = 10

  private func namesOfPast() throws(Failure) -> [PastApp] {
    var apps: [PastApp] = []
    var last: UInt64?
    for _ in 0..<Self.farthest {
      let page = try pastPage(limit: 500, before: last)
      guard let end = page.last else { break }
      apps += page.compactMap { $0.app }
      last = end.row
    }
    return apps
  }

  private func pastPage(
    ofApp app: String? = nil,
    limit: UInt32,
    before: UInt64? = nil
  ) throws(Failure) -> [(row: UInt64, app: PastApp?)] {
    var rows: [(row: UInt64, app: PastApp?)] = []
    var reader = try center("History") {
      $0.dictionary {
        if let app { $0.entry("app", "s") { $0.string(app) } }
        if let before { $0.entry("before", "t") { $0.uint64(before) } }
        $0.entry("limit", "u") { $0.uint32(limit) }
      }
    }.reader()
    reader.forEach { element in
      var copy = element
      let live = Live(&copy)
      var (row, key): (UInt64, String) = (0, "")
      element.forEachEntry {
        switch $0 {
        case "row": row = $1.uint64() ?? 0
        case "principal": key = $1.string() ?? ""
        default: break
        }
      }
      let app = PastApp(key: key, names: [live.sender, live.printedSender])
      rows.append((row, key.isEmpty ? nil : app))
    }
    return rows
  }
}

/// An app, and what it is called.
private struct PastApp {
  var key: String
  var names: [String]

  func isCalled(_ word: String) -> Bool {
    names.contains { $0.lowercased() == word.lowercased() }
  }

  func resembles(_ word: String) -> Bool {
    let part = Array(word.lowercased().utf8)
    return ([key] + names).contains { name in
      let whole = Array(name.lowercased().utf8)
      return part.count <= whole.count
        && (0...whole.count - part.count).contains { whole[$0...].starts(with: part) }
    }
  }
}
