import Testing

@testable import Notifications

/// Causes of quiet that come and go, and what quiet does.
struct QuietTests {
  @Test("WEB-304 WEB-305 by hand: on, off, and nothing when nothing changes")
  func manual() {
    let f = QuietFixture()
    f.manual(true)
    #expect(f.effects == [.keep(f.quiet.kept), .quiet(true), .inhibited(true), .changed])
    #expect(f.quiet.reasons == ["manual"])
    f.manual(true)
    #expect(f.effects.isEmpty)
    let call = f.call()
    f.effects = f.quiet.setManual(false, call, at: f.now)
    #expect(
      f.effects == [.keep(f.quiet.kept), .quiet(false), .inhibited(false), .changed, .done(call)]
    )
  }

  @Test("WEB-304 until a time: it ends by itself, also over a restart")
  func until() {
    let f = QuietFixture()
    f.until(f.now.wall + 60_000)
    #expect(f.quiet.reasons == ["until"])
    #expect(f.quiet.nextDeadline(f.clock) == f.instant + .seconds(60))
    let kept = f.quiet.kept
    f.advance(minutes: 1)
    #expect(f.turns == [false])
    #expect(f.quiet.kept == Quiet.Kept())
    #expect(QuietFixture(kept: kept).quiet.isQuiet)
    let late = QuietFixture(at: LocalDate(2026, 6, 1, 1), kept: kept)
    #expect(!late.quiet.isQuiet)
    #expect(late.effects.contains(.keep(Quiet.Kept())))
  }

  @Test("WEB-304 QuietMode and QuietUntil together, and times that are none")
  func untilAndManual() {
    let f = QuietFixture()
    let end = f.now.wall + 60_000
    f.until(end)
    f.manual(true)
    #expect(f.quiet.reasons == ["manual"])
    #expect(f.quiet.nextDeadline(f.clock) == nil)
    f.until(0)
    #expect(f.quiet.reasons == ["manual"], "it had no end to take back")
    f.until(end)
    f.until(0)
    #expect(f.quiet.kept == Quiet.Kept(), "an end that is taken back leaves nothing without end")
    f.manual(true)
    f.until(f.now.wall)
    #expect(!f.quiet.isQuiet)
    for wall in [-1, Int64.min] {
      f.until(wall)
      #expect(!f.quiet.isQuiet)
    }
    f.until(.max)
    #expect(f.quiet.isQuiet)
    #expect(f.quiet.nextDeadline(f.clock)?.nanoseconds == .max)
  }

  @Test("WEB-305 every cause alone is quiet, has its word, and ends by itself; one list of all")
  func causes() {
    let f = QuietFixture()
    typealias Step = (QuietFixture) -> Void
    let rows: [(String, Step, Step)] = [
      ("manual", { $0.manual(true) }, { $0.manual(false) }),
      (
        "inhibit: Meet: Presenting", { $0.inhibit() },
        { $0.effects = $0.quiet.peerLeft(":1.1", at: $0.now) }
      ),
      (
        "command: make", { $0.inhibit(.command, by: ":1.2", reason: "make") },
        { $0.effects = $0.quiet.peerLeft(":1.2", at: $0.now) }
      ),
      (
        "full-screen", { $0.effects = $0.quiet.setFullScreen(true, at: $0.now) },
        { $0.effects = $0.quiet.setFullScreen(false, at: $0.now) }
      ),
      ("locked", { $0.locked(true) }, { $0.locked(false) }),
      ("level", { $0.modes("40") }, { $0.modes() }),
    ]
    for (word, begin, end) in rows {
      begin(f)
      #expect(f.turns == [true] && f.quiet.reasons == [word] && f.effects.contains(.changed))
      end(f)
      #expect(f.turns == [false] && f.quiet.reasons.isEmpty)
    }
    for (_, begin, _) in rows { begin(f) }
    #expect(f.quiet.reasons == rows.map(\.0))
    for (number, row) in rows.enumerated() {
      row.2(f)
      #expect(f.turns == (number == rows.count - 1 ? [false] : []))
    }
  }

  @Test("WEB-305 locked as soon as anybody says so, and until nobody does")
  func locks() {
    let f = QuietFixture()
    f.locked(true, .logind)
    f.locked(true, .screenSaver)
    let cookie = f.inhibit(.locker, reason: "swaylock")
    #expect(f.quiet.reasons == ["locked"])
    let locker = "hark quiet --while --locked swaylock"
    #expect(f.quiet.lockers(besides: "none") == locker)
    #expect(f.quiet.lockers(besides: "logind session 3") == "logind session 3, \(locker)")
    f.locked(false, .logind)
    f.locked(false, .screenSaver)
    #expect(f.quiet.isLocked)
    // The user may clear what disturbs, but that does not unlock the screen.
    f.effects = f.quiet.clearInhibitions(at: f.now)
    #expect(f.quiet.isLocked)
    f.uninhibit(cookie)
    #expect(!f.quiet.isLocked && f.effects.contains(.away(false)))
  }

  @Test("WEB-320 WEB-321 idle is no quiet, but nobody is told what is dismissed")
  func idle() {
    let f = QuietFixture()
    f.effects = f.quiet.setIdle(true, at: f.now)
    #expect(f.effects == [.away(true)])
    #expect(!f.quiet.isQuiet && f.quiet.isAway)
    f.locked(true)
    f.effects = f.quiet.setIdle(false, at: f.now)
    #expect(f.effects.isEmpty)
    f.locked(false)
    #expect(f.effects.contains(.away(false)))
  }

  @Test("WEB-321 what was dismissed meanwhile is told in order, but for what its owner closed")
  func deferred() {
    var closes = DeferredCloses()
    let owner = Owner(peer: ":1.1", principal: "app:a")
    for raw: UInt32 in [3, 1, 2] {
      closes.add(DeferredCloses.Close(id(raw), .dismissed, owner))
    }
    #expect(closes.contains(id(1)) && !closes.contains(id(4)))
    #expect(closes.take(id(1))?.id == id(1))
    #expect(closes.take(id(1)) == nil)
    #expect(closes.takeAll().map(\.id) == [id(3), id(2)])
    #expect(closes.isEmpty)
  }

  @Test("FD-225 WEB-306 what may appear in quiet")
  func admission() {
    let f = QuietFixture()
    #expect(f.quiet.admits(isCritical: false))
    f.manual(true)
    #expect(!f.quiet.admits(isCritical: false))
    #expect(!f.quiet.admits(isCritical: false, passLevel: 100))
    #expect(f.quiet.admits(isCritical: true))
    var settings = Quiet.Settings()
    settings.criticalInQuiet = false
    f.effects = f.quiet.configure(settings, at: f.now)
    #expect(!f.quiet.admits(isCritical: true))
  }

  @Test("A level keeps back all but those whose rules pass it; 0 keeps nothing back")
  func levels() {
    let f = QuietFixture()
    f.modes("0")
    #expect(!f.quiet.isQuiet)
    f.modes("work", "60", "20")
    #expect(f.quiet.modes.level == 60 && f.quiet.reasons == ["level"])
    for (pass, isShown) in [(0, false), (59, false), (60, true), (100, true)] {
      #expect(f.quiet.admits(isCritical: false, passLevel: pass) == isShown)
    }
    // Another cause knows no levels.
    f.locked(true)
    #expect(!f.quiet.admits(isCritical: false, passLevel: 100))
  }

  @Test("A named mode silences nothing by itself; words that are no modes are refused")
  func modes() {
    let f = QuietFixture()
    f.modes("work", "focus", "work")
    #expect(f.quiet.modes.names == ["work", "focus"])
    #expect(f.effects == [.keep(f.quiet.kept), .changed])
    let bad: [[String]] = [
      ["101"], ["99999999999999999999"], [""], [" "], ["a\nb"],
      [String(repeating: "x", count: 65)],
      (0..<33).map { "m\($0)" },
    ]
    for words in bad {
      let call = f.call()
      f.effects = f.quiet.setModes(words, call, at: f.now)
      #expect(f.effects == [.refuse(call, .invalidModes)])
    }
    #expect(f.quiet.modes.names == ["work", "focus"])
  }

  @Test("WEB-307 one summary at the end of quiet, with what was missed and nothing else")
  func summary() {
    let f = QuietFixture()
    func summaries() -> [Quiet.Effect] {
      f.effects.filter { if case .summary = $0 { true } else { false } }
    }
    f.manual(true)
    for app in ["a", "a", "b", "c"] { f.quiet.withhold(from: app) }
    f.quiet.withdraw(from: "c")
    f.quiet.withdraw(from: "d")
    f.locked(true)
    f.manual(false)
    #expect(summaries().isEmpty)
    f.locked(false)
    #expect(summaries() == [.summary(notifications: 3, apps: 2)])
    f.manual(true)
    f.manual(false)
    #expect(summaries().isEmpty)
  }
}

/// KDE's `Inhibit`, `UnInhibit` and `Inhibited`.
struct QuietInhibitionTests {
  @Test("KDE-010 a cookie above 0, another for each call; the reason is told")
  func cookies() {
    let f = QuietFixture()
    let first = f.inhibit()
    #expect(f.inhibited == [true])
    let second = f.inhibit(name: "Zoom", reason: "")
    #expect(first > 0 && second > 0 && first != second)
    #expect(f.quiet.reasons == ["inhibit: Meet: Presenting", "inhibit: Zoom"])
    #expect(f.quiet.causes == .inhibit)
  }

  @Test("KDE-010 what is told is one clean line, once")
  func text() {
    let f = QuietFixture()
    for _ in 0..<3 { f.inhibit(name: "A\nB", reason: String(repeating: "long ", count: 100)) }
    #expect(f.quiet.reasons.count == 1)
    #expect(f.quiet.reasons[0].hasPrefix("inhibit: A B: long") && f.quiet.reasons[0].hasSuffix("…"))
    #expect(f.quiet.reasons[0].utf8.count < 300)
  }

  @Test("KDE-011 KDE-017 quiet ends with the last cookie of all callers; Inhibited changes once")
  func last() {
    let f = QuietFixture()
    let cookies = [f.inhibit(), f.inhibit(), f.inhibit(by: ":1.2")]
    #expect(f.inhibited.isEmpty)
    f.uninhibit(cookies[0])
    f.uninhibit(cookies[2], by: ":1.2")
    #expect(f.inhibited.isEmpty && f.quiet.isQuiet)
    f.uninhibit(cookies[1])
    #expect(f.inhibited == [false] && !f.quiet.isQuiet)
  }

  @Test("KDE-012 a caller that leaves takes its cookies along, and no others")
  func left() {
    let f = QuietFixture()
    f.inhibit()
    f.inhibit()
    let other = f.inhibit(by: ":1.2")
    f.effects = f.quiet.peerLeft(":1.1", at: f.now)
    #expect(f.inhibited.isEmpty && f.quiet.inhibitions.live.map(\.cookie) == [other])
    f.effects = f.quiet.peerLeft(":1.3", at: f.now)
    #expect(f.effects.isEmpty)
    f.effects = f.quiet.peerLeft(":1.2", at: f.now)
    #expect(f.inhibited == [false])
  }

  @Test("KDE-013 a cookie that is unknown, another's, or given back already")
  func foreign() {
    let f = QuietFixture()
    let cookie = f.inhibit()
    for (number, peer) in [(cookie, ":1.2"), (cookie &+ 1, ":1.1"), (0, ":1.1")] {
      f.uninhibit(number, by: peer)
      #expect(f.effects == [.refuse(Call(token: f.call().token - 1), .noSuchInhibition(number))])
    }
    f.uninhibit(cookie)
    f.uninhibit(cookie)
    #expect(f.effects.count == 1)
    guard case .refuse(_, .noSuchInhibition(cookie))? = f.effects.first else {
      Issue.record("given back twice")
      return
    }
  }

  @Test("KDE-014 KDE-015 the name is who it is, the claim only where nobody knows")
  func names() {
    let rows: [(String, String, String?)] = [
      ("Meet", "org.evil", "inhibit: Meet: r"), ("", "org.x", "inhibit: org.x: r"),
      ("", "", nil), (" ", "\n", nil),
    ]
    for (name, claim, expected) in rows {
      let f = QuietFixture()
      let cookie = f.inhibit(name: name, claim: claim, reason: "r")
      #expect(f.quiet.reasons == (expected.map { [$0] } ?? []))
      #expect((cookie == 0) == (expected == nil))
      if expected == nil { #expect(f.effects == [.refuse(Call(token: 1), .noApp)]) }
    }
  }

  @Test("KDE-016 32 cookies for a peer")
  func limit() {
    let f = QuietFixture()
    let cookies = (0..<32).map { _ in f.inhibit() }
    #expect(Set(cookies).count == 32)
    #expect(f.inhibit() == 0)
    guard case .refuse(_, .tooManyInhibitions)? = f.effects.last else {
      Issue.record("no limit")
      return
    }
    #expect(f.inhibit(by: ":1.2") != 0)
    f.uninhibit(cookies[5])
    #expect(f.inhibit() != 0)
  }

  @Test("KDE-016 the user clears them all; giving back a cleared one succeeds, once")
  func clear() {
    let f = QuietFixture()
    let cookie = f.inhibit()
    f.inhibit(by: ":1.2")
    let call = f.call()
    f.effects = f.quiet.clearInhibitions(call, at: f.now)
    #expect(f.effects == [.quiet(false), .inhibited(false), .changed, .done(call)])
    f.uninhibit(cookie, by: ":1.2")
    #expect(f.effects.count == 1 && !f.effects.contains(.done(Call(token: f.call().token - 1))))
    f.uninhibit(cookie)
    guard case .done? = f.effects.first else {
      Issue.record("a cleared cookie was refused")
      return
    }
    f.uninhibit(cookie)
    guard case .refuse? = f.effects.first else {
      Issue.record("given back twice")
      return
    }
  }

  @Test("KDE-018 Inhibited is effective quiet, or cookies alone")
  func hides() {
    for hides in [false, true] {
      var settings = Quiet.Settings()
      settings.inhibitedHidesQuiet = hides
      let f = QuietFixture(settings: settings)
      f.manual(true)
      #expect(f.inhibited == (hides ? [] : [true]))
      let cookie = f.inhibit()
      #expect(f.inhibited == (hides ? [true] : []))
      f.manual(false)
      #expect(f.inhibited.isEmpty)
      f.uninhibit(cookie)
      #expect(f.inhibited == [false])
      f.inhibit(.command, reason: "make")
      #expect(f.quiet.isInhibited == !hides)
    }
  }
}
