import Display
import EventLoop
import Glibc
import Notifications
import Testing

@testable import Popups

@Suite(.serialized) struct SurroundingsTests {
  @Test(
    "WEB-111 a window is its process', or its app's by id, in whatever case",
    arguments: [
      (FocusedWindow(processID: 42, appID: ""), true),
      (FocusedWindow(processID: 41, appID: "org.example.APP"), true),
      (FocusedWindow(appID: "App-Class"), true),
      (FocusedWindow(processID: 41, appID: "org.example.App2"), false),
      (FocusedWindow(appID: ""), false),
    ]
  )
  func belongs(window: FocusedWindow, isTheirs: Bool) {
    #expect(window.belongs(to: 42, ["org.example.App", "app-class", ""]) == isTheirs)
    #expect(!FocusedWindow(appID: "").belongs(to: 0, [""]), "nothing is told")
  }

  @Test("WEB-305 what goes on round the popups is told when it changes, and ends with the display")
  func told() throws {
    for name in ["DISPLAY", "WAYLAND_DISPLAY"] { unsetenv(name) }
    setenv("XDG_RUNTIME_DIR", "/nowhere", 1)
    let core = Core()
    var told: [Surroundings] = []
    let popups = Popups(
      ManualLoop(),
      systemdEnvironment: { $0([]) },
      core: { core },
      log: { _ in },
      handle: { _ in }
    )
    popups.surroundings = { told.append($0) }
    popups.idleAfter = 60

    let display = PaperDisplay()
    popups.take(display, DisplayEnvironment([]))
    #expect(display.idleAfter == 60)
    #expect(told == [], "nothing goes on")
    popups.idleAfter = 30
    #expect(display.idleAfter == 30)

    let film = Surroundings(isFullScreen: true)
    display.surroundings = film
    display.handlers?.surroundingsChanged()
    display.handlers?.surroundingsChanged()
    #expect(told == [film])

    // Another display on which the same goes on, and more.
    let other = PaperDisplay()
    let away = Surroundings(isFullScreen: true, isIdle: true)
    other.surroundings = away
    popups.take(other, DisplayEnvironment([]))
    #expect(told == [film, away])
    other.surroundings = Surroundings()
    other.handlers?.lost("gone")
    #expect(told == [film, away, Surroundings()])
    popups.close()
  }
}
