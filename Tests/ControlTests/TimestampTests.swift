import CLibc
import Testing

@testable import Control

/// The time zone belongs to the process, so these run one after another.
@Suite(.serialized) struct TimestampTests {
  @Test(
    "RFC 3339 in local time",
    arguments: [
      ("UTC0", 0, "1970-01-01T00:00:00Z"),
      ("UTC0", 1_700_000_000_999, "2023-11-14T22:13:20Z"),
      ("UTC0", -1, "1969-12-31T23:59:59Z"),
      ("UTC0", 951_782_400_000, "2000-02-29T00:00:00Z"),
      ("UTC0", 253_402_300_800_000, "10000-01-01T00:00:00Z"),
      ("UTC0", -62_167_219_201_000, "-0001-12-31T23:59:59Z"),
      ("CET-1CEST,M3.5.0,M10.5.0/3", 1_700_000_000_000, "2023-11-14T23:13:20+01:00"),
      ("CET-1CEST,M3.5.0,M10.5.0/3", 1_690_000_000_000, "2023-07-22T06:26:40+02:00"),
      ("NST3:30", 1_700_000_000_000, "2023-11-14T18:43:20-03:30"),
    ] as [(String, Int64, String)]
  )
  func rfc3339(zone: String, milliseconds: Int64, expected: String) {
    setenv("TZ", zone, 1)
    tzset()
    #expect(Timestamp(milliseconds: milliseconds).text == expected)
    unsetenv("TZ")
    tzset()
  }

  @Test("a time that no calendar has is a number", arguments: [Int64.min, .max])
  func extremes(milliseconds: Int64) {
    #expect(!Timestamp(milliseconds: milliseconds).text.isEmpty)
  }

  @Test(
    "the distance in the largest unit that fits",
    arguments: [
      (0, "now"), (999, "now"), (-1000, "1 s ago"), (5000, "in 5 s"), (-119_000, "119 s ago"),
      (-120_000, "2 min ago"), (7_200_000, "in 2 h"), (-172_800_000, "2 days ago"),
    ] as [(Int64, String)]
  )
  func distance(offset: Int64, expected: String) {
    let now = Timestamp(milliseconds: 1_700_000_000_000)
    #expect(Timestamp(milliseconds: now.milliseconds + offset).distance(from: now) == expected)
  }

  @Test("a distance too large for the type does not trap")
  func farAway() {
    let text = Timestamp(milliseconds: .min).distance(from: Timestamp(milliseconds: 1))
    #expect(text == "at another time")
  }
}
