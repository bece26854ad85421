import Foundation
import Notifications
import TestSupport
import Testing

@testable import DBus
@testable import Services

/// The adapter against the store that Debian ships, on a bus of its own.
struct PermissionStoreTests {
  private func inScene(
    patience: Int = 25_000,
    _ body: @escaping @Sendable (StoreScene) throws -> Void
  ) async throws {
    try await inWorld(daemon: nil) { world in
      try body(try StoreScene(world, patience: patience))
    }
  }

  // MARK: The real store

  @Test("PT-103 PT-104 PT-106 PT-110 decisions about sandboxed apps arrive, and only those")
  func decisions() async throws {
    try await inScene { scene in
      let store = try scene.startStore()
      // The store has no such table yet.
      #expect(try scene.stored().contains("Error.NotFound"))
      #expect(scene.appearances == [[:]])
      scene.set(nil)
      try scene.turn(until: "the first reset") { scene.results == ["\(StoreScene.app) unset true"] }
      scene.results = []
      try scene.tell("ask", "org.x.Other")
      scene.set(.denied)
      scene.set(.granted, "snap:x")
      scene.set(.denied, "app:org.x.Host")
      scene.set(.denied, StoreScene.app + "#https://e.org")
      try scene.turn(until: "the writes") { scene.results.count == 2 }
      #expect(
        scene.results == ["\(StoreScene.app) no true", "snap:x yes true"]
      )
      #expect(try scene.stored() == "(['no'],)")
      #expect(try scene.stored("snap.x") == "(['yes'],)")
      scene.set(nil)
      try scene.turn(until: "the reset") { scene.results.count == 3 }
      #expect(scene.results.last == "\(StoreScene.app) unset true")
      let all = try scene.call("Lookup", "notifications", "notification")
      #expect(all.contains("'org.x.Other': ['ask']") && all.contains("'snap.x': ['yes']"))
      #expect(!all.contains("org.x.Boxed") && !all.contains("Host"))
      // What is not there is taken back all the same.
      scene.set(nil)
      scene.set(nil, "flatpak:org.x.Never")
      try scene.turn(until: "more resets") { scene.results.count == 5 }
      #expect(scene.results.allSatisfy { $0.hasSuffix("true") })
      #expect(scene.unwritten() == nil && scene.log.isEmpty)
      store.end()
    }
  }

  @Test("PT-101 PT-102 PT-105 what others write there is the state, until it is gone")
  func others() async throws {
    try await inScene { scene in
      _ = try scene.startStore()
      // What the portal writes by itself when an app notifies is a yes like any other.
      for (word, state) in [("yes", "granted"), ("no", "denied"), ("ask", "default")] {
        let before = scene.changes.count
        try scene.tell(word)
        try scene.turn(until: word) { scene.changes.count > before }
        #expect(scene.status().state.rawValue == state)
        #expect(scene.status().source == (word == "ask" ? .default : .store))
      }
      try scene.tell("no", "snap.x")
      try scene.turn(until: "the snap") { scene.status("snap:x").state == .denied }
      // Other tables and other things in this one are not looked at.
      let (before, wakeUps) = (scene.changes.count, scene.wakeUps)
      _ = try scene.call("SetPermission", "devices", "true", "camera", "org.x.Boxed", "['no']")
      scene.turn(.milliseconds(100))
      // The end of this turn is one.
      #expect(scene.wakeUps - wakeUps <= 1)
      _ = try scene.call("SetPermission", "notifications", "true", "x", "org.x.Boxed", "['no']")
      scene.turn(.milliseconds(100))
      #expect(scene.changes.count == before)
      _ = try scene.call("Delete", "notifications", "notification")
      try scene.turn(until: "the deletion") { scene.changes.last == [:] }
      #expect(scene.status("snap:x").state == .default)
      #expect(scene.permissions.apps.isEmpty && scene.writes.isEmpty && scene.log.isEmpty)
    }
  }

  @Test("PT-108 what is written comes back as a change, and that is the end of it")
  func ownWrites() async throws {
    try await inScene { scene in
      _ = try scene.startStore()
      _ = scene.permissions.watch(StoreScene.app, by: ":1.99")
      let decisions: [Permissions.Decision?] = [.denied, .granted, nil, .granted, .denied]
      for decision in decisions { scene.set(decision) }
      try scene.turn(until: "the writes") { scene.results.count == decisions.count }
      scene.turn(.milliseconds(200))
      #expect(scene.changes.count == decisions.count)
      #expect(scene.writes.count == decisions.count)
      let told = scene.effects.compactMap {
        if case .tell(_, _, let status) = $0 { status.state } else { nil }
      }
      #expect(told == [.denied, .granted, .default, .granted, .denied])
      #expect(try scene.stored() == "(['no'],)")
      #expect(scene.unwritten() == nil)
      #expect(scene.status().source == .user)
    }
  }

  @Test("PT-107 the store is killed and comes again: what it missed is written")
  func restart() async throws {
    try await inScene { scene in
      let first = try scene.startStore()
      try scene.tell("yes", "org.x.Other")
      scene.set(.denied)
      try scene.turn(until: "the write") { scene.results.count == 1 }
      first.signal(SIGKILL)
      try first.ended()
      scene.set(.denied, "snap:x")
      scene.set(nil)
      scene.turn(.milliseconds(50))
      #expect(scene.results.count == 1 && scene.status("snap:x").state == .denied)
      #expect(scene.unwritten("snap:x") == .no && scene.unwritten() == .unset)
      _ = try scene.startStore()
      #expect(scene.appearances.last == ["org.x.Other": .yes, StoreScene.id: .no])
      try scene.turn(until: "the writes") { scene.results.count == 3 }
      #expect(try scene.stored("snap.x") == "(['no'],)")
      #expect(try scene.stored() == "(@as [],)")
      #expect(scene.unwritten("snap:x") == nil && scene.unwritten() == nil)
      #expect(scene.status().state == .default)
      #expect(scene.status("flatpak:org.x.Other").state == .granted)
      #expect(scene.log.isEmpty)
    }
  }

  @Test("PT-107 WEB-102 nothing here starts the store; another program does, and then it is told")
  func absent() async throws {
    try await inScene { scene in
      try scene.world.addService(
        name: PermissionStore.name.text,
        command: [StoreScene.program]
      )
      // The bus has answered what was asked before.
      _ = try scene.connection.owner(of: PermissionStore.name)
      scene.turn(.milliseconds(50))
      let before = scene.wakeUps
      scene.set(.denied)
      scene.set(.granted, "snap:x")
      scene.turn(.milliseconds(200))
      #expect(try scene.connection.owner(of: PermissionStore.name) == nil)
      // The end of this turn is one.
      #expect(scene.wakeUps - before <= 1)
      #expect(scene.status().state == .denied && scene.log.isEmpty)
      #expect(try scene.call("List", "notifications").isEmpty == false)
      try scene.turn(until: "the writes") { scene.results.count == 2 }
      #expect(try scene.stored() == "(['no'],)")
    }
  }

  // MARK: Stores that are not as they should be

  @Test("PT-107 a store that only fails is told of once, and asked again when it speaks")
  func errors() async throws {
    try await inScene { scene in
      let fake = try FakeStore(scene, answer: FakeStore.error(.failed))
      try scene.turn(until: "a line") { !scene.log.isEmpty }
      scene.set(.denied)
      for _ in 0..<3 {
        let before = fake.calls.count
        fake.change([:])
        try scene.turn(until: "the next question") { fake.calls.count > before }
        scene.turn(.milliseconds(20))
      }
      #expect(scene.log == ["the portals' permission store: no luck"])
      #expect(scene.appearances.isEmpty && scene.results.isEmpty)
      #expect(fake.calls.allSatisfy { $0 == "Lookup" })
      #expect(scene.status().state == .denied)
      fake.answer = FakeStore.good(["org.x.Other": "no"])
      fake.change([:])
      try scene.turn(until: "the write") { !scene.results.isEmpty }
      #expect(fake.calls.last == "SetPermission no")
      #expect(scene.status("flatpak:org.x.Other").source == .store)
    }
  }

  @Test("PT-107 a table of other types is none")
  func types() async throws {
    try await inScene { scene in
      let fake = try FakeStore(scene) { .reply(to: $0) }
      try scene.turn(until: "a line") { !scene.log.isEmpty }
      fake.answer = FakeStore.good()
      fake.change([:])
      try scene.turn(until: "the table") { scene.appearances.count == 1 }
      #expect(scene.log.count == 1)
    }
  }

  @Test("PT-107 a store that never answers costs a line and a wake-up", arguments: [false, true])
  func silence(readsFirst: Bool) async throws {
    try await inScene(patience: 500) { scene in
      let fake = try FakeStore(scene) {
        readsFirst && $0.member == "Lookup" ? FakeStore.good()($0) : nil
      }
      if readsFirst { try scene.turn(until: "the table") { !scene.appearances.isEmpty } }
      scene.set(.denied)
      scene.set(.granted)
      try scene.turn(until: "a line") { !scene.log.isEmpty }
      let (before, asked) = (scene.wakeUps, fake.calls.count)
      scene.set(.denied)
      scene.turn(.milliseconds(300))
      #expect(scene.wakeUps - before <= 1)
      #expect(fake.calls.count == asked && scene.log.count == 1)
      #expect(scene.unwritten() == .no)
      // It was slow, not dead.
      fake.answer = FakeStore.good()
      fake.change([:])
      try scene.turn(until: "the write") { scene.unwritten() == nil }
      #expect(fake.calls.last == "SetPermission no")
    }
  }

  @Test("PT-107 a word that the store does not take is kept for the next time")
  func refused() async throws {
    try await inScene { scene in
      let fake = try FakeStore(scene) {
        ($0.member == "Lookup" ? FakeStore.good() : FakeStore.error(.accessDenied))($0)
      }
      try scene.turn(until: "the table") { !scene.appearances.isEmpty }
      scene.set(.denied)
      scene.set(.granted, "snap:x")
      try scene.turn(until: "the answers") { scene.results.count == 2 }
      #expect(scene.results == ["\(StoreScene.app) no false", "snap:x yes false"])
      #expect(scene.unwritten() == .no && scene.log.count == 1)
      let next = try FakeStore(scene, replaces: true, answer: FakeStore.good())
      try scene.turn(until: "the writes") { scene.results.count == 4 }
      #expect(next.calls == ["Lookup", "SetPermission no", "SetPermission yes"])
      #expect(scene.unwritten() == nil)
      withExtendedLifetime(fake) {}
    }
  }

  @Test("PT-103 a store that cannot delete an entry empties it, in the order of the decisions")
  func firstVersion() async throws {
    try await inScene { scene in
      let fake = try FakeStore(scene) {
        ($0.member == "DeletePermission" ? FakeStore.error(.unknownMethod) : FakeStore.good())($0)
      }
      try scene.turn(until: "the table") { !scene.appearances.isEmpty }
      for decision in [.denied, nil, .granted, nil, .denied] as [Permissions.Decision?] {
        scene.set(decision)
      }
      try scene.turn(until: "the answers") { scene.results.count == 5 }
      #expect(
        fake.calls == [
          "Lookup", "SetPermission no", "DeletePermission", "SetPermission", "SetPermission yes",
          "SetPermission", "SetPermission no",
        ]
      )
      #expect(scene.results.allSatisfy { $0.hasSuffix("true") } && scene.log.isEmpty)
      #expect(scene.unwritten() == nil)
    }
  }

  @Test(
    "PT-107 another process takes the name over: late answers of the one before do not count",
    arguments: [false, true]
  )
  func takenOver(comesBack: Bool) async throws {
    try await inScene { scene in
      var late: [Message] = []
      let old = try FakeStore(scene) {
        if $0.member == "Lookup" { return FakeStore.good()($0) }
        late.append($0)
        return nil
      }
      try scene.turn(until: "the table") { !scene.appearances.isEmpty }
      scene.set(.denied)
      try scene.turn(until: "the write") { !late.isEmpty }
      let new = try FakeStore(scene, replaces: true) {
        $0.member == "Lookup" ? FakeStore.good()($0) : nil
      }
      try scene.turn(until: "the write again") { new.calls.count == 2 }
      if comesBack {
        new.release()
        try scene.turn(until: "the write once more") { late.count == 2 }
      } else {
        old.change([StoreScene.id: "no"])
      }
      old.connection.enqueue(.error(to: late[0], .failed, nil))
      old.connection.flush()
      scene.turn(.milliseconds(50))
      #expect(scene.results.isEmpty && scene.unwritten() == .no && scene.changes.isEmpty)
      #expect(new.calls == ["Lookup", "SetPermission no"])
      guard comesBack else { return }
      old.connection.enqueue(.reply(to: late[1]))
      old.connection.flush()
      try scene.turn(until: "the last answer") { scene.results.count == 1 }
      #expect(scene.unwritten() == nil && scene.log.isEmpty)
    }
  }

  @Test("PT-105 only the owner of the name is heard, whoever else speaks to the daemon")
  func impostor() async throws {
    try await inScene { scene in
      let fake = try FakeStore(scene, answer: FakeStore.good())
      try scene.turn(until: "the table") { !scene.appearances.isEmpty }
      let before = fake.calls.count
      let peer = try #require(fake.caller)
      let other = try FakeStore(scene, replaces: true, answer: FakeStore.good())
      try scene.turn(until: "the other table") { scene.appearances.count == 2 }
      // The first one has the name no more, and speaks to this connection alone.
      fake.change([StoreScene.id: "no"], to: peer)
      let forged = OutgoingMessage.signal(.bus, .bus, "NameOwnerChanged", to: peer)
      forged.append {
        $0.string(PermissionStore.name.text)
        $0.string("")
        $0.string(":1.1")
      }
      fake.connection.enqueue(forged)
      fake.connection.flush()
      scene.turn(.milliseconds(50))
      #expect(scene.changes.isEmpty && scene.status().state == .default)
      #expect(fake.calls.count == before)
      other.change([StoreScene.id: "no"])
      try scene.turn(until: "the owner's word") { scene.status().state == .denied }
      // The documentation has the last words come with a deletion.
      other.change([StoreScene.id: "no"], deleted: true)
      try scene.turn(until: "the deletion") { scene.status().state == .default }
    }
  }
}
