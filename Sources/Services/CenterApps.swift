import DBus
import Identity
import Notifications

// Center1: one app at a time. An app is called by the key of its principal, or by a bare id where
// one alone has it (ID-050).

extension Center {
  private static let app = Argument("app", "s")

  var appMethods: [Method] {
    [
      Method("ListApps", returns: [Argument("apps", "a(sa{sv})")]) {
        [unowned(unsafe) self] in listApps($0)
      },
      Method("SetAppMuted", [Self.app, Argument("muted", "b")]) { [unowned(unsafe) self] call in
        var reader = call.message.reader()
        guard let app = app(&reader, call) else { return }
        desk.handle(.mute(app, reader.boolean() ?? false, calls.open(call)))
      },
      Method("DismissApp", [Self.app]) { [unowned(unsafe) self] call in
        var reader = call.message.reader()
        guard let app = app(&reader, call) else { return }
        desk.handle(.dismissApp(app, calls.open(call)))
      },
      Method("Answer", [Self.app, Argument("answer", "s")]) { [unowned(unsafe) self] call in
        var reader = call.message.reader()
        guard let app = app(&reader, call) else { return }
        guard let answer = Permissions.Answer(rawValue: reader.string() ?? "") else {
          return call.fail(.invalidArgs, "an answer is granted, denied or dismissed")
        }
        desk.handle(.permission(.answer(app: app, answer, calls.open(call))))
      },
    ]
  }

  /// The app that the next argument names; if there is none, the call has its error.
  private func app(_ reader: inout Reader, _ call: MethodCall) -> String? {
    AppNames(desk, peers).key(reader.string() ?? "", for: call)
  }

  private func listApps(_ call: MethodCall) {
    let (core, wall) = (desk.core, desk.wallClock)
    call.reply {
      $0.array("(sa{sv})") {
        for app in core.knownApps {
          let summary = core.summary(of: app, wall: wall)
          let limit = core.dailyLimit(of: app)
          $0.structure {
            $0.string(app)
            summary.write(&$0, name: name(of: summary), dailyLimit: limit)
          }
        }
      }
    }
  }

  func tellApp(_ app: String) {
    let core = desk.core
    let summary = core.summary(of: app, wall: desk.wallClock)
    watchers.send("AppChanged") {
      $0.string(app)
      summary.write(&$0, name: name(of: summary), dailyLimit: core.dailyLimit(of: app))
    }
  }

  /// As last seen, else as its desktop file has it.
  private func name(of summary: AppSummary) -> String {
    guard summary.name.isEmpty else { return summary.name }
    return peers.identifier.desktopFiles.file(ofApp: summary.app)?.name ?? ""
  }
}

extension AppSummary {
  fileprivate func write(_ writer: inout Writer, name: String, dailyLimit: Int) {
    writer.dictionary {
      $0.entry("app", "s") { $0.string(app) }
      if !name.isEmpty { $0.entry("name", "s") { $0.string(name) } }
      if let level { $0.entry("level", "s") { $0.string(level.rawValue) } }
      $0.entry("muted", "b") { $0.boolean(settings.isMuted) }
      $0.entry("permission", "s") { $0.string(permission.state.rawValue) }
      $0.entry("permission_source", "s") { $0.string(permission.source.rawValue) }
      if let question { $0.entry("question", "s") { $0.string(question.rawValue) } }
      $0.entry("live", "u") { $0.uint32(UInt32(clamping: live)) }
      $0.entry("today", "u") { $0.uint32(UInt32(clamping: sentToday)) }
      $0.entry("daily_limit", "u") { $0.uint32(UInt32(clamping: dailyLimit)) }
      $0.entry("refused", "u") { $0.uint32(UInt32(clamping: refusals)) }
      if look.needsAttention { $0.entry("attention", "b") { $0.boolean(true) } }
      if let progress = look.progress { $0.entry("progress", "d") { $0.double(progress) } }
      if look.isForeign { $0.entry("badge_unverified", "b") { $0.boolean(true) } }
    }
  }
}
