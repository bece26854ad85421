package import Notifications

/// The question whether an app may notify, as the user reads it.
package struct Question: Equatable {
  /// The principal's key, which an answer names.
  package let app: String
  /// Who asks, as proved; never what it says of itself.
  package let name: String
  /// What the name rests on.
  package let grounds: String
  /// Told by its end, as a site is.
  package let nameCut: TextStyle.Cut

  package static let words = "Allow notifications?"
  package static let heading = "Permission"

  package init(app: String, asker: Sender?) {
    self.app = app
    let parts = app.split(separator: "#", maxSplits: 1)
    let key = parts.first.map { String($0) } ?? app
    let known = asker?.name ?? ""
    let name = known.isEmpty ? Self.id(of: key) : known
    if parts.count == 2 {
      // A site: the browser is who says so.
      self.name = PlainText.site(String(parts[1]), limit: 1 << 10)
      nameCut = .start
      grounds = "a site, as \(Self.part(name)) says: \(Self.part(key))\(Self.proof(asker))"
    } else {
      self.name = PlainText.name(name)
      nameCut = .end
      grounds = Self.part(key) + Self.proof(asker)
    }
  }

  private static func part(_ name: String) -> String { PlainText.isolated(PlainText.name(name)) }

  private static func id(of key: String) -> String {
    guard let colon = key.firstIndex(of: ":") else { return key }
    let id = key[key.index(after: colon)...]
    return id.isEmpty ? key : String(id)
  }

  private static func proof(_ asker: Sender?) -> String {
    guard let asker else { return "" }
    return switch asker.level {
    case .sandbox: ", by its sandbox"
    case .unit: ", by its systemd unit"
    case .name: ", by its name on the bus"
    case .exe: ", by its program"
    case .program: ", a program that belongs to no app"
    case .none: ""
    }
  }
}

/// The colours of a question: no notification has them.
package struct QuestionPalette: Equatable, Sendable {
  package var band = Color(0x7c5cff)
  package var bandText = Color(0xffffff)
  package var background = Color(0x1f1a33)
  package var name = Color(0xffffff)
  package var grounds = Color(0xb3a9d6)
  package var words = Color(0xe6e0fa)
  package var button = Color(0x3a3160)
  package var buttonBorder = Color(0x564a8a)
  package var buttonUnderPointer = Color(0x51457f)
  package var buttonLabel = Color(0xffffff)

  package static let standard = QuestionPalette()
}
