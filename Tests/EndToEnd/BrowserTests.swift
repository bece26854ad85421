import Foundation
import TestSupport
import Testing

/// Web pages and their service workers, in real browsers (requirements, browsers).
///
/// One start of a browser is long, so that each test lives through all that a site does.
@Suite struct BrowserTests {
  @Test(
    """
    BR-001 BR-002 BR-003 BR-004 ID-031 WEB-031 Chromium's page and worker notify, replace, and hear of \
    clicks and ends
    """,
    .needsHark,
    .needs(.chromium),
    arguments: [Screen.x11, .sway]
  )
  func chromium(screen: Screen) async throws {
    try await inWorld(screen, places: 2) { world, client in
      let browser = try world.startBrowser(.chromium)
      let host = String(browser.origin.dropFirst("http://".count))
      let site = Site(world: world, client: client, browser: browser, kind: .chromium)
      try site.page { entry, details in
        let hint = details["hints"]["x-kde-origin-name"]
        let body = "a <b>body</b> & more"
        // Only where the hint is announced; else the body begins with the origin, as a link.
        #expect(hint.isNull || hint.string == host)
        #expect(entry["body"].string == (hint.isNull ? "\(host)\n\n\(body)" : body))
        #expect(details["hints"]["desktop-entry"] == "chromium")
      }
      try site.worker(keys: ["0", "1", "default", "settings"]) { details, _, _ in
        let icon = try #require(details["hints"]["image-path"].string)
        #expect(FileManager.default.fileExists(atPath: icon))
      }
      // The keys go on counting.
      try site.replacement(keys: ["0", "1"]) { first, second in
        #expect(first["id"] == second["id"])
        #expect(first["hints"]["urgency"] == 2, "its sign that this is to stay")
        #expect(first["urgency"] == 1)
      }
      try site.isMutedAlone()
      try site.ends()
    }
  }

  @Test(
    "WEB-031 WEB-301 BR-004 two sites of Chromium are two senders: one muted, the other goes on",
    .needsHark,
    .needs(.chromium)
  )
  func twoSites() async throws {
    try await inWorld(.x11, places: 2) { world, client in
      let browser = try world.startBrowser(.chromium)
      let sites = [browser.origin, browser.origin.replacing("127.0.0.1", with: "localhost")]
      let names = sites.map { String($0.dropFirst("http://".count)) }
      func show(_ title: String) throws {
        try browser.run(
          """
          const worker = await navigator.serviceWorker.ready;
          await worker.showNotification('\(title)', {requireInteraction: true});
          """
        )
      }
      func entry(_ title: String) throws -> JSON {
        try wait(for: title) { try client.live().values.first { $0["title"].string == title } }
      }
      for (round, isMuted) in [false, true].enumerated() {
        for (number, (site, name)) in zip(sites, names).enumerated() {
          try browser.visit(site)
          try show("\(round) of \(name)")
          let entry = try entry("\(round) of \(name)")
          #expect(entry["principal"].string == "app:chromium#\(name)")
          #expect(entry["origin"].string == name && entry["level"] == "exe")
          #expect((entry["reason"] == "muted") == (isMuted && number == 0), "\(entry.line)")
        }
        #expect(
          try client.center("SetAppMuted", "sb", "('chromium#\(names[0])', true)").kind == "reply"
        )
      }
      #expect(try client.center("DismissApp", "s", "('chromium#\(names[0])',)").kind == "reply")
      try wait(until: "one site's to be gone") {
        Set(try client.live().values.map { $0["origin"].string }) == [names[1]]
      }
    }
  }

  @Test(
    "BR-002 BR-009 ID-031 Firefox' page and worker notify, replace, and hear of clicks and ends",
    .needsHark,
    .needs(.firefox)
  )
  func firefox() async throws {
    try await inWorld(.x11, places: 2) { world, client in
      let browser = try world.startBrowser(.firefox)
      let site = Site(world: world, client: client, browser: browser, kind: .firefox)
      try site.page { entry, details in
        #expect(entry["body"] == "a <b>body</b> & more")
        #expect(details["hints"]["desktop-entry"] == "firefox-esr")
        #expect(details["hints"]["suppress-sound"] == false)
      }
      try site.worker(keys: ["default", "yes-moz", "no-moz"]) { _, popup, picture in
        #expect(picture.count(of: Colour(0xff0000), in: popup) > 500, "the icon comes as pixels")
      }
      // It closes the old one and sends another.
      try site.replacement(keys: ["a-moz", "a-moz"]) { first, second in
        #expect(first["id"] != second["id"])
      }
      try site.ends()
      // It sends a blank for no title.
      try browser.run("new Notification('', {body: 'nameless'});")
      try wait(until: "one without a title") {
        try client.live().contains { $1["body"] == "nameless" && $1["title"] == "" }
      }
    }
  }
}

extension Trait where Self == ConditionTrait {
  fileprivate static func needs(_ browser: Browser.Kind) -> Self {
    let trouble = browser.trouble
    return .enabled(if: trouble == nil, Comment(rawValue: trouble ?? ""))
  }
}

/// What a site does, in the order in which the tests do it.
private struct Site {
  let world: World
  let client: Client
  let browser: Browser
  let kind: Browser.Kind

  /// The live notification with a title, once it is there.
  private func live(_ title: String) throws -> (id: UInt32, entry: JSON) {
    let (id, entry) = try wait(for: title) {
      try client.live().first { $1["title"].string == title && $1["state"] == "shown" }
    }
    #expect(entry["principal"].string == principal)
    #expect(entry["level"] == "exe" && entry["verified"] == true)
    #expect(entry["origin"].string == site)
    return (id, entry)
  }

  /// The site as the browser names it: Chromium by host and port, Firefox not at all.
  private var site: String? {
    kind == .chromium ? String(browser.origin.dropFirst("http://".count)) : nil
  }

  private var principal: String { "app:\(kind.name)" + (site.map { "#" + $0 } ?? "") }

  /// WEB-031 WEB-301: what is muted is the site.
  func isMutedAlone() throws {
    guard let site else { return }
    #expect(try client.center("SetAppMuted", "sb", "('\(principal)', true)").kind == "reply")
    try show("muted", "{}")
    let (id, entry) = try wait(for: "the muted one") {
      try client.live().first { $1["title"] == "muted" }
    }
    #expect(
      entry["state"] == "held" && entry["reason"] == "muted" && entry["origin"].string == site
    )
    #expect(try client.center("SetAppMuted", "sb", "('\(principal)', false)").kind == "reply")
    try show("heard", "{}")
    _ = try live("heard")
    for title in ["muted", "heard"] {
      let id = try client.live().first { $1["title"].string == title }?.key
      _ = try client.center("Dismiss", "au", "([\(id ?? 0)],)")
    }
    try gone(id)
  }

  private func gone(_ id: UInt32) throws {
    try wait(until: "\(id) to be gone") { try client.live()[id] == nil }
  }

  private func show(_ title: String, _ options: String) throws {
    try browser.run(
      """
      const worker = await navigator.serviceWorker.ready;
      await worker.showNotification('\(title)', \(options));
      """
    )
  }

  private func listed() throws -> [String] {
    try browser.run(
      """
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map(notification => notification.title);
      """
    ).list.compactMap(\.string)
  }

  private func keys(of entry: JSON) -> [String] {
    entry["actions"].list.compactMap { $0["action"].string }
  }

  /// A page's own notification is shown and clicked.
  func page(_ check: (JSON, JSON) throws -> Void) throws {
    let permission = try browser.run("return await Notification.requestPermission();")
    #expect(permission == "granted")
    try browser.run(
      "watch('plain', new Notification('plain', {body: 'a <b>body</b> & more'}));"
    )
    let (id, entry) = try live("plain")
    #expect(!entry["expires"].isNull)
    try check(entry, try client.inspect(id))
    try browser.heard("show", of: "plain")
    #expect(try world.hark("invoke", "\(id)").succeeded)
    try browser.heard("click", of: "plain")
    try browser.heard("close", of: "plain")
    try gone(id)
  }

  /// A worker's notification has its buttons on the screen, and the worker hears which is pressed.
  func worker(keys expected: [String], _ check: (JSON, Area, Picture) throws -> Void) throws {
    let options = """
      {body: '?', icon: '/red.png', data: {order: 7}, actions: [
        {action: 'yes', title: 'Yes'}, {action: 'no', title: 'No'}]}
      """
    try show("asks", options)
    let (id, entry) = try live("asks")
    #expect(keys(of: entry) == expected)
    // The browser's own window is on the left.
    let picture = try world.picture(of: "the popup") { $0.regions().contains { $0.x > 700 } }
    let popup = try #require(picture.regions().first { $0.x > 700 })
    let buttons = Look.buttons(of: popup, in: picture)
    #expect(buttons.count == expected.count - 1, "the first action is the popup itself")
    try check(try client.inspect(id), popup, picture)
    if world.display?.kind == .x11 {
      try world.pointer().click(at: buttons[1].middle)
    } else {
      let no = entry["actions"].list.first { $0["title"] == "No" }?["action"].string
      #expect(try world.hark("invoke", "\(id)", try #require(no)).succeeded)
    }
    let click = try browser.heard("notificationclick", of: "asks")
    #expect(click.action == "no" && click.data == ["order": 7])
    try gone(id)
  }

  /// What is to stay does not expire, and another with its tag takes its place.
  func replacement(keys expected: [String], _ check: (JSON, JSON) throws -> Void) throws {
    let options = "{tag: 't', requireInteraction: true, actions: [{action: 'a', title: 'A'}]}"
    var details: [JSON] = []
    for (title, key) in zip(["first", "second"], expected) {
      try show(title, options)
      let (id, entry) = try live(title)
      #expect(entry["expires"].isNull, "\(entry.line)")
      #expect(keys(of: entry).contains(key))
      #expect(try listed() == [title])
      details.append(try client.inspect(id))
    }
    #expect(try client.live().count == 1)
    try check(details[0], details[1])
    let id = try live("second").id
    #expect(try client.invoke(id, expected[1]).kind == "reply")
    #expect(try browser.heard("notificationclick", of: "second").action == "a")
    #expect(try listed().isEmpty)
  }

  /// The user closes one, the page another.
  func ends() throws {
    try show("unwanted", "{}")
    let unwanted = try live("unwanted").id
    #expect(try world.hark("close", "\(unwanted)").succeeded)
    try browser.heard("notificationclose", of: "unwanted")
    #expect(try listed().isEmpty)
    #expect(
      try !browser.events().contains { $0.type == "notificationclick" && $0.name == "unwanted" }
    )

    try browser.run("watch('own', new Notification('own'));")
    let own = try live("own").id
    try browser.run("shown.own.close();")
    try gone(own)
    try browser.heard("close", of: "own")
  }
}
