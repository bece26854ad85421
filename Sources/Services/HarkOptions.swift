import DBus
import Notifications

/// The options of one call of `Notifications1`, each of the one type that it may have; what is not
/// known is ignored.
struct HarkOptions {
  enum Method {
    case show
    case create
    case update
  }

  struct Invalid: Error, Equatable {
    let words: String
  }

  /// A picture as it was given: paths, URIs, descriptors and broken pixels are none (WEB-016).
  struct GivenPicture {
    var picture: Picture?
  }

  let method: Method
  /// Of several options with one name the first counts.
  private var names: Set<String> = []
  private(set) var problem: String?

  private(set) var direction: WebOptions.Direction?
  private(set) var language: String?
  private(set) var navigate: String?
  private(set) var data: [UInt8]?
  private(set) var timestamp: Int64?
  private(set) var isSilent: Bool?
  private(set) var vibration: [UInt32]?
  private(set) var requiresInteraction: Bool?
  private(set) var isPersistent: Bool?
  private(set) var closesOnClick: Bool?
  private(set) var category: String?
  private(set) var origin = ""
  private(set) var image: GivenPicture?
  private(set) var icon: GivenPicture?
  private(set) var badge: GivenPicture?
  private(set) var actions: [Action]?

  // `Show` only.
  private(set) var body = ""
  private(set) var isMarkup = false
  private(set) var tag = ""
  private(set) var alertsAgain = false
  private(set) var urgency = Notification.Urgency.normal
  private(set) var timeout = Notification.Timeout.byUrgency

  // `Create` and `Update` only.
  private(set) var template: WebOptions.Template?
  private(set) var title: String?
  private(set) var message: String?
  private(set) var expandedMessage: String?
  private(set) var priority: Int?
  private(set) var items: [WebOptions.Item]?
  private(set) var progress: Int?

  struct Action: Equatable {
    var name: String
    var title: String
    var navigate: String
  }

  static let maxActions = 4
  private static let longestTag = 512
  private static let mostData = 64 << 10

  init(_ method: Method, _ reader: inout Reader) throws(Invalid) {
    self.method = method
    reader.forEachEntry { take($0, &$1) }
    if let problem { throw Invalid(words: problem) }
  }

  static func wrongType(_ name: String, _ type: String, _ value: Reader) -> String {
    "\(name) is of type \(type), not \(value.signature)"
  }

  // MARK: Reading

  private mutating func take(_ name: String, _ value: inout Reader) {
    guard problem == nil, names.insert(name).inserted else { return }
    switch name {
    case "dir": direction = word(name, &value)
    case "lang": language = text(name, &value)
    case "navigate": navigate = text(name, &value)
    case "data": data = bytes(name, &value)
    case "silent": isSilent = flag(name, &value)
    case "vibrate": vibration = numbers(name, &value)
    case "requireInteraction": requiresInteraction = flag(name, &value)
    case "persistent": isPersistent = flag(name, &value)
    case "autoClose": closesOnClick = flag(name, &value)
    case "category": category = text(name, &value)
    case "x-hark-origin": origin = text(name, &value) ?? ""
    case "image": image = picture(name, &value)
    case "icon": icon = picture(name, &value)
    case "badge": badge = picture(name, &value)
    default:
      if method == .show { takeOfShow(name, &value) } else { takeOfCreate(name, &value) }
    }
  }

  private mutating func takeOfShow(_ name: String, _ value: inout Reader) {
    switch name {
    case "body": body = text(name, &value) ?? ""
    case "body-markup": isMarkup = flag(name, &value) ?? false
    case "tag":
      tag = text(name, &value) ?? ""
      if tag.utf8.count > Self.longestTag { fail("tag is longer than \(Self.longestTag) bytes") }
    case "timestamp":
      timestamp = value.int64()
      if timestamp == nil { fail(Self.wrongType(name, "x", value)) }
    case "renotify": alertsAgain = flag(name, &value) ?? false
    case "actions": actions = actionList(name, &value)
    case "urgency":
      guard let level = value.byte() else { return fail(Self.wrongType(name, "y", value)) }
      guard let urgency = Notification.Urgency(rawValue: level) else {
        return fail("urgency is 0, 1 or 2, not \(level)")
      }
      self.urgency = urgency
    case "expire":
      guard let count = number(name, &value) else { return }
      timeout = count == 0 ? .never : count < 0 ? .byUrgency : .milliseconds(count)
    default: break
    }
  }

  private mutating func takeOfCreate(_ name: String, _ value: inout Reader) {
    switch name {
    case "type": template = word(name, &value)
    case "title": title = text(name, &value)
    case "message": message = text(name, &value)
    case "expandedMessage": expandedMessage = text(name, &value)
    case "priority":
      guard let number = number(name, &value) else { return }
      guard (-2...2).contains(number) else { return fail("priority is -2 to 2, not \(number)") }
      priority = Int(number)
    case "eventTime":
      guard let time = value.double() else { return fail(Self.wrongType(name, "d", value)) }
      // What is no time is the time of receipt (WEB-218).
      timestamp = time >= 0 && time < 9e15 ? Int64(time) : nil
    case "items": items = itemList(name, &value)
    case "progress":
      guard let number = number(name, &value) else { return }
      guard (0...100).contains(number) else { return fail("progress is 0 to 100, not \(number)") }
      progress = Int(number)
    case "buttons": actions = actionList(name, &value)
    default: break
    }
  }

  private mutating func fail(_ words: String) {
    problem = problem ?? words
  }

  private mutating func text(_ name: String, _ value: inout Reader) -> String? {
    let text = value.string()
    if text == nil { fail(Self.wrongType(name, "s", value)) }
    return text
  }

  private mutating func flag(_ name: String, _ value: inout Reader) -> Bool? {
    let flag = value.boolean()
    if flag == nil { fail(Self.wrongType(name, "b", value)) }
    return flag
  }

  private mutating func number(_ name: String, _ value: inout Reader) -> Int32? {
    let number = value.int32()
    if number == nil { fail(Self.wrongType(name, "i", value)) }
    return number
  }

  private mutating func word<T: RawRepresentable>(_ name: String, _ value: inout Reader) -> T?
  where T.RawValue == String {
    guard let text = text(name, &value) else { return nil }
    let word = T(rawValue: text)
    if word == nil { fail("\(name) cannot be “\(NotifyRequest.bounded(text, to: 100))”") }
    return word
  }

  private mutating func bytes(_ name: String, _ value: inout Reader) -> [UInt8]? {
    guard value.signature == "ay", let bytes = value.withBytes({ [UInt8]($0) }) else {
      fail(Self.wrongType(name, "ay", value))
      return nil
    }
    if bytes.count > Self.mostData { fail("\(name) is longer than \(Self.mostData) bytes") }
    return bytes
  }

  private mutating func numbers(_ name: String, _ value: inout Reader) -> [UInt32]? {
    let numbers = value.vibration()
    if numbers == nil { fail(Self.wrongType(name, "au", value)) }
    return numbers
  }

  private mutating func itemList(_ name: String, _ value: inout Reader) -> [WebOptions.Item]? {
    let items = value.items()
    if items == nil { fail(Self.wrongType(name, "a(ss)", value)) }
    return items
  }

  /// Buttons have no names of their own.
  private mutating func actionList(_ name: String, _ value: inout Reader) -> [Action]? {
    guard value.signature == "aa{sv}" else {
      fail(Self.wrongType(name, "aa{sv}", value))
      return nil
    }
    let needsName = method == .show
    let most = needsName ? Self.maxActions : 2
    var actions: [Action] = []
    var count = 0
    value.forEach { fields in
      var key: String? = needsName ? nil : "button:\(count)"
      var title: String?
      var navigate = ""
      fields.forEachEntry { field, value in
        switch field {
        case "action" where needsName: key = text("\(name)[\(count)].action", &value)
        case "title": title = text("\(name)[\(count)].title", &value)
        case "navigate" where needsName:
          navigate = text("\(name)[\(count)].navigate", &value) ?? ""
        case "placeholder" where needsName: _ = text("\(name)[\(count)].placeholder", &value)
        case "icon": _ = picture("\(name)[\(count)].icon", &value)
        default: break
        }
      }
      if key == nil { fail("\(name)[\(count)] has no action") }
      if title == nil { fail("\(name)[\(count)] has no title") }
      if let key, let title, actions.count < most {
        actions.append(Action(name: key, title: title, navigate: navigate))
      }
      count += 1
    }
    return actions
  }

  private mutating func picture(_ name: String, _ value: inout Reader) -> GivenPicture? {
    guard let form = value.inside() ?? Optional(value) else { return nil }
    var source = form
    switch source.signature {
    case "s", "h": return GivenPicture()
    case "(iiibiiay)": return GivenPicture(picture: Picture(&source))
    default:
      fail(Self.wrongType(name, "s, h or (iiibiiay)", value))
      return nil
    }
  }
}

// What is the same in options and hints; nil: it is of another type.
extension Reader {
  mutating func vibration() -> [UInt32]? {
    guard signature == "au" else { return nil }
    var numbers: [UInt32] = []
    forEach { if let number = $0.uint32(), numbers.count < 100 { numbers.append(number) } }
    return numbers
  }

  /// The lines of a list (WEB-213).
  mutating func items() -> [WebOptions.Item]? {
    guard signature == "a(ss)" else { return nil }
    var items: [WebOptions.Item] = []
    forEach { item in
      _ = item.enter {
        guard items.count < 100, let title = $0.string(), let message = $0.string() else { return }
        items.append(
          WebOptions.Item(
            title: NotifyRequest.bounded(title, to: 4 << 10),
            message: NotifyRequest.bounded(message, to: 4 << 10)
          )
        )
      }
    }
    return items
  }
}
