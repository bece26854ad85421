import Testing

@testable import Notifications

private typealias F = PermissionFixture

extension PermissionFixture {
  /// The portal's store has taken all that was written.
  func confirm() {
    let written = all
    all = []
    for case .write(let app, let word) in written {
      note(permissions.storeWritten(app, word, succeeded: true, at: now))
    }
  }
}

/// The portal's permission store: one word for each sandboxed app.
struct PermissionStoreTests {
  private static let id = "org.x.Boxed"

  @Test(
    "PT-100 any other length or word counts as unset",
    arguments: [
      (["yes"], StoreWord.yes), (["no"], .no), (["ask"], .ask), ([], .unset), ([""], .unset),
      (["YES"], .unset), (["unset"], .unset), (["yes", "yes"], .unset), (["maybe"], .unset),
    ]
  )
  func words(permissions: [String], word: StoreWord) {
    #expect(StoreWord(permissions: permissions) == word)
  }

  @Test("PT-110 the store's names of apps; hosts, programs and sites have none")
  func names() {
    let rows: [(String, String?)] = [
      ("flatpak:org.x.Boxed", "org.x.Boxed"), ("snap:firefox", "snap.firefox"),
      ("app:firefox", nil), ("exe:/bin/x", nil), ("none", nil),
      ("flatpak:org.x.Web#https://e.org", nil),
    ]
    for (app, id) in rows {
      #expect(StoreWord.storeID(of: app) == id)
      if let id { #expect(StoreWord.app(ofStoreID: id) == app) }
    }
    #expect(StoreWord.app(ofStoreID: "") == nil)
  }

  @Test("PT-102 PT-105 what the store says is the state, unless something better is known")
  func mapping() {
    let rows: [(StoreWord, Permissions.State, Permissions.Source, String)] = [
      (.yes, .granted, .store, "store-yes"), (.no, .denied, .store, "store-no"),
      (.ask, .default, .default, ""), (.unset, .default, .default, ""),
    ]
    for (word, state, source, reason) in rows {
      let f = F()
      f.store([Self.id: word])
      let status = f.permissions.status(of: F.boxed)
      #expect(status.state == state && status.source == source && status.reason == reason)
      #expect(f.effects.isEmpty == (word == .unset))
    }
  }

  @Test("PT-105 an entry that is gone, or all of them, is unset")
  func deleted() {
    let f = F()
    f.store([Self.id: .no, "snap.x": .yes])
    f.store(["snap.x": .yes])
    #expect(f.state(F.boxed) == .default)
    #expect(f.state("snap:x") == .granted)
    f.store([:])
    #expect(f.state("snap:x") == .default)
    #expect(f.permissions.accounts.isEmpty)
  }

  @Test("PT-103 PT-104 a decision about a sandboxed app is written, one about another is not")
  func writes() {
    let f = F()
    f.set(.denied, F.boxed)
    #expect(f.writes == [.write(app: F.boxed, .no)])
    f.request(F.boxed)
    f.set(nil, F.boxed)
    #expect(f.writes == [.write(app: F.boxed, .unset)])
    f.request(F.boxed)
    f.answer(.granted, F.boxed)
    #expect(f.writes == [.write(app: F.boxed, .yes)])
    for app in [F.app, F.script, "cli", F.boxed + "#https://e.org"] {
      f.set(.denied, app)
      #expect(f.writes.isEmpty)
    }
  }

  @Test("PT-107 what was not written is written when the store comes, also after a restart")
  func sync() {
    let f = F()
    f.set(.denied, F.boxed)
    f.note(f.permissions.storeWritten(F.boxed, .no, succeeded: false, at: f.now))
    #expect(f.effects.isEmpty)
    let after = F(kept: [F.boxed: f.permissions.record(of: F.boxed) ?? .init()])
    after.note(after.permissions.storeAppeared([Self.id: .yes], at: after.now))
    #expect(after.effects == [.write(app: F.boxed, .no)])
    #expect(after.state(F.boxed) == .denied)
    after.confirm()
    after.note(after.permissions.storeAppeared([Self.id: .no], at: after.now))
    #expect(after.writes.isEmpty)
  }

  @Test("PT-107 PT-108 a reset that the store has not seen is not undone by its old word")
  func unseenReset() {
    let f = F()
    f.store([Self.id: .yes])
    f.set(nil, F.boxed)
    #expect(f.writes == [.write(app: F.boxed, .unset)])
    f.store([Self.id: .yes])
    #expect(f.state(F.boxed) == .default)
    f.store([:])
    f.confirm()
    #expect(f.state(F.boxed) == .default)
    #expect(f.permissions.record(of: F.boxed) == nil)
    f.store([Self.id: .yes])
    #expect(f.state(F.boxed) == .granted)
  }

  @Test("PT-108 our own write comes back as a change and alters nothing")
  func loop() {
    let f = F()
    f.watch(F.boxed, by: ":1.9")
    f.set(.denied, F.boxed)
    let state = f.permissions.status(of: F.boxed)
    f.store([Self.id: .no])
    #expect(f.writes.isEmpty && f.told(":1.9").isEmpty)
    f.confirm()
    f.store([Self.id: .no])
    #expect(f.effects.isEmpty)
    #expect(f.permissions.status(of: F.boxed) == state)
  }

  @Test("PT-103 a reset deletes what the store has, also where it was never read")
  func unread() {
    let f = F()
    f.set(nil, F.boxed)
    #expect(f.writes == [.write(app: F.boxed, .unset)])
    f.note(f.permissions.storeAppeared([Self.id: .yes], at: f.now))
    #expect(f.state(F.boxed) == .default)
    #expect(f.writes == [.write(app: F.boxed, .unset)])
    f.confirm()
    #expect(f.permissions.record(of: F.boxed) == nil)
  }

  @Test("WEB-139 PT-103 what is forgotten of an app leaves the store as it is")
  func forgotten() {
    let f = F()
    f.store([Self.id: .ask])
    f.exhaust(.dismissed, times: 3, F.boxed)
    f.store([Self.id: .yes])
    f.note(f.permissions.presence(of: F.boxed, isInstalled: false, at: f.now))
    f.advance(days: 30)
    #expect(f.permissions.record(of: F.boxed)?.dismissals == 0)
    f.store([Self.id: .yes])
    #expect(f.state(F.boxed) == .default)
  }

  @Test("PT-108 nor do several writes that are on their way at once")
  func writesInFlight() {
    let f = F()
    f.watch(F.boxed)
    let words: [Permissions.Decision?] = [.denied, nil, .denied, nil]
    for word in words { f.set(word, F.boxed) }
    f.all = []
    for word in words.map({ $0?.word ?? .unset }) {
      f.store([Self.id: word])
      f.note(f.permissions.storeWritten(F.boxed, word, succeeded: true, at: f.now))
    }
    #expect(f.all == [.keep(app: F.boxed, nil)])
  }

  @Test("WEB-130 PT-102 a decision of the user outranks another program's write, and stays quiet")
  func outranked() {
    let f = F()
    f.set(.granted, F.boxed)
    f.confirm()
    f.store([Self.id: .no])
    #expect(f.state(F.boxed) == .granted && f.writes.isEmpty)
  }

  @Test("PT-109 a heuristic block is not written, unless the user wants it; then it is taken back")
  func heuristics() {
    for isStored in [false, true] {
      let f = F(storesHeuristics: isStored)
      f.exhaust(.dismissed, times: 3, F.boxed)
      #expect(f.writes == (isStored ? [.write(app: F.boxed, .no)] : []))
      f.confirm()
      // Also when the wish has changed, and after a stop in between.
      let after = F(kept: [F.boxed: f.permissions.record(of: F.boxed) ?? .init()])
      after.instant = f.instant
      after.advance(days: 7)
      #expect(after.writes == (isStored ? [.write(app: F.boxed, .unset)] : []))
      #expect(after.state(F.boxed) == .default)
    }
  }

  @Test("WEB-452 the portal's own yes, written while the app was denied, never grants")
  func distrust() {
    for isPolicy in [false, true] {
      let f = F()
      if isPolicy {
        f.policy([F.boxed: .init(.denied)])
      } else {
        f.exhaust(.dismissed, times: 3, F.boxed)
      }
      f.store([Self.id: .yes])
      #expect(f.state(F.boxed) == .denied)
      f.policy([:])
      f.advance(days: 7)
      #expect(f.state(F.boxed) == .default)
      f.store([Self.id: .yes, "org.x.Other": .yes])
      #expect(f.state(F.boxed) == .default)
      // The user's word ends it, and a reset deletes what the portal wrote.
      let reset = F(kept: [F.boxed: f.permissions.record(of: F.boxed) ?? .init()])
      reset.set(nil, F.boxed)
      #expect(reset.writes == [.write(app: F.boxed, .unset)])
      // Nor does another one; what a user switches from no to yes counts.
      f.store([:])
      f.store([Self.id: .yes])
      #expect(f.state(F.boxed) == (isPolicy ? .granted : .default))
      f.store([Self.id: .no])
      f.store([Self.id: .yes])
      #expect(f.state(F.boxed) == .granted)
    }
  }
}
