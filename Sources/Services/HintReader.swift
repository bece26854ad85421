import DBus
import Notifications

/// Reads the hints of one call: those that mean something, and all of them for read-back.
///
/// A hint of a wrong type counts as absent (FD-191); of two with one name the first counts (FD-195).
struct HintReader {
  private var hints: [Hint] = []
  private var names: Set<String> = []
  private var keptBytes = 0
  /// Of the values that were read, kept or not.
  private var readBytes = 0
  private var urgency: Notification.Urgency = .normal
  private var category = ""
  /// The claim to be an app (ID-040).
  private(set) var desktopEntry = ""
  private(set) var displayName = ""
  private var value: Int?
  private var lockScreen = LockScreenHints()
  private var isResident = false
  private var isTransient = false
  private var isPrivate = false
  private var appends = false
  private var tag: (place: Int, text: String)?
  private(set) var hark = HarkHints()
  private var images: [(place: Int, source: Reader)] = []

  /// What was left out, for the log.
  private(set) var problems: [String] = []

  /// First non-empty wins (CAN-003).
  private static let tagNames = [
    "x-dunst-stack-tag", "x-canonical-private-synchronous", "private-synchronous", "synchronous",
    "x-hark-tag",
  ]
  /// First usable wins (FD-151, FD-152).
  private static let imageNames = ["x-hark-image", "image-data", "image_data", "icon_data"]
  /// What is kept for read-back of one call, in bytes.
  private static let keptLimit = 64 << 10
  /// Looked at in search of what can be kept; one message has room for thousands that cannot.
  private static let readLimit = 1 << 20
  /// Of a tag or category, in bytes.
  private static let nameLimit = 512

  mutating func read(_ name: String, _ reader: inout Reader) {
    guard names.insert(name).inserted else { return }
    var unwrapped = reader
    // A variant inside a variant is as good as its contents (FD-194).
    for _ in 0..<8 where unwrapped.type == UInt8(ascii: "v") {
      guard let inner = unwrapped.inside() else { break }
      unwrapped = inner
    }
    if let place = Self.imageNames.firstIndex(of: name) {
      return images.append((place, unwrapped))
    }
    interpret(name, unwrapped)
    let room = min(Self.keptLimit - keptBytes - name.utf8.count, Self.readLimit - readBytes)
    var budget = room
    let value = HintValue(&reader, &budget)
    readBytes += room - budget
    guard let value else { return }
    keptBytes += name.utf8.count + value.cost
    hints.append(Hint(name: name, value: value))
  }

  private mutating func interpret(_ name: String, _ value: Reader) {
    var reader = value
    let isUnderstood: Bool
    switch name {
    case "urgency":
      // Chromium sent UInt32, KNotifications sends Int32.
      let level = reader.integer()
      urgency = level.flatMap { UInt8(exactly: $0) }.flatMap { .init(rawValue: $0) } ?? .normal
      isUnderstood = level != nil
    case "category":
      let text = reader.string()
      category = NotifyRequest.bounded(
        String((text ?? "").prefix { $0 != "," }),
        to: Self.nameLimit
      )
      isUnderstood = text != nil
    case "desktop-entry":
      let text = reader.string()
      desktopEntry = NotifyRequest.bounded(text ?? "", to: Self.nameLimit)
      isUnderstood = text != nil
    case "x-kde-display-appname":
      let text = reader.string()
      displayName = PlainText.name(text ?? "")
      isUnderstood = text != nil
    case "value":
      // What is beyond the bar's ends, NaN included, is at one of them or none.
      let number = reader.integer().map { Double($0) } ?? reader.double()
      self.value = number.flatMap { $0.isNaN ? nil : Int(max(-1, min($0, 100))) }
      isUnderstood = number != nil
    case "resident":
      let flag = reader.flag()
      isResident = flag ?? false
      isUnderstood = flag != nil
    case "transient":
      let flag = reader.flag()
      isTransient = flag ?? false
      isUnderstood = flag != nil
    case "x-hark-private":
      let flag = reader.flag()
      isPrivate = flag ?? false
      isUnderstood = flag != nil
    case "x-gnome-privacy-scope":
      let scope = reader.string()
      lockScreen.isForAll = scope == "system"
      isUnderstood = scope != nil
    case "x-hark-hide-on-lock-screen":
      let flag = reader.flag()
      lockScreen.hides = flag ?? false
      isUnderstood = flag != nil
    case "x-hark-hide-content-on-lock-screen":
      let flag = reader.flag()
      lockScreen.hidesContent = flag ?? false
      isUnderstood = flag != nil
    case "x-canonical-append", "append":
      isUnderstood = reader.type == UInt8(ascii: "s") || reader.type == UInt8(ascii: "b")
      appends = appends || isUnderstood
    default:
      guard let place = Self.tagNames.firstIndex(of: name) else {
        guard let isHarks = hark.read(name, value) else { return }
        isUnderstood = isHarks
        break
      }
      let text = reader.string()
      if let text, !text.isEmpty, place < tag?.place ?? .max {
        tag = (place, NotifyRequest.bounded(text, to: Self.nameLimit))
      }
      isUnderstood = text != nil
    }
    if !isUnderstood { problems.append("hint \(name) of type \(reader.signature)") }
  }

  mutating func apply(to notification: inout Notification) {
    notification.hints = hints
    notification.urgency = urgency
    notification.category = category
    notification.isResident = isResident
    notification.isTransient = isTransient
    notification.isPrivate = isPrivate
    notification.appends = appends
    notification.onLockScreen = lockScreen.sum
    notification.tag = tag?.text
    if let value {
      // An on-screen display shows an empty bar (CAN-004) where others show none (FD-198).
      let isOnScreenDisplay = notification.tag != nil
      notification.progress = value >= 0 ? value : isOnScreenDisplay ? 0 : nil
    }
    for image in images.sorted(by: { $0.place < $1.place }) {
      var source = image.source
      if let picture = Picture(&source) {
        notification.image = picture
        break
      }
      problems.append("\(Self.imageNames[image.place]) that is no sound image")
    }
  }
}

/// What may be seen while the session is locked (PT-043, DUN-004): who says less is believed first.
private struct LockScreenHints {
  var isForAll = false
  var hides = false
  var hidesContent = false

  var sum: Notification.LockScreen {
    if hides { return .nothing }
    return isForAll && !hidesContent ? .content : .name
  }
}

extension Reader {
  /// Any integer type; a `t` beyond Int64 counts as its largest value.
  fileprivate mutating func integer() -> Int64? {
    switch type {
    case UInt8(ascii: "y"): byte().map { Int64($0) }
    case UInt8(ascii: "n"): int16().map { Int64($0) }
    case UInt8(ascii: "q"): uint16().map { Int64($0) }
    case UInt8(ascii: "i"): int32().map { Int64($0) }
    case UInt8(ascii: "u"): uint32().map { Int64($0) }
    case UInt8(ascii: "x"): int64()
    case UInt8(ascii: "t"): uint64().map { Int64(clamping: $0) }
    default: nil
    }
  }

  /// A boolean, or an integer that is not zero (FD-192).
  mutating func flag() -> Bool? {
    if let flag = boolean() { return flag }
    return integer().map { $0 != 0 }
  }
}

extension Picture {
  /// A `(iiibiiay)` (FD-154).
  init?(_ reader: inout Reader) {
    guard reader.signature == "(iiibiiay)" else { return nil }
    let decoded: Picture?? = reader.enter { fields -> Picture? in
      guard let width = fields.int32(), let height = fields.int32(), let stride = fields.int32(),
        let hasAlpha = fields.boolean(), let bits = fields.int32(), let channels = fields.int32(),
        let image = RawImage(
          width: width,
          height: height,
          rowStride: stride,
          hasAlpha: hasAlpha,
          bitsPerSample: bits,
          channels: channels
        )
      else { return nil }
      return fields.withBytes { image.picture(of: $0.span) } ?? nil
    }
    guard let picture = decoded ?? nil else { return nil }
    self = picture
  }
}
