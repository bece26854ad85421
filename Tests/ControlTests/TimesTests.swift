import CLibc
import Testing

@testable import Control

@Suite(.serialized) struct TimesTests {
  @Test(
    "durations",
    arguments: [
      ("45s", 45), ("20m", 1200), ("2h", 7200), ("1h30m", 5400), ("2d", 172_800),
      ("1d1h1m1s", 90_061), ("0h5m", 300), ("007m", 420), ("3660d", 316_224_000),
      ("", nil), ("20", nil), ("m", nil), ("20x", nil), ("-5m", nil), ("1.5h", nil), ("0s", nil),
      ("30m1h", nil), ("1m1m", nil), ("1h 30m", nil), ("3661d", nil), ("9999999999d", nil),
      ("99999999999999999999999s", nil), ("5M", nil), ("٥m", nil),
    ] as [(String, Int64?)]
  )
  func duration(text: String, expected: Int64?) {
    #expect(seconds(duration: text) == expected)
  }

  @Test(
    "a time is one of the day or a duration",
    arguments: [
      ("18:30", .at(1110)), ("8:05", .at(485)), ("0:00", .at(0)), ("45m", .after(2700)),
      ("25:00", nil), ("8:5", nil), ("tomorrow", nil), ("", nil),
    ] as [(String, TimeWord?)]
  )
  func word(text: String, expected: TimeWord?) {
    #expect(TimeWord(text) == expected)
  }

  /// 29 March 2026, 00:30 in Berlin; at 2:00 clocks jump to 3:00.
  private static let night = Timestamp(milliseconds: 1_774_740_600_000)

  @Test(
    "the next time that clocks show it, over a change of summer time",
    arguments: [
      (.at(45), "2026-03-29T00:45:00+01:00"), (.at(30), "2026-03-30T00:30:00+02:00"),
      (.at(29), "2026-03-30T00:29:00+02:00"), (.at(23 * 60), "2026-03-29T23:00:00+02:00"),
      (.after(7200), "2026-03-29T03:30:00+02:00"),
    ] as [(TimeWord, String)]
  )
  func next(word: TimeWord, expected: String) {
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
    tzset()
    #expect(word.timestamp(after: Self.night)?.text == expected)
    unsetenv("TZ")
    tzset()
  }

  @Test("after --while the first operand begins the command")
  func commandLine() throws {
    let arguments = try Command.quiet.parse(["--while", "--locked", "sleep", "--help", "-x", "--"])
    #expect(arguments.has("while") && arguments.has("locked") && !arguments.has("help"))
    #expect(arguments.operands == ["sleep", "--help", "-x", "--"])
    #expect(try Command.quiet.parse(["status", "--json"]).has("json"))
    #expect(try Command.quiet.parse(["--while", "--", "--odd"]).operands == ["--odd"])
  }

  @Test(
    "a time that is over: so long ago, the last time that clocks showed it, a day, or as hark prints it",
    arguments: [
      ("2h", "2026-03-28T22:30:00+01:00"), ("30d", "2026-02-27T00:30:00+01:00"),
      ("00:30", "2026-03-29T00:30:00+01:00"), ("00:31", "2026-03-28T00:31:00+01:00"),
      ("2025-07-01", "2025-07-01T00:00:00+02:00"),
      ("2026-03-20T18:30", "2026-03-20T18:30:00+01:00"),
      ("2026-03-20T18:30:05", "2026-03-20T18:30:05+01:00"),
      ("2026-03-20T18:30:00Z", "2026-03-20T19:30:00+01:00"),
      ("2026-03-20T18:30:00-03:30", "2026-03-20T23:00:00+01:00"),
      ("2026-03-20T18:30+01:00", "2026-03-20T18:30:00+01:00"),
      ("2026-02-30", nil), ("2026-13-01", nil), ("1800-01-01", nil), ("2026-3-1", nil),
      ("2026-03-20T", nil), ("2026-03-20T18", nil), ("2026-03-20 18:30", nil),
      ("2026-03-20T18:30:00+1", nil), ("2026-03-20T18:30:00Zx", nil), ("soon", nil), ("", nil),
      ("٢026-03-20", nil),
    ] as [(String, String?)]
  )
  func past(text: String, expected: String?) {
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
    tzset()
    #expect(pastTime(text, before: Self.night)?.text == expected)
    unsetenv("TZ")
    tzset()
  }
}
