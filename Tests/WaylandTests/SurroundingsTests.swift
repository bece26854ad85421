import CTestClients
import Display
import Foundation
import TestSupport
import Testing
import Wayland

extension WithSway {
  @Suite("What goes on round the popups") struct SurroundingsTests {
    static let film = Surroundings(isFullScreen: true)

    @Test(
      "WEB-305 demand 18 the active window is followed into full screen",
      .timeLimit(.minutes(1))
    )
    func fullScreen() throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      #expect(screen.display?.surroundings == Surroundings())
      var film: Window? = try Window(sway.socket, "film")
      screen.rest(seconds: 0.05)
      #expect(screen.surroundings == [])
      try sway.message("fullscreen", "enable")
      try screen.wait("full screen") { screen.surroundings == [Self.film] }
      try screen.show(200, 100)
      #expect(screen.surroundings.count == 1, "it is where the popups are")
      try sway.message("fullscreen", "disable")
      try screen.wait("its end") { screen.surroundings.last == Surroundings() }
      try sway.message("fullscreen", "enable")
      try screen.wait("again") { screen.surroundings.last == Self.film }
      try sway.message("workspace", "2")
      try screen.wait("it is out of sight") { screen.surroundings.last == Surroundings() }
      try sway.message("workspace", "1")
      try screen.wait("back") { screen.surroundings.last == Self.film }
      screen.display?.place(nil)
      let late = try Screen(sway.socket)
      #expect(late.display?.surroundings == Self.film, "known with the display")
      film = nil
      try screen.wait("gone") { screen.surroundings.last == Surroundings() }
      #expect(screen.surroundings.count == 6 && screen.losses == [])
      _ = film
    }

    @Test("WEB-111 the active window tells its app id", .timeLimit(.minutes(1)))
    func owner() throws {
      let sway = try Sway()
      let screen = try Screen(sway.socket)
      #expect(screen.display?.focused == nil)
      let first = try Window(sway.socket, "org.example.First")
      try screen.wait("it") { screen.display?.focused?.appID == "org.example.First" }
      var second: Window? = try Window(sway.socket, "org.example.Second")
      try screen.wait("the other") { screen.display?.focused?.appID == "org.example.Second" }
      try sway.message("[app_id=\"org.example.First\"]", "focus")
      try screen.wait("back") { screen.display?.focused?.appID == "org.example.First" }
      try sway.message("workspace", "2")
      try screen.wait("out of sight") { screen.display?.focused == nil }
      second = nil
      try sway.message("workspace", "1")
      try screen.wait("in sight") { screen.display?.focused != nil }
      sway.end()
      try screen.wait("the loss") { !screen.losses.isEmpty }
      #expect(screen.display?.focused == nil && screen.surroundings == [])
      withExtendedLifetime((first, second)) {}
    }

    @Test("WEB-305 full screen on another output is none", .timeLimit(.minutes(1)))
    func outputs() throws {
      let sway = try Sway()
      try sway.message("create_output")
      let film = try Window(sway.socket, "film")
      try sway.message("move", "container", "to", "output", "HEADLESS-2")
      try film.settle()
      try sway.message("focus", "output", "HEADLESS-2")
      // Sway tells with each change where the window was before it.
      for state in ["enable", "disable"] {
        try sway.message("fullscreen", state)
        try film.settle()
      }
      try sway.message("focus", "output", "HEADLESS-1")
      let screen = try Screen(sway.socket)
      try screen.show(200, 100)
      #expect(screen.display?.output?.name == "HEADLESS-1")
      try sway.message("focus", "output", "HEADLESS-2")
      try sway.message("fullscreen", "enable")
      screen.rest(seconds: 0.1)
      #expect(screen.display?.surroundings == Surroundings())
      screen.display?.place(nil)
      try screen.wait("popups would come there") { screen.surroundings.last == Self.film }
      let count = screen.surroundings.count
      try screen.show(200, 100)
      screen.rest(seconds: 0.1)
      #expect(screen.display?.output?.name == "HEADLESS-2")
      #expect(screen.surroundings.count == count)
    }

    @Test("demand 14 idle after a time without input, until the next", .timeLimit(.minutes(1)))
    func idle() throws {
      let sway = try Sway()
      let mouse = try Mouse(sway)
      let screen = try Screen(sway.socket)
      try mouse.move(10, 10)
      screen.display?.idleAfter = 1
      try screen.wait("idle") { screen.surroundings == [Surroundings(isIdle: true)] }
      try mouse.move(20, 20)
      try screen.wait("active") { screen.surroundings.last == Surroundings() }
      try screen.wait("idle again") { screen.display?.surroundings.isIdle ?? false }
      screen.display?.idleAfter = 0
      #expect(screen.surroundings.last == Surroundings())
      screen.rest(seconds: 1.2)
      #expect(screen.surroundings.count == 4, "never")
      #expect(screen.losses == [])
    }

    @Test("a rest costs no wake-up, and the end of Sway ends all", .timeLimit(.minutes(1)))
    func rest() throws {
      let sway = try Sway()
      let mouse = try Mouse(sway)
      let film = try Window(sway.socket, "film")
      try sway.message("fullscreen", "enable")
      let screen = try Screen(sway.socket)
      try mouse.move(10, 10)
      screen.display?.idleAfter = 1
      let both = Surroundings(isFullScreen: true, isIdle: true)
      try screen.wait("both") { screen.display?.surroundings == both }
      #expect(screen.rests(seconds: 1))
      sway.end()
      try screen.wait("the loss") { !screen.losses.isEmpty }
      #expect(screen.display?.surroundings == Surroundings())
      withExtendedLifetime(film) {}
    }
  }
}

extension WithSway.WithKWin {
  @Test("demand 14 idle by ext-idle-notify", .timeLimit(.minutes(1)))
  func idle() throws {
    let kwin = try KWin(scale: "1")
    let screen = try Screen(kwin.socket)
    guard let finger = finger_create(kwin.socket) else { throw Trouble("no touch screen") }
    defer { finger_destroy(finger) }
    screen.display?.idleAfter = 1
    try screen.wait("idle") { screen.surroundings == [Surroundings(isIdle: true)] }
    #expect(finger_down(finger, 0, 100, 30))
    #expect(finger_up(finger, 0))
    try screen.wait("active") { screen.surroundings.last == Surroundings() }
    try screen.wait("idle again") { screen.display?.surroundings.isIdle ?? false }
    #expect(screen.losses == [])
  }
}
