import DBus
import Notifications
import Testing

@testable import Services

/// hark's own hints of a `Notify`, and the names of apps.
struct HarkHintsTests {
  @Test("FD-026 WEB-201 WEB-217 FD-191 the hints of x-hark-1; what makes no sense is left out")
  func fields() throws {
    let good = request(body: "body", actions: ["default", "", "a", "A"], timeout: 5) {
      $0.entry("x-hark-id", "s") { $0.string("n") }
      $0.entry("x-hark-dir", "s") { $0.string("rtl") }
      $0.entry("x-hark-lang", "s") { $0.string("ar") }
      $0.entry("x-hark-navigate", "s") { $0.string("https://a.example/") }
      $0.entry("x-hark-timestamp", "x") { $0.int64(-5) }
      $0.entry("x-hark-renotify", "b") { $0.boolean(true) }
      $0.entry("x-hark-silent", "b") { $0.boolean(false) }
      $0.entry("x-hark-persistent", "b") { $0.boolean(true) }
      $0.entry("x-hark-priority", "i") { $0.int32(-2) }
      $0.entry("x-hark-data", "ay") { $0.bytes([1, 0]) }
      $0.entry("x-hark-expanded", "s") { $0.string("<more>") }
      $0.entry("x-hark-require-interaction", "b") { $0.boolean(true) }
      $0.entry("x-hark-action-urls", "a{ss}") {
        $0.dictionary("ss") {
          $0.dictionaryEntry {
            $0.string("a")
            $0.string("https://b.example/")
          }
        }
      }
    }
    let fields = try #require(good.notification.web?.fields)
    #expect(good.problems.isEmpty)
    #expect(fields.method == .notify && !good.notification.isStrict)
    #expect(fields.nid == "n" && fields.direction == .rtl && fields.language == "ar")
    #expect(fields.navigate == "https://a.example/" && fields.timestamp == -5)
    #expect(fields.alertsAgain && fields.isSilent == false && fields.isPersistent)
    #expect(fields.priority == -2 && fields.data == [1, 0])
    #expect(fields.actionTargets == ["", "https://b.example/"])
    #expect(good.notification.timeout == .never)
    #expect(good.notification.body.text == "body\n<more>")

    let bad = request {
      $0.entry("x-hark-priority", "i") { $0.int32(3) }
      $0.entry("x-hark-dir", "s") { $0.string("up") }
      $0.entry("x-hark-id", "i") { $0.int32(3) }
      $0.entry("x-hark-else", "s") { $0.string("") }
    }
    #expect(bad.notification.web == nil && bad.problems.count == 3)
  }

  @Test("KDE-041 WEB-031 where it comes from: shown, and hark's own hint counts for who it is")
  func origins() {
    let kde = request { $0.entry("x-kde-origin-name", "s") { $0.string("a.example\nb") } }
    #expect(kde.notification.about == "a.example b" && kde.origin == "a.example b")
    let both = request {
      $0.entry("x-kde-origin-name", "s") { $0.string("a.example") }
      $0.entry("x-hark-origin", "s") { $0.string("https://a.example") }
    }
    #expect(both.origin == "https://a.example" && both.notification.about == "a.example")
    #expect(request { _ in }.origin == "")
  }

  @Test("ID-050 a bare id where it means one app; else the whole key, or the candidates")
  func names() {
    let known: Set<String> = ["app:org.a", "flatpak:org.b", "app:org.b", "script:/x", "cli"]
    let names = AppNames { known.contains($0) }
    #expect(names.resolve("org.a") == .key("app:org.a"))
    #expect(names.resolve("app:org.new") == .key("app:org.new"))
    #expect(names.resolve("cli") == .key("cli"))
    #expect(names.resolve("/x") == .key("script:/x"))
    #expect(names.resolve("exe:/opt/never-seen") == .key("exe:/opt/never-seen"))
    #expect(names.resolve("org.b") == .unclear(["app:org.b", "flatpak:org.b"]))
    #expect(names.resolve("org") == .unclear([]) && names.resolve("") == .unclear([]))
    for wrong in ["script:", "exe:relative", "app:x#", "app:x\u{7}"] {
      #expect(names.resolve(wrong) == .wrong)
    }
    let told = ["app:org.a", "app:org.b", "script:/x", "cli", "app:org.new"].map(names.name)
    #expect(told == ["org.a", "app:org.b", "/x", "cli", "org.new"])
  }
}
