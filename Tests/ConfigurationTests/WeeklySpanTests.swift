import Testing

@testable import Configuration

@Suite struct WeeklyHoursTests {
  private static let night = WeeklySpan(days: [.fri], from: 22 * 60, to: 7 * 60)
  private static let noon = WeeklySpan(days: [.mon, .tue], from: 12 * 60, to: 13 * 60)
  private static let day = WeeklySpan(days: [.sun], from: 9 * 60, to: 9 * 60)

  @Test(
    "WEB-303 a span over midnight belongs to the day on which it begins",
    arguments: [
      (night, Weekday.fri, 21, 59, false), (night, .fri, 22, 0, true), (night, .fri, 23, 59, true),
      (night, .sat, 0, 0, true), (night, .sat, 6, 59, true), (night, .sat, 7, 0, false),
      (night, .fri, 3, 0, false), (night, .sat, 22, 0, false), (night, .sun, 3, 0, false),
      (noon, .mon, 11, 59, false), (noon, .mon, 12, 0, true), (noon, .tue, 12, 59, true),
      (noon, .tue, 13, 0, false), (noon, .wed, 12, 30, false),
      (day, .sun, 8, 59, false), (day, .sun, 9, 0, true), (day, .mon, 8, 59, true),
      (day, .mon, 9, 0, false),
    ] as [(WeeklySpan, Weekday, Int, Int, Bool)]
  )
  func spans(hours: WeeklySpan, weekday: Weekday, hour: Int, minute: Int, expected: Bool) {
    #expect(hours.contains(weekday, minute: hour * 60 + minute) == expected)
  }
}
