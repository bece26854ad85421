import Configuration

/// What rules want of a notification; what none of them sets is nil.
package struct Outcome: Equatable, Sendable {
  package var urgency: Urgency?
  /// In milliseconds; 0 is for ever.
  package var timeout: Int?
  package var popup: Bool?
  package var centre: Bool?
  package var history: Bool?
  package var store: Bool?
  package var drop: Bool?
  package var sound: String?
  package var group: String?
  package var tag: String?
  package var category: String?
  package var icon: String?
  package var style = Style()
  package var format: String?
  package var keepAfterClose: Bool?
  package var passLevel: Int?
  /// Those of all rules that match, in their order.
  package var run: [RunCommand] = []

  package init() {}
}

/// Colours of a popup.
package struct Style: Equatable, Sendable {
  package var background: StyleColor?
  package var border: StyleColor?
  package var appName: StyleColor?
  package var title: StyleColor?
  package var body: StyleColor?
  package var accent: StyleColor?
  package var button: StyleColor?

  package init() {}
}

package struct StyleColor: Equatable, Sendable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  /// `#RRGGBB` or `#RGB`: cards are opaque.
  package init?(_ text: String) {
    var digits: [UInt8] = []
    guard text.utf8.first == UInt8(ascii: "#") else { return nil }
    for byte in text.utf8.dropFirst() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digits.append(byte - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
    if digits.count == 3 { digits = digits.flatMap { [$0, $0] } }
    guard digits.count == 6 else { return nil }
    red = digits[0] << 4 | digits[1]
    green = digits[2] << 4 | digits[3]
    blue = digits[4] << 4 | digits[5]
  }

  var text: String {
    var text = "#"
    for byte in [red, green, blue] {
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return text
  }
}

/// A program that a rule starts.
package struct RunCommand: Equatable, Sendable {
  package enum Occasion: String, CaseIterable, Sendable {
    case shown, action, closed
  }

  /// The program and its arguments, as they are: no shell reads them.
  package var command: [String] = []
  package var occasion = Occasion.shown

  package init() {}
}
