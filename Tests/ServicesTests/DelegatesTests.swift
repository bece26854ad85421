import DBus
import Foundation
import Identity
import Notifications
import Testing

@testable import Services

/// Those who speak for others, on a bus that answers when a test says so.
@Suite struct DelegatesTests {
  private static let portal = "org.freedesktop.portal.Desktop"
  private static let backend = "org.freedesktop.impl.portal.desktop.test"
  private static let bridge = "org.example.Bridge"

  private let bus: FalseBus
  private let peers: Peers
  private let folder: String

  init() throws {
    bus = try FalseBus()
    folder = NSTemporaryDirectory() + "hark-delegates-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (id, lines) in [
      ("org.example.Mail", "Name=Mail"),
      ("org.example.Chat", "Name=Chat\nX-Flatpak=org.example.Chat"),
      ("shop_shop", "Name=Shop\nX-SnapInstanceName=shop"), ("firefox", "Name=Firefox"),
    ] {
      try "[Desktop Entry]\nType=Application\n\(lines)\n".write(
        toFile: "\(folder)/\(id).desktop",
        atomically: true,
        encoding: .utf8
      )
    }
    peers = bus.peers(applications: folder)
  }

  private func start(_ owned: [String: String] = [:]) throws {
    peers.delegates.start()
    bus.connection.flush()
    for question in bus.questions() {
      switch question.member {
      case "ListNames":
        try bus.reply(to: question) { $0.strings(["org.else", ":1.1"] + owned.keys) }
      case "GetNameOwner": try answer(question, owned)
      default: break
      }
    }
    for question in bus.questions() { try answer(question, owned) }
  }

  private func answer(_ question: Message, _ owned: [String: String]) throws {
    var reader = question.reader()
    guard let owner = owned[reader.string() ?? ""] else { return try bus.refuse(question) }
    try bus.reply(to: question) { $0.string(owner) }
  }

  @Test("ID-060 the portals that there are at the start are known before anybody is judged")
  func first() throws {
    peers.delegates.start()
    try bus.send([bus.call(1)])
    let questions = bus.questions()
    #expect(
      questions.map { $0.member } == [
        "AddMatch", "AddMatch", "GetNameOwner", "ListNames", "AddMatch", "GetConnectionCredentials",
      ]
    )
    try bus.answer(questions[5], processID: getpid())
    try answer(questions[2], [Self.portal: ":1.9"])
    #expect(bus.handled.isEmpty)
    try bus.reply(to: questions[3]) { $0.strings(["org.else", Self.backend, Self.backend + "2"]) }
    #expect(bus.handled.isEmpty)
    let names = bus.questions()
    #expect(names.map { $0.member } == ["GetNameOwner", "GetNameOwner"])
    try answer(names[0], [Self.backend: ":1.7"])
    #expect(bus.handled.isEmpty)
    try answer(names[1], [:])
    #expect(bus.handled == [1])
    #expect(peers.delegates[":1.9"] == .portal && peers.delegates[":1.7"] == .other)
    #expect(isDelegate(":1.7") && peers.delegates[":1.8"] == nil)
  }

  @Test("ID-060 a bus that does not tell of names holds nobody up for longer than a look-up may")
  func silence() throws {
    peers.delegates.start()
    try bus.send([bus.call(1)])
    try bus.answer(try #require(bus.questions().last), processID: getpid())
    bus.advance(by: 2_001)
    #expect(bus.handled == [1] && peers[":1.7"].identity.level == .none)
  }

  @Test("ID-060 names come and go, and the user gives some; others are nobody's business")
  func owners() throws {
    try start()
    func roles() -> [Delegates.Role?] { [":1.7", ":1.8"].map { peers.delegates[$0] } }
    #expect(roles() == [nil, nil])
    for (name, owner, expected) in [
      (Self.backend, ":1.7", [.other, nil]), (Self.portal, ":1.8", [.other, .portal]),
      (Self.portal, ":1.7", [.portal, nil]), (Self.portal, "", [.other, nil]),
      (Self.backend, "", [nil, nil]), (Self.bridge, ":1.7", [nil, nil]),
      ("org.freedesktop.impl.portal.desktop", ":1.7", [nil, nil]),
      ("org.freedesktop.portal.Desktop2", ":1.7", [nil, nil]),
    ] as [(String, String, [Delegates.Role?])] {
      try bus.send([bus.owner(owner, of: name)])
      #expect(roles() == expected, "\(name) \(owner)")
    }
    peers.delegates.trust([Self.bridge, Self.portal, "no name", Self.backend])
    bus.connection.flush()
    let questions = bus.questions()
    #expect(questions.map { $0.member } == ["AddMatch", "GetNameOwner"])
    try answer(questions[1], [Self.bridge: ":1.8"])
    #expect(roles() == [nil, .other])
    peers.delegates.trust([Self.bridge])
    bus.connection.flush()
    #expect(bus.questions().isEmpty && roles() == [nil, .other])
    peers.delegates.trust([])
    bus.connection.flush()
    #expect(bus.questions().map { $0.member } == ["RemoveMatch"] && roles() == [nil, nil])
  }

  /// What the notification says, and what becomes of it.
  private struct Case {
    var entry: String
    var display = ""
    /// "" where it is the sender's own.
    var principal = ""
    var level = Sender.Level.program
    var name: String
    var isDoubted = false
  }

  private static let cases: [(role: String, cases: [Case])] = [
    (
      portal,
      [
        Case(
          entry: "org.example.Chat",
          principal: "flatpak:org.example.Chat",
          level: .sandbox,
          name: "Chat"
        ),
        Case(entry: "shop_shop", principal: "snap:shop", level: .sandbox, name: "Shop"),
        Case(entry: "firefox.desktop", principal: "app:firefox", level: .name, name: "Firefox"),
        Case(entry: "org.example.Gone", name: "bridge"),
        Case(entry: "", name: "bridge"),
      ]
    ),
    (
      backend,
      [
        Case(
          entry: "org.example.Chat",
          principal: "flatpak:org.example.Chat",
          level: .name,
          name: "Chat"
        ),
        Case(entry: "shop_shop", principal: "snap:shop", level: .name, name: "Shop"),
        Case(
          entry: "org.example.Mail",
          display: "Mail at work",
          principal: "app:org.example.Mail",
          level: .name,
          name: "Mail at work"
        ),
        Case(entry: "", display: "Firefox", name: "Firefox"),
      ]
    ),
    (
      "",
      [
        Case(entry: "firefox", name: "Firefox · via NAME", isDoubted: true),
        Case(entry: "", display: "WhatsApp", name: "WhatsApp · via NAME"),
        Case(entry: "", display: "firefox", name: "firefox · via NAME", isDoubted: true),
        Case(entry: "", display: "bridge", name: "bridge"),
      ]
    ),
  ]

  @Test("ID-060 ID-061 KDE-040 who a notification is from, and whose name it has", arguments: 0..<3)
  func speakers(number: Int) throws {
    let (role, cases) = Self.cases[number]
    try start(role.isEmpty ? [:] : [role: ":1.7"])
    try bus.send([bus.call(1)])
    try bus.answer(try #require(bus.questions().last), processID: getpid())
    let own = peers[":1.7"].sender
    #expect(own.level == .program)
    // The second time round nothing is left of the first.
    for known in cases + cases {
      let (speaker, notification) = judge(known)
      let name = known.name.replacingOccurrences(of: "NAME", with: own.name)
      #expect(notification.appName == name)
      #expect(notification.isDoubted == known.isDoubted, "\(known)")
      #expect(speaker.sender.level == known.level)
      #expect(speaker.sender.processID == getpid(), "who really sent it")
      #expect(speaker.isBrowser == (known.principal == "app:firefox"))
      if known.principal.isEmpty {
        #expect(speaker.sender === own)
      } else {
        #expect(speaker.sender.principal == known.principal)
        #expect(speaker.sender.evidence.first == "delegate \(own.name)")
      }
    }
  }

  @Test("ID-060 whoever is in a sandbox, or unknown, speaks for nobody", arguments: [true, false])
  func untrusted(isSandboxed: Bool) throws {
    try start([Self.portal: ":1.7"])
    try bus.send([bus.call(1)])
    let question = try #require(bus.questions().last)
    try bus.reply(to: question) {
      $0.dictionary {
        $0.entry("ProcessID", "u") { $0.uint32(isSandboxed ? UInt32(getpid()) : 4_000_000_000) }
        guard isSandboxed else { return }
        $0.entry("LinuxSecurityLabel", "ay") { $0.bytes(Array("snap.evil.evil\0".utf8)) }
      }
    }
    for question in bus.questions() { try bus.refuse(question) }
    #expect(peers[":1.7"].sender.level == (isSandboxed ? .sandbox : .none))
    #expect(!isDelegate(":1.7"))
    for entry in ["firefox", ""] {
      let known = Case(entry: entry, display: "Firefox", name: "")
      let (speaker, notification) = judge(known)
      #expect(speaker.sender === peers[":1.7"].sender && notification.isDoubted)
    }
  }

  private func isDelegate(_ name: String) -> Bool { peers.role(of: name, peers[name]) != nil }

  /// What becomes of a notification of `:1.7`.
  private func judge(_ known: Case) -> (Speaker, Notifications.Notification) {
    let peer = peers[":1.7"]
    let request = request(known)
    let speaker = peers.speaker(request.words, by: peer, peers.role(of: ":1.7", peer))
    var notification = request.notification
    speaker.sign(&notification)
    return (speaker, notification)
  }

  private func request(_ known: Case) -> NotifyRequest {
    let call = OutgoingMessage.call("a.b", "/a", "a.b", "Notify")
    call.append {
      $0.string("bridge")
      $0.uint32(0)
      $0.string("")
      $0.string("title")
      $0.string("")
      $0.strings([])
      $0.dictionary("sv") {
        if !known.entry.isEmpty { $0.entry("desktop-entry", "s") { $0.string(known.entry) } }
        guard !known.display.isEmpty else { return }
        $0.entry("x-kde-display-appname", "s") { $0.string(known.display) }
      }
      $0.int32(-1)
    }
    return NotifyRequest(call.received, links: .remote, receivedAt: 0)
  }
}
