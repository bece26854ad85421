package enum Weekday: String, CaseIterable, Sendable {
  case mon, tue, wed, thu, fri, sat, sun

  var previous: Weekday {
    switch self {
    case .mon: .sun
    case .tue: .mon
    case .wed: .tue
    case .thu: .wed
    case .fri: .thu
    case .sat: .fri
    case .sun: .sat
    }
  }
}

/// A span of local time on some days of the week.
///
/// One that ends before it begins spans midnight and belongs to the day on which it begins; one that
/// ends when it begins lasts a day. As only the clock on the wall is asked, a change of summer time
/// neither skips nor doubles it (WEB-303).
package struct WeeklySpan: Equatable, Sendable {
  package var days = Weekday.allCases
  /// Minutes of the day.
  package var from = 0
  package var to = 0

  package init(days: [Weekday] = Weekday.allCases, from: Int = 0, to: Int = 0) {
    self.days = days
    self.from = from
    self.to = to
  }

  package func contains(_ weekday: Weekday, minute: Int) -> Bool {
    if from < to { return days.contains(weekday) && from <= minute && minute < to }
    return minute >= from && days.contains(weekday)
      || minute < to && days.contains(weekday.previous)
  }

  package static var settings: [Setting<WeeklySpan>] {
    [
      Setting(
        "days",
        .list(of: .choice, "an array of days, \"mon\" to \"sun\""),
        "The days on which it begins; every day where none are given.",
        get: { $0.days },
        set: { $0.days = $1 }
      ),
      Setting(
        "from",
        .timeOfDay,
        "When it begins, in local time.",
        isRequired: true,
        get: { $0.from },
        set: { $0.from = $1 }
      ),
      Setting(
        "to",
        .timeOfDay,
        "When it ends; before `from` it is on the next day.",
        isRequired: true,
        get: { $0.to },
        set: { $0.to = $1 }
      ),
    ]
  }
}
