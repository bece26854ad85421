import Notifications
import Testing

@testable import Store

/// Everything of a value, also what its == does not look at.
private func everything<Value>(_ value: Value) -> String {
  var text = ""
  dump(value, to: &text)
  return text
}

private func sealed(_ write: (inout Archive) -> Void) -> [UInt8] {
  var archive = Archive()
  write(&archive)
  _ = archive.seal(from: 0)
  return archive.bytes
}

private func read<Value>(
  _ bytes: [UInt8],
  _ body: (ArchiveReader) throws -> Value
) throws -> Value {
  try bytes.withUnsafeBytes { try body(try ArchiveReader(sealed: $0)) }
}

/// The fields that are in both what they are by themselves.
private func same<Value>(_ filled: Value, _ plain: Value, but: [String] = []) -> [String] {
  zip(Mirror(reflecting: filled).children, Mirror(reflecting: plain).children).compactMap {
    guard let label = $0.label, !but.contains(label) else { return nil }
    return everything($0.value) == everything($1.value) ? label : nil
  }
}

@Suite struct ArchiveTests {
  @Test("FD-227 everything of a notification is kept")
  func notification() throws {
    let value = Notification.filled
    let bytes = sealed { $0.write(value) }
    let result = try read(bytes) { try Notification($0, picture: value.image) }
    #expect(everything(result) == everything(value))
    // A field that nobody has filled here nobody has kept either.
    let plain = Notification(appName: "", title: "", receivedAt: 0)
    #expect(same(value, plain) == [])
    #expect(same(WebOptions.Fields.filled, WebOptions.Fields()) == [])
    #expect(same(value.body, StyledText()) == [])
  }

  @Test("FD-227 every urgency, timeout and lock screen setting is kept")
  func cases() throws {
    for urgency in Notification.Urgency.allCases {
      for timeout in [
        Notification.Timeout.byUrgency, .never, .milliseconds(0), .milliseconds(.max),
      ] {
        for lock in [Notification.LockScreen.nothing, .name, .content] {
          var value = Notification(appName: "", title: "", receivedAt: .min)
          value.urgency = urgency
          value.timeout = timeout
          value.onLockScreen = lock
          let bytes = sealed { $0.write(value) }
          #expect(try read(bytes) { try Notification($0, picture: nil) } == value)
        }
      }
    }
    for method in [WebOptions.Method.notify, .show, .create] {
      var fields = WebOptions.Fields()
      fields.method = method
      let bytes = sealed { $0.write(fields) }
      #expect(try read(bytes) { try WebOptions.Fields($0) } == fields)
    }
  }

  @Test("FD-227 everything of an owner and of the rules' wishes is kept")
  func owner() throws {
    let owner = Owner.filled
    let ownerBytes = sealed { $0.write(owner) }
    #expect(everything(try read(ownerBytes) { try Owner($0) }) == everything(owner))
    let nobody = Owner(peer: "", sender: Sender(level: .none, principal: ""))
    #expect(same(owner, nobody) == [])
    #expect(same(owner.sender, nobody.sender) == [])

    let treatment = Treatment.filled
    let bytes = sealed { $0.write(treatment) }
    #expect(everything(try read(bytes) { try Treatment($0) }) == everything(treatment))
    #expect(same(treatment.wishes, Treatment.Wishes()) == [])
    #expect(same(treatment.wishes.style, Treatment.Style()) == [])
  }

  @Test("FD-227 everything of a standing is kept")
  func standing() throws {
    let reasons: [Entry.HoldReason?] = [
      .flood, .dailyLimit, .quiet, .permission, .muted, .off, .rule, .priority, .retained,
      .duplicate, .snoozed(-1), nil,
    ]
    for reason in reasons {
      var value = Saved.Standing.filled
      value.heldBy = reason
      let bytes = sealed { $0.write(value) }
      #expect(try read(bytes) { try Saved.Standing($0) } == value)
    }
    #expect(same(Saved.Standing.filled, .plain) == [])
  }

  @Test("FD-227 everything of permissions and settings is kept")
  func settings() throws {
    let record = Permissions.Record.filled
    let bytes = sealed { $0.write(record) }
    #expect(try read(bytes) { try Permissions.Record($0) } == record)
    #expect(same(record, Permissions.Record()) == [])

    let settings = try Saved.Settings.filled()
    let settingBytes = sealed { $0.write(settings) }
    #expect(try read(settingBytes) { try Saved.Settings($0) } == settings)
    #expect(same(settings, Saved.Settings()) == [])
    #expect(same(settings.quiet, Quiet.Kept()) == [])
    #expect(same(settings.inhibitions, Inhibitions()) == [])
  }

  @Test func unknownFieldsAreSkipped() throws {
    let value = Notification.filled
    let bytes = sealed {
      $0.number(200, 5)
      $0.write(value)
      $0.block(201) { $0.text(1, "of a later version") }
    }
    let result = try read(bytes) { try Notification($0, picture: value.image) }
    #expect(everything(result) == everything(value))
  }

  @Test func everyChangedByteIsFound() {
    let bytes = sealed { $0.write(Notification.filled) }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      #expect(throws: Damaged.self) { try read(changed) { _ in } }
      #expect(throws: Damaged.self) { try read(Array(bytes[..<place])) { _ in } }
    }
  }

  @Test("whatever bytes there are, reading them ends")
  func fuzz() throws {
    let settings = try Saved.Settings.filled()
    let originals = [
      sealed { $0.write(Notification.filled) }, sealed { $0.write(Owner.filled) },
      sealed { $0.write(Treatment.filled) }, sealed { $0.write(Saved.Standing.filled) },
      sealed { $0.write(Permissions.Record.filled) }, sealed { $0.write(settings) },
    ]
    var random = SystemRandomNumberGenerator()
    var read = 0
    for round in 0..<100_000 {
      var bytes = originals[round % originals.count].dropLast(4) + []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = bytes.indices.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = .random(in: 0...255, using: &random)
        case 2: bytes.remove(at: place)
        default: bytes.insert(.random(in: 0...255, using: &random), at: place)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      bytes.withUnsafeBytes { buffer in
        let reader = ArchiveReader(buffer)
        switch round % originals.count {
        case 0: if (try? Notification(reader, picture: nil)) != nil { read += 1 }
        case 1: if (try? Owner(reader)) != nil { read += 1 }
        case 2: if (try? Treatment(reader)) != nil { read += 1 }
        case 3: if (try? Saved.Standing(reader)) != nil { read += 1 }
        case 4: if (try? Permissions.Record(reader)) != nil { read += 1 }
        default: if (try? Saved.Settings(reader)) != nil { read += 1 }
        }
      }
    }
    // Some changes are no damage.
    #expect(read > 1000)
  }
}
