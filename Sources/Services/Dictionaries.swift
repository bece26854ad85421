import DBus
import Notifications
import Store

// The one set of keys in which a notification is described: in replies, in signals, and as JSON by
// `hark`. Absent means none. Times are milliseconds since the epoch.

/// What only `Inspect` tells.
struct EntryDetails {
  var isConnected: Bool
  var disabledActions: [String]
}

extension Entry {
  func write(
    _ writer: inout Writer,
    wallClockOffset: Int64,
    hasDisplay: Bool,
    details: EntryDetails?
  ) {
    writer.dictionary {
      $0.entry("id", "u") { $0.uint32(id.rawValue) }
      notification.write(&$0, owner, disabled: details?.disabledActions ?? [])
      notification.write(&$0, owner, treatment?.wishes)
      $0.entry("state", "s") { $0.string(stateName) }
      if let reason = reason(hasDisplay: hasDisplay) {
        $0.entry("reason", "s") { $0.string(reason) }
      }
      if let timestamp = notification.web?.fields.timestamp {
        $0.entry("timestamp", "x") { $0.int64(timestamp) }
      }
      $0.entry("unread", "b") { $0.boolean(isUnread) }
      if !output.isEmpty { $0.entry("output", "s") { $0.string(output) } }
      if let expires {
        $0.entry("expires", "x") { $0.int64(expires.nanoseconds / 1_000_000 + wallClockOffset) }
      }
      guard let details else { return }
      $0.entry("connected", "b") { $0.boolean(details.isConnected) }
      notification.writeDetails(&$0, owner)
    }
  }

  private var stateName: String {
    switch state {
    case .pending: "pending"
    case .shown: "shown"
    case .held(.snoozed): "snoozed"
    case .held(.permission): "pending"
    case .held(.retained): "retained"
    case .held: "held"
    }
  }

  /// Why it is not on the screen.
  private func reason(hasDisplay: Bool) -> String? {
    switch state {
    case .pending: hasDisplay ? "queue" : "no display"
    case .shown, .held(.retained): nil
    case .held(let reason): reason.code
    }
  }
}

extension Entry.HoldReason {
  /// As it goes over the bus.
  fileprivate var code: String {
    switch self {
    case .flood: "flood"
    case .dailyLimit: "daily limit"
    case .quiet: "quiet"
    case .permission: "permission"
    case .muted: "muted"
    case .off: "off"
    case .rule: "rule"
    case .priority: "priority"
    case .retained: "retained"
    case .snoozed: "snoozed"
    case .duplicate: "duplicate"
    }
  }
}

extension PastEntry {
  func write(_ writer: inout Writer) {
    writer.dictionary {
      $0.entry("row", "t") { $0.uint64(UInt64(clamping: row)) }
      $0.entry("id", "u") { $0.uint32(id.rawValue) }
      notification.write(&$0, owner)
      notification.write(&$0, owner, treatment?.wishes)
      $0.entry("state", "s") { $0.string("closed") }
      $0.entry("unread", "b") { $0.boolean(isUnread) }
      $0.entry("closed", "x") { $0.int64(closedAt) }
      $0.entry("reason", "u") { $0.uint32(reason.rawValue) }
      $0.entry("by_user", "b") { $0.boolean(reason == .dismissed) }
    }
  }
}

extension History.Record {
  func write(_ writer: inout Writer) {
    writer.dictionary {
      $0.entry("id", "u") { $0.uint32(id.rawValue) }
      notification.write(&$0, owner)
      notification.write(&$0, owner, treatment?.wishes)
      $0.entry("state", "s") { $0.string("closed") }
      $0.entry("closed", "x") { $0.int64(closedAt) }
      $0.entry("reason", "u") { $0.uint32(reason.rawValue) }
      $0.entry("by_user", "b") { $0.boolean(reason == .dismissed) }
      notification.writeDetails(&$0, owner)
    }
  }
}

extension Notification {
  func write(_ writer: inout Writer, _ owner: Owner, disabled: [String] = []) {
    writer.entry("principal", "s") { $0.string(owner.principal) }
    writer.entry("level", "s") { $0.string(owner.sender.level.rawValue) }
    writer.entry("verified", "b") { $0.boolean(owner.sender.isVerified) }
    if let web, !web.fields.nid.isEmpty { writer.entry("nid", "s") { $0.string(web.fields.nid) } }
    if !owner.origin.isEmpty { writer.entry("origin", "s") { $0.string(owner.origin) } }
    writer.entry("app_name", "s") { $0.string(appName) }
    if !via.isEmpty { writer.entry("via", "s") { $0.string(via) } }
    if !claimedName.isEmpty { writer.entry("claimed", "s") { $0.string(claimedName) } }
    writer.entry("title", "s") { $0.string(title) }
    writer.entry("body", "s") { $0.string(body.text) }
    if rawBody != body.text { writer.entry("body_raw", "s") { $0.string(rawBody) } }
    writer.entry("urgency", "y") { $0.byte(urgency.rawValue) }
    if !category.isEmpty { writer.entry("category", "s") { $0.string(category) } }
    if let tag { writer.entry("tag", "s") { $0.string(tag) } }
    if !actions.isEmpty {
      writer.entry("actions", "aa{sv}") {
        $0.array("a{sv}") {
          for action in actions {
            $0.dictionary {
              $0.entry("action", "s") { $0.string(action.name) }
              $0.entry("title", "s") { $0.string(action.label) }
              if disabled.contains(action.key) {
                $0.entry("disabled", "b") { $0.boolean(true) }
              }
            }
          }
        }
      }
    }
    if let items = web?.fields.items, !items.isEmpty {
      writer.entry("items", "a(ss)") {
        $0.array("(ss)") {
          for item in items {
            $0.structure {
              $0.string(item.title)
              $0.string(item.message)
            }
          }
        }
      }
    }
    writer.entry("image", "b") { $0.boolean(image != nil) }
    if let progress { writer.entry("progress", "i") { $0.int32(Int32(progress)) } }
    writer.entry("created", "x") { $0.int64(receivedAt) }
    writer.entry("transient", "b") { $0.boolean(isTransient) }
    writer.entry("resident", "b") { $0.boolean(isResident) }
    writer.entry("persistent", "b") { $0.boolean(web?.fields.isPersistent ?? false) }
  }

  /// What the user's rules have a word in.
  fileprivate func write(_ writer: inout Writer, _ owner: Owner, _ wishes: Treatment.Wishes?) {
    writer.entry("group", "s") { $0.string(wishes?.group ?? owner.principal) }
    let icon = wishes?.icon ?? icon
    if !icon.isEmpty { writer.entry("icon", "s") { $0.string(icon) } }
    let sound = wishes?.sound ?? sound
    if !sound.isEmpty, sound != "none" { writer.entry("sound", "s") { $0.string(sound) } }
    writer.entry("storable", "b") { $0.boolean(wishes?.isStored ?? true) }
  }

  /// The file or name of the sound that its sender wants (FD-242).
  private var sound: String {
    var (file, name) = ("", "")
    for hint in hints {
      switch (hint.name, hint.value) {
      case ("suppress-sound", .boolean(true)): return ""
      case ("suppress-sound", .integer(let number, _)) where number != 0: return ""
      case ("sound-file", .string(let text, _)): file = text
      case ("sound-name", .string(let text, _)): name = text
      default: break
      }
    }
    return file.isEmpty ? name : file
  }

  /// Who sent it and how that is known (WEB-308, ID-070), and every hint.
  fileprivate func writeDetails(_ writer: inout Writer, _ owner: Owner) {
    let sender = owner.sender
    writer.entry("sender", "s") { $0.string(owner.peer) }
    if sender.processID > 0 { writer.entry("pid", "u") { $0.uint32(UInt32(sender.processID)) } }
    if !sender.executable.isEmpty {
      writer.entry("exe", "s") { $0.string(sender.executable) }
    }
    let evidence = sender.evidence + rejectedClaims.map { "not believed: " + $0 }
    if !evidence.isEmpty { writer.entry("evidence", "as") { $0.strings(evidence) } }
    guard !hints.isEmpty else { return }
    writer.entry("hints", "a{sv}") {
      $0.dictionary {
        for hint in hints {
          guard let type = Signature(hint.value.signature) else { continue }
          $0.entry(hint.name, type) { hint.value.write(&$0) }
        }
      }
    }
  }
}

extension Status {
  func write(_ writer: inout Writer) {
    writer.dictionary {
      $0.entry("version", "s") { $0.string(version) }
      if let display { $0.entry("display", "s") { $0.string(display) } }
      $0.entry("outputs", "aa{sv}") {
        $0.array("a{sv}") {
          for output in outputs {
            $0.dictionary {
              $0.entry("name", "s") { $0.string(output.name) }
              $0.entry("width", "i") { $0.int32(Int32(clamping: output.width)) }
              $0.entry("height", "i") { $0.int32(Int32(clamping: output.height)) }
              $0.entry("scale", "d") { $0.double(output.scale) }
              $0.entry("in_use", "b") { $0.boolean(output.isInUse) }
            }
          }
        }
      }
      $0.entry("file_problems", "as") { $0.strings(fileProblems) }
      $0.entry("lock", "s") { $0.string(lock) }
      $0.entry("store", "s") { $0.string(store.isEmpty ? "durable" : store) }
      if !problems.isEmpty { $0.entry("problems", "as") { $0.strings(problems) } }
    }
  }
}
