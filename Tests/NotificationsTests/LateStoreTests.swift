import Testing

@testable import Notifications

/// What the daemon before had comes when this one has answered already.
@Suite struct LateStoreTests {
  /// Of a daemon before: one with this id.
  private func saved(_ owner: Owner, private isPrivate: Bool = false) -> (Saved, UInt32) {
    var f = Fixture(counter: 40)
    let old = f.notify("old", from: owner) { $0.isPrivate = isPrivate }
    var saved = Saved()
    saved.live = [f.core.saved(id(old))].compactMap { $0 }
    saved.counter = f.core.counter
    return (saved, old)
  }

  @Test(
    "FD-036 what its owner has replaced meanwhile lives on, and nobody hears that it ended",
    arguments: [false, true]
  )
  func replaced(isPrivate: Bool) {
    let (saved, old) = saved(Fixture.alice, private: isPrivate)
    var f = Fixture()
    #expect(f.notify("new", replaces: old) == old)
    _ = f.core.takeUnsaved()
    f.apply(.restore(saved, present: [Fixture.alice.peer]))
    #expect(f.closes(old) == [])
    #expect(f.core[old]?.notification.title == "new")
    let unsaved = f.core.takeUnsaved()
    #expect(unsaved.ended.isEmpty && unsaved.touched.contains(id(old)))
    // It is its owner's still.
    f.close(old)
    #expect(f.closes(old) == [.closedBySender])
  }

  @Test("FD-033 whose id another one has meanwhile hears that its own ended")
  func taken() {
    let (saved, old) = saved(Fixture.bob)
    var f = Fixture()
    #expect(f.notify("new", replaces: old) == old)
    f.apply(.restore(saved, present: [Fixture.alice.peer, Fixture.bob.peer]))
    #expect(f.closes(old) == [.undefined])
    #expect(f.core[old]?.notification.title == "new")
  }
}
