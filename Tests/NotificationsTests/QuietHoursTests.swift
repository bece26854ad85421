import Testing

@testable import Notifications

private typealias Window = WeeklyHours.Window

/// Weekly hours in local time, on the days on which local time is not what it seems.
struct QuietHoursTests {
  @Test("WEB-303 what is a window, and what is none")
  func parsing() {
    let good: [([String], String, String, UInt8, Int, Int)] = [
      (["mon"], "22:00", "07:00", 1, 1320, 420),
      (["Sat", "SUN"], "9:05", "24:00", 0x60, 545, 1440),
      ([], "00:00", "00:00", 0x7f, 0, 0), (["tue", "tue"], "0:00", "23:59", 2, 0, 1439),
    ]
    for (days, from, to, bits, first, last) in good {
      let window = Window(days: days, from: from, to: to)
      #expect(window?.days == bits && window?.from == first && window?.to == last)
    }
    let bad: [([String], String, String)] = [
      (["monday"], "22:00", "07:00"), ([""], "22:00", "07:00"), ([], "24:00", "07:00"),
      ([], "22:00", "24:01"), ([], "22:60", "07:00"), ([], "22", "07:00"), ([], "-1:00", "7:00"),
      ([], "22:0", "07:00"), ([], "022:00", "07:00"), ([], "22:00:00", "07:00"),
      ([], "", "07:00"), ([], "22:00", " 7:00"), ([], "99:00", "07:00"),
    ]
    for (days, from, to) in bad {
      #expect(Window(days: days, from: from, to: to) == nil, "\(days) \(from) \(to)")
    }
    let many = (0..<65).compactMap { _ in Window(days: [], from: "1:00", to: "2:00") }
    #expect(WeeklyHours(many) == nil && WeeklyHours(many.dropLast()) != nil)
  }

  struct Row: CustomTestStringConvertible {
    var zone: Zone
    var days: [String]
    var from: String
    var to: String
    var start: LocalDate
    /// Minutes after `start` at which quiet turns, on first.
    var turns: [Int]
    var why: String

    var testDescription: String { "\(why): \(zone.name) \(days) \(from)-\(to)" }

    init(
      _ zone: Zone,
      _ days: [String],
      _ from: String,
      _ to: String,
      _ start: LocalDate,
      _ turns: [Int],
      _ why: String
    ) {
      (self.zone, self.days, self.from, self.to) = (zone, days, from, to)
      (self.start, self.turns, self.why) = (start, turns, why)
    }
  }

  /// 2026-06-01 is a Monday, 03-29 and 10-25 are Sundays.
  static let rows = [
    Row(.utc, ["mon"], "9:00", "17:00", LocalDate(2026, 6, 1), [540, 1020], "one day"),
    Row(.kathmandu, ["mon"], "9:00", "17:00", LocalDate(2026, 6, 1), [540, 1020], "odd offset"),
    Row(
      .utc,
      [],
      "22:00",
      "7:00",
      LocalDate(2026, 6, 1, 12),
      [600, 1140, 2040, 2580],
      "each night"
    ),
    Row(.utc, ["sun"], "22:00", "7:00", LocalDate(2026, 6, 7, 12), [600, 1140], "into Monday"),
    Row(.utc, ["mon"], "22:00", "7:00", LocalDate(2026, 5, 31, 12), [2040, 2580], "not on Sunday"),
    Row(.utc, ["sat"], "0:00", "24:00", LocalDate(2026, 6, 5, 12), [720, 2160], "a whole day"),
    Row(.utc, ["sat"], "0:00", "0:00", LocalDate(2026, 6, 5, 12), [720, 2160], "the same"),
    Row(.utc, ["sat"], "12:00", "12:00", LocalDate(2026, 6, 5, 12), [1440, 2880], "noon to noon"),
    Row(
      .berlin,
      [],
      "22:00",
      "7:00",
      LocalDate(2026, 3, 28, 21),
      [60, 540],
      "a short night, 8 h"
    ),
    Row(
      .berlin,
      [],
      "22:00",
      "7:00",
      LocalDate(2026, 10, 24, 21),
      [60, 660],
      "a long night, 10 h"
    ),
    Row(
      .berlin,
      ["sat"],
      "22:00",
      "7:00",
      LocalDate(2026, 10, 24, 21),
      [60, 660],
      "starts Saturday"
    ),
    Row(
      .berlin,
      [],
      "2:30",
      "4:00",
      LocalDate(2026, 3, 29, 1),
      [60, 120],
      "starts in the gap"
    ),
    Row(.berlin, [], "1:30", "2:30", LocalDate(2026, 3, 29, 1), [30, 60], "ends in the gap"),
    Row(
      .berlin,
      [],
      "2:15",
      "2:45",
      LocalDate(2026, 3, 29, 1),
      [60, 90],
      "in the gap: not skipped"
    ),
    Row(.berlin, [], "2:00", "3:00", LocalDate(2026, 3, 29, 1), [60, 120], "is the gap"),
    Row(.berlin, [], "3:00", "4:00", LocalDate(2026, 3, 29, 1), [60, 120], "after the gap"),
    Row(.berlin, [], "1:00", "2:00", LocalDate(2026, 3, 29), [60, 120], "before the gap"),
    Row(
      .berlin,
      [],
      "2:15",
      "2:45",
      LocalDate(2026, 10, 25, 1),
      [75, 165],
      "in the overlap: once, and in both"
    ),
    Row(
      .berlin,
      [],
      "1:00",
      "2:30",
      LocalDate(2026, 10, 25),
      [60, 210],
      "ends in the overlap"
    ),
    Row(
      .berlin,
      [],
      "2:30",
      "4:00",
      LocalDate(2026, 10, 25),
      [150, 300],
      "starts in the overlap"
    ),
    Row(.berlin, [], "1:00", "2:00", LocalDate(2026, 10, 25), [60, 120], "before the overlap"),
    Row(.berlin, [], "3:00", "4:00", LocalDate(2026, 10, 25), [240, 300], "after the overlap"),
    Row(.newYork, [], "22:00", "7:00", LocalDate(2026, 3, 7, 21), [60, 540], "west, short"),
    Row(.newYork, [], "22:00", "7:00", LocalDate(2026, 10, 31, 21), [60, 660], "west, long"),
    Row(
      .cairo,
      ["fri"],
      "0:00",
      "6:00",
      LocalDate(2026, 4, 23, 12),
      [720, 1020],
      "no midnight"
    ),
    Row(
      .cairo,
      ["thu"],
      "22:00",
      "24:00",
      LocalDate(2026, 10, 29, 12),
      [600, 780],
      "23:00 twice"
    ),
    Row(
      .lordHowe,
      [],
      "22:00",
      "7:00",
      LocalDate(2026, 4, 4, 21),
      [60, 630],
      "half an hour more"
    ),
    Row(
      .lordHowe,
      [],
      "2:00",
      "2:20",
      LocalDate(2026, 10, 4, 1),
      [60, 80],
      "in half an hour's gap"
    ),
    Row(
      .apia,
      ["thu"],
      "22:00",
      "7:00",
      LocalDate(2011, 12, 29, 12),
      [600, 720],
      "to a morning that never came"
    ),
  ]

  @Test("WEB-303 hours begin and end once, when the clock says so", arguments: rows)
  func turns(row: Row) {
    let f = QuietFixture(row.zone, at: row.start)
    f.hours(Window(days: row.days, from: row.from, to: row.to))
    #expect(!f.quiet.isQuiet)
    var last = 0
    for (number, turn) in row.turns.enumerated() {
      f.advance(minutes: turn - last - 1)
      #expect(f.turns.isEmpty, "before \(turn)")
      f.advance(minutes: 1)
      #expect(f.turns == [number % 2 == 0], "at \(turn)")
      #expect(f.quiet.reasons == (number % 2 == 0 ? ["hours"] : []))
      last = turn
    }
  }

  @Test("WEB-303 windows that touch or overlap are one")
  func union() {
    let f = QuietFixture(at: LocalDate(2026, 6, 1))
    f.hours(
      Window(days: ["mon"], from: "9:00", to: "12:00"),
      Window(days: ["mon"], from: "12:00", to: "14:00"),
      Window(days: ["mon"], from: "10:00", to: "11:00"),
      Window(days: ["mon"], from: "13:00", to: "15:00")
    )
    f.advance(minutes: 540)
    #expect(f.turns == [true])
    f.advance(minutes: 359)
    #expect(f.turns.isEmpty)
    f.advance(minutes: 1)
    #expect(f.turns == [false])
  }

  @Test("WEB-303 all week: quiet for ever, and no timer")
  func always() {
    let f = QuietFixture()
    f.hours(Window(days: [], from: "8:00", to: "8:00"))
    #expect(f.turns == [true])
    #expect(f.quiet.nextDeadline(f.clock) == nil)
    f.manual(false)
    #expect(f.turns == [false])
    f.manual(true)
    f.manual(false)
    #expect(!f.quiet.isQuiet)
  }

  @Test("WEB-303 no days, no hours")
  func never() {
    let f = QuietFixture()
    f.hours()
    #expect(f.quiet.nextDeadline(f.clock) == nil)
    f.hours(Window(days: ["wed"], from: "8:00", to: "9:00"))
    #expect(f.quiet.nextDeadline(f.clock) == f.instant + .seconds(56 * 3600))
  }

  @Test("WEB-303 a change of zone while on, while off, and to the other side of the world")
  func zones() {
    let f = QuietFixture(.berlin, at: LocalDate(2026, 6, 1, 23))
    f.hours(Window(days: [], from: "22:00", to: "7:00"))
    #expect(f.quiet.isQuiet)
    // 17:00 in New York.
    f.zone.zone = .newYork
    f.effects = f.quiet.clockChanged(at: f.now)
    #expect(f.turns == [false])
    #expect(f.quiet.nextDeadline(f.clock) == f.instant + .seconds(5 * 3600))
    f.zone.zone = .berlin
    f.effects = f.quiet.clockChanged(at: f.now)
    #expect(f.turns == [true])
    // 2:45 in Kathmandu: still quiet, to another end.
    f.zone.zone = .kathmandu
    f.effects = f.quiet.clockChanged(at: f.now)
    #expect(f.turns.isEmpty)
    #expect(f.quiet.nextDeadline(f.clock) == f.instant + .seconds(255 * 60))
  }

  @Test("WEB-303 the clock set forward and back, also without a word")
  func clock() {
    let f = QuietFixture(at: LocalDate(2026, 6, 1, 23))
    f.hours(Window(days: [], from: "22:00", to: "7:00"))
    f.clock.offset += 12 * 3_600_000
    f.effects = f.quiet.clockChanged(at: f.now)
    #expect(f.turns == [false])
    f.clock.offset -= 12 * 3_600_000
    f.effects = f.quiet.deadlinePassed(at: f.now)
    #expect(f.turns == [true])
    f.clock.offset += 12 * 3_600_000
    f.effects = f.quiet.deadlinePassed(at: f.now)
    #expect(f.turns == [false])
  }

  @Test("WEB-303 WEB-304 off by hand in the middle holds until the next window")
  func waived() {
    let f = QuietFixture(at: LocalDate(2026, 6, 1, 23))
    f.hours(Window(days: [], from: "22:00", to: "7:00"))
    f.manual(false)
    #expect(f.turns == [false])
    f.advance(to: LocalDate(2026, 6, 2, 21, 59))
    #expect(f.turns.isEmpty)
    f.advance(minutes: 1)
    #expect(f.turns == [true])
  }

  @Test("WEB-303 WEB-304 so it does after a restart, a change of zone, or a night without power")
  func waivedAndKept() {
    let f = QuietFixture(.berlin, at: LocalDate(2026, 6, 1, 23))
    f.hours(Window(days: [], from: "22:00", to: "7:00"))
    f.manual(false)
    let kept = f.quiet.kept
    let soon = QuietFixture(.berlin, at: LocalDate(2026, 6, 2, 3), kept: kept)
    #expect(!soon.quiet.isQuiet)
    let late = QuietFixture(.berlin, at: LocalDate(2026, 6, 2, 23), kept: kept)
    #expect(late.quiet.isQuiet)
    // 2:45 in Kathmandu: the window that was waived ends at its own 7:00.
    f.zone.zone = .kathmandu
    f.effects = f.quiet.clockChanged(at: f.now)
    f.advance(minutes: 254)
    #expect(!f.quiet.isQuiet)
    f.advance(to: LocalDate(2026, 6, 2, 22))
    #expect(f.turns == [true])
  }

  @Test("WEB-303 on by hand again in the middle of what was waived: the hours hold as well")
  func unwaived() {
    let f = QuietFixture(at: LocalDate(2026, 6, 1, 23))
    f.hours(Window(days: [], from: "22:00", to: "7:00"))
    f.manual(false)
    f.until(f.now.wall + 3_600_000)
    #expect(f.quiet.reasons == ["until", "hours"])
    f.advance(minutes: 60)
    #expect(f.quiet.reasons == ["hours"])
  }

  @Test("WEB-303 every minute of two weeks round each change, against the clock on the wall")
  func everyMinute() {
    let zones: [(Zone, LocalDate)] = [
      (.berlin, LocalDate(2026, 3, 24)), (.berlin, LocalDate(2026, 10, 20)),
      (.newYork, LocalDate(2026, 3, 3)), (.newYork, LocalDate(2026, 10, 27)),
      (.cairo, LocalDate(2026, 4, 20)), (.cairo, LocalDate(2026, 10, 25)),
      (.lordHowe, LocalDate(2026, 4, 1)), (.lordHowe, LocalDate(2026, 10, 1)),
    ]
    print("seed \(LawTests.seed) (HARK_SEED)")
    var random = SplitMix(state: LawTests.seed)
    for (zone, start) in zones {
      let windows = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        Self.window(&random)
      }
      let f = QuietFixture(zone, at: start)
      f.effects = f.quiet.setHours(WeeklyHours(windows) ?? WeeklyHours(), at: f.now)
      let local = LocalTime { zone.secondsEast($0) }
      for _ in 0..<(14 * 1440) {
        let reading = local.reading(f.now.wall)
        let shows = windows.contains { $0.shows(reading) }
        if f.quiet.isQuiet != shows {
          // What the clock shows is held; more only where the clocks are set.
          let odd = (-120...120).contains { minutes in
            let other = f.now.wall + Int64(minutes) * 60_000
            return zone.secondsEast(other) != zone.secondsEast(f.now.wall)
          }
          #expect(
            !shows && odd,
            "seed \(LawTests.seed): \(zone.name) \(windows) \(reading)"
          )
        }
        f.advance(minutes: 1)
        if f.turns.count > 1 { Issue.record("seed \(LawTests.seed): turned twice") }
      }
    }
  }

  private static func window(_ random: inout SplitMix) -> Window {
    func time() -> String {
      let minute = Int.random(in: 0..<60, using: &random)
      return "\(Int.random(in: 0..<24, using: &random)):\(minute < 10 ? "0" : "")\(minute)"
    }
    let days = Window.dayNames.filter { _ in Bool.random(using: &random) }
    guard let window = Window(days: days, from: time(), to: time()) else { fatalError("no window") }
    return window
  }
}

extension WeeklyHours.Window {
  /// Whether a clock that shows this is in it.
  fileprivate func shows(_ reading: LocalTime.Reading) -> Bool {
    func holds(_ day: Int) -> Bool { days & 1 << WeeklyHours.weekday(of: day) != 0 }
    if to > from { return holds(reading.day) && (from..<to).contains(reading.minute) }
    return holds(reading.day) && reading.minute >= from
      || holds(reading.day - 1) && reading.minute < to
  }
}
