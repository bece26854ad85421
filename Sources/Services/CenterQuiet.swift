import DBus
import Notifications

// Center1: quiet, beyond what its properties set.

extension Center {
  var quietMethods: [Method] {
    [
      Method("SetQuietHours", [Argument("hours", "a(asss)")]) {
        [unowned(unsafe) self] in setQuietHours($0)
      },
      Method("SetModes", [Argument("modes", "as")]) { [unowned(unsafe) self] call in
        var reader = call.message.reader()
        desk.handle(.quiet(.modes(reader.strings() ?? [], calls.open(call))))
      },
      Method("ClearInhibitions") { [unowned(unsafe) self] in
        desk.handle(.quiet(.clearInhibitions(calls.open($0))))
      },
    ]
  }

  private func setQuietHours(_ call: MethodCall) {
    var windows: [WeeklyHours.Window?] = []
    var reader = call.message.reader()
    reader.forEach { element in
      _ = element.enter { fields in
        let days = fields.strings() ?? []
        let (from, to) = (fields.string() ?? "", fields.string() ?? "")
        windows.append(WeeklyHours.Window(days: days, from: from, to: to))
      }
    }
    guard windows.allSatisfy({ $0 != nil }) else {
      return call.fail(.invalidArgs, "days are mon to sun, times such as 22:30")
    }
    guard let hours = WeeklyHours(windows.compactMap { $0 }) else {
      return call.fail(.invalidArgs, "at most \(WeeklyHours.limit) of them")
    }
    desk.handle(.quiet(.hours(hours, calls.open(call))))
  }
}
