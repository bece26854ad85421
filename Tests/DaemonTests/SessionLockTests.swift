import DBus
import Daemon
import EventLoop
import Foundation
import Notifications
import TestSupport
import Testing

/// logind and the screen saver are played by python-dbusmock, on buses of the test's own.
@Suite("Who says that the session is locked", .serialized, .timeLimit(.minutes(2)))
struct SessionLockTests {
  @Test("demand 22 LockedHint of the session that the environment names is followed")
  func logind() throws {
    let desk = try Desk()
    try desk.startLogind()
    try desk.addSession("3", locked: true)
    try desk.addSession("4")
    try desk.follow(["XDG_SESSION_ID": "3"])
    desk.until("locked at the start") { desk.story == ["logind true"] }
    #expect(desk.lock?.description == "logind session 3")
    try desk.setLocked("3", false)
    desk.until("unlocked") { desk.story.last == "logind false" }
    try desk.setLocked("4", true)
    try desk.setLocked("3", true)
    desk.until("locked") { desk.story.last == "logind true" }
    try desk.setLocked("3", true)

    // It starts anew: what is locked stays so, until the new one is asked.
    desk.endLogind()
    desk.turn(seconds: 0.1)
    #expect(desk.story.count == 3)
    try desk.startLogind()
    desk.until("unlocked by the new one, which knows no session") { desk.story.count == 4 }
    #expect(desk.story.last == "logind false")
    #expect(desk.lock?.description == "none")
  }

  @Test("demand 22 the session of this process goes before what the environment says")
  func ownSession() throws {
    let desk = try Desk()
    try desk.startLogind()
    try desk.addSession("3")
    try desk.addSession("4", locked: true)
    let answer = "ret = '\(Desk.session("4"))' if args[0] == \(getpid()) else None"
    try desk.addMethod("GetSessionByPID", "u", "o", answer)
    try desk.follow(["XDG_SESSION_ID": "3"])
    desk.until("locked") { desk.story == ["logind true"] }
    #expect(desk.lock?.description == "logind session 4")
  }

  @Test("demand 22 a service of the user follows the user's display, from session to session")
  func userDisplay() throws {
    let desk = try Desk()
    try desk.startLogind()
    try desk.addSession("3")
    try desk.addSession("4", locked: true)
    try desk.addMethod("GetUser", "u", "o", "ret = '\(Desk.user)'")
    try desk.follow([:])
    desk.turn(seconds: 0.2)
    #expect(desk.story == [] && desk.lock?.description == "none")
    try desk.setDisplay("4")
    desk.until("locked") { desk.story == ["logind true"] }
    try desk.setDisplay("3")
    desk.until("unlocked") { desk.story.last == "logind false" }
    #expect(desk.lock?.description == "logind session 3")
    try desk.setLocked("4", false)
    try desk.setLocked("3", true)
    desk.until("locked") { desk.story.last == "logind true" }
    try desk.setDisplay(nil)
    desk.until("no session") { desk.story.last == "logind false" }
    #expect(desk.story.count == 4)
  }

  @Test("a system bus that goes takes along what it said; one that is not there says nothing")
  func systemBus() throws {
    let desk = try Desk()
    try desk.startLogind()
    try desk.addSession("3", locked: true)
    try desk.follow(["XDG_SESSION_ID": "3"])
    desk.until("locked") { desk.story == ["logind true"] }
    desk.system.close()
    desk.until("unlocked") { desk.story.last == "logind false" }
    desk.turn(seconds: 0.05)
    #expect(desk.lock?.description == "none")
    #expect(desk.rests(seconds: 0.5))

    try desk.follow([:])
    desk.turn(seconds: 0.1)
    #expect(desk.lock?.description == "none" && desk.story.count == 2)
    #expect(desk.rests(seconds: 0.5))
  }

  @Test("demand 22 the screen saver is asked and followed, and nobody else is believed")
  func screenSaver() throws {
    let desk = try Desk()
    try desk.follow([:])
    desk.turn(seconds: 0.05)
    #expect(desk.lock?.description == "none")
    let saver = try desk.startScreenSaver(active: true)
    desk.until("active when it came") { desk.story == ["screenSaver true"] }
    #expect(desk.lock?.description == "org.freedesktop.ScreenSaver")
    try desk.tellActive(false)
    desk.until("inactive") { desk.story.last == "screenSaver false" }
    try desk.tellActive(true)
    desk.until("active") { desk.story.last == "screenSaver true" }

    #expect(try desk.connection.requestName("org.hark.Test", []))
    _ = try desk.session.run(
      "dbus-send",
      "--session",
      "--type=signal",
      "--dest=org.hark.Test",
      "/org/freedesktop/ScreenSaver",
      "org.freedesktop.ScreenSaver.ActiveChanged",
      "boolean:false"
    )
    desk.turn(seconds: 0.1)
    #expect(desk.story.count == 3, "another program")

    // The screen is locked all the same, until somebody says otherwise.
    let words = "org.freedesktop.ScreenSaver, which has gone"
    saver.end()
    desk.until("gone") { desk.lock?.description == words }
    #expect(desk.story.count == 3)

    // One that only lets itself be inhibited.
    let other = try desk.startScreenSaver(active: nil)
    desk.turn(seconds: 0.1)
    #expect(desk.lock?.description == words && desk.story.count == 3)
    #expect(desk.rests(seconds: 0.5))
    other.end()
    _ = try desk.startScreenSaver(active: false)
    desk.until("it says no") { desk.story.last == "screenSaver false" }
  }

  @Test("demand 22 a screen saver that has gone has no say where logind can tell")
  func goneBesideLogind() throws {
    let desk = try Desk()
    try desk.startLogind()
    try desk.addSession("3", locked: true)
    let saver = try desk.startScreenSaver(active: true)
    try desk.follow(["XDG_SESSION_ID": "3"])
    desk.until("both") { desk.story.count == 2 }
    saver.end()
    desk.until("gone") { desk.story.last == "screenSaver false" }
    #expect(desk.lock?.description == "logind session 3")
    try desk.setLocked("3", false)
    desk.until("unlocked") { desk.story.last == "logind false" }
  }

  @Test("demand 22 both say so, each for itself")
  func both() throws {
    let desk = try Desk()
    try desk.startLogind()
    try desk.addSession("3", locked: true)
    _ = try desk.startScreenSaver(active: true)
    try desk.follow(["XDG_SESSION_ID": "3"])
    desk.until("both") { desk.story.count == 2 }
    #expect(Set(desk.story) == ["logind true", "screenSaver true"])
    #expect(desk.lock?.description == "logind session 3, org.freedesktop.ScreenSaver")
  }
}
