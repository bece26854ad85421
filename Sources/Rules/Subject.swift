import CLibc
package import Configuration

package enum Urgency: String, CaseIterable, Sendable {
  case low, normal, critical
}

/// How far it is proved who sent a notification.
package enum TrustLevel: String, CaseIterable, Sendable {
  case sandbox, unit, name, exe, program, none
}

/// A notification as rules see it; an object, as it has many texts, and is asked about at each call.
package final class Subject {
  /// `app:org.gnome.Builder`, `flatpak:ID`, `exe:PATH`; the site of a browser follows after a `#`.
  package var principal = "" {
    didSet {
      guard !principal.hasBytes(of: oldValue) else { return }
      principals = Self.names(of: principal)
      principalBits = principals.reduce(0) { $0 | Sieve.bits(of: $1) }
    }
  }
  /// What the sender calls itself.
  package var appName = "" {
    didSet { if !appName.hasBytes(of: oldValue) { appNameBits = Sieve.bits(of: appName) } }
  }
  /// Whether what it calls itself agrees with who it is.
  package var isVerified = false
  package var level = TrustLevel.none
  package var category = ""
  package var urgency = Urgency.normal
  package var summary = ""
  /// Without markup.
  package var body = ""
  package var origin = ""
  package var tag = ""
  package var hints: [Named<String>] = []
  package var weekday = Weekday.mon
  /// Of the day, in local time.
  package var minute = 0
  package var output = ""
  package var isQuiet = false
  package var modes: [String] = []

  /// What a rule may call the sender: the principal, and without kind and site.
  private(set) var principals = [""]
  private(set) var principalBits = Sieve.bits(of: "")
  private(set) var appNameBits = Sieve.bits(of: "")

  package init() {}

  /// The time in milliseconds since the epoch, on the clocks here.
  package func setTime(_ milliseconds: Int64) {
    var seconds = time_t(milliseconds / 1000)
    var reading = tm()
    guard localtime_r(&seconds, &reading) != nil else { return }
    minute = Int(reading.tm_hour) * 60 + Int(reading.tm_min)
    // C's week begins with Sunday.
    weekday = Weekday.allCases[(Int(reading.tm_wday) + 6) % 7]
  }

  private static func names(of principal: String) -> [String] {
    var names = [principal]
    let whole = principal.split(separator: "#", maxSplits: 1).first ?? ""
    if whole.utf8.count < principal.utf8.count { names.append(String(whole)) }
    if let colon = whole.utf8.firstIndex(of: UInt8(ascii: ":")) {
      names.append(String(whole[whole.utf8.index(after: colon)...]))
    }
    return names
  }
}

extension String {
  /// `==` takes twins for one text, and patterns do not.
  fileprivate func hasBytes(of other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
