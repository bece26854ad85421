import CLibc

/// A message as it came, and where in its bytes the header's fields lie.
///
/// A bus passes on nothing that breaks the rules of the wire, and no byte is read here that is not
/// the message's own, whatever its lengths say.
package final class Message {
  private let base: UnsafeMutableRawPointer
  /// Bytes on the wire.
  package let size: Int
  package let kind: Kind
  let serial: UInt32
  let isSwapped: Bool
  private let flags: UInt8
  private var fields = Fields()
  private let bodyStart: Int
  /// How many descriptors belong to it.
  private(set) var descriptorCount = 0
  /// What came along; they are closed with the message. Empty where there was no room for them.
  private(set) var descriptors: [Int32] = []
  private var room: DescriptorRoom?

  package enum Kind: UInt8 {
    case other = 0
    case methodCall = 1
    case methodReturn = 2
    case error = 3
    case signal = 4
  }

  private struct Fields {
    var path: Place?
    var interface: Place?
    var member: Place?
    var errorName: Place?
    var sender: Place?
    var signature: Place?
    var replySerial: UInt32 = 0
  }

  /// Where a text lies.
  private struct Place {
    var start: Int
    var count: Int
  }

  /// Takes over `base`, which `free` gives back. Nil when the header is none.
  init?(adopting base: UnsafeMutableRawPointer, size: Int) {
    self.base = base
    self.size = size
    let bytes = UnsafeRawBufferPointer(start: base, count: size)
    let layout = Layout(bytes)
    kind = layout.flatMap { _ in Kind(rawValue: bytes[1]) } ?? .other
    isSwapped = layout?.isSwapped ?? false
    flags = layout == nil ? 0 : bytes[2]
    serial = layout?.serial ?? 0
    bodyStart = layout?.bodyStart ?? size
    guard let layout, layout.size == size, parseFields(until: layout.fieldsEnd) else { return nil }
  }

  /// A message from its bytes.
  package convenience init?(_ bytes: [UInt8]) {
    self.init(adopting: copy(bytes), size: bytes.count)
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
    room?.open -= descriptors.count
    free(base)
  }

  /// Takes over the descriptors that came with it, or closes them.
  func take(_ arrived: [Int32], _ room: DescriptorRoom) {
    let isWhole = arrived.count == descriptorCount
    // What we asked for is not in the hands of who sends much.
    let isAnswer = kind == .methodReturn
    guard isWhole, isAnswer || room.open + arrived.count <= DescriptorRoom.limit else {
      for descriptor in arrived { close(descriptor) }
      return
    }
    room.open += arrived.count
    self.room = room
    descriptors = arrived
  }

  private func parseFields(until end: Int) -> Bool {
    var at = Layout.fieldsStart
    while at < end {
      at = aligned(at, 8)
      guard let code = byte(at), byte(at + 1) == 1, let type = byte(at + 2) else { return false }
      let value = at + 4
      switch type {
      case UInt8(ascii: "s"), UInt8(ascii: "o"):
        guard let count: UInt32 = integer(value), holds(value + 4, Int(count) + 1) else {
          return false
        }
        keep(code, Place(start: value + 4, count: Int(count)))
        at = value + 4 + Int(count) + 1
      case UInt8(ascii: "g"):
        guard let count = byte(value), holds(value + 1, Int(count) + 1) else { return false }
        keep(code, Place(start: value + 1, count: Int(count)))
        at = value + 1 + Int(count) + 1
      case UInt8(ascii: "u"):
        guard let number: UInt32 = integer(value) else { return false }
        if code == 5 { fields.replySerial = number }
        if code == 9 { descriptorCount = Int(number) }
        at = value + 4
      default:
        return false
      }
    }
    return at == end
  }

  private func keep(_ code: UInt8, _ place: Place) {
    switch code {
    case 1: fields.path = place
    case 2: fields.interface = place
    case 3: fields.member = place
    case 4: fields.errorName = place
    case 7: fields.sender = place
    case 8: fields.signature = place
    default: break
    }
  }

  // MARK: The header

  /// The unique name of whoever sent it; "" on a message that came from no bus.
  package var sender: String { text(fields.sender) }
  package var path: String { text(fields.path) }
  /// "" when the header is missing.
  package var interface: String { text(fields.interface) }
  package var member: String { text(fields.member) }
  package var errorName: String { text(fields.errorName) }
  package var signature: String { text(fields.signature) }
  package var replySerial: UInt32 { fields.replySerial }
  package var expectsReply: Bool { flags & HeaderFlags.noReply == 0 }

  /// The error that an error message carries.
  package var error: DBusError {
    var reader = reader()
    return DBusError(name: errorName, message: reader.string() ?? "")
  }

  package func isSignal(_ interface: InterfaceName, _ member: MemberName) -> Bool {
    kind == .signal && has(interface) && has(member)
  }

  // Comparisons that make no String.

  package func hasSignature(_ signature: Signature) -> Bool {
    signature.text.isEmpty ? fields.signature?.count ?? 0 == 0 : holds(fields.signature, signature)
  }

  func has(_ path: ObjectPath) -> Bool { holds(fields.path, path) }
  package func has(_ name: InterfaceName) -> Bool { holds(fields.interface, name) }
  func has(_ name: MemberName) -> Bool { holds(fields.member, name) }
  var hasInterface: Bool { fields.interface != nil }

  private func holds(_ place: Place?, _ name: some ValidatedName) -> Bool {
    guard let place, place.count == name.text.utf8.count else { return false }
    // Names are native strings, and those are contiguous.
    return name.text.utf8.withContiguousStorageIfAvailable { [base] bytes in
      bytes.baseAddress.map { memcmp($0, base + place.start, place.count) == 0 } ?? true
    } ?? false
  }

  private func text(_ place: Place?) -> String {
    place.map { text($0.start, $0.count) } ?? ""
  }

  // MARK: Bytes

  var bytes: [UInt8] { [UInt8](buffer(0, size)) }

  func holds(_ start: Int, _ count: Int) -> Bool {
    start <= size && count <= size - start
  }

  func byte(_ at: Int) -> UInt8? {
    at < size ? base.load(fromByteOffset: at, as: UInt8.self) : nil
  }

  func integer<T: FixedWidthInteger & BitwiseCopyable>(_ at: Int) -> T? {
    guard holds(at, MemoryLayout<T>.size) else { return nil }
    let value = base.loadUnaligned(fromByteOffset: at, as: T.self)
    return isSwapped ? value.byteSwapped : value
  }

  /// The caller has seen that the message holds them.
  @inline(never)
  func text(_ start: Int, _ count: Int) -> String {
    String(decoding: buffer(start, count), as: UTF8.self)
  }

  /// The caller has seen that the message holds them. Valid as long as the message.
  func buffer(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base + start, count: count)
  }

  /// Reads the arguments in order.
  package func reader() -> Reader {
    let types = fields.signature ?? Place(start: 0, count: 0)
    return Reader(self, bodyStart, types: types.start..<types.start + types.count)
  }
}

/// How many descriptors are open that came with messages: a message may wait long, and most are
/// never asked for what came with them.
final class DescriptorRoom {
  static let limit = 256
  var open = 0
}

enum HeaderFlags {
  static let noReply: UInt8 = 1
  static let noAutoStart: UInt8 = 2
}

/// What the first 16 bytes of a message tell.
struct Layout {
  let isSwapped: Bool
  let serial: UInt32
  let fieldsEnd: Int
  let bodyStart: Int
  let size: Int

  /// Bytes from which the size of a message is known; also where its fields start.
  static let fieldsStart = 16
  /// The protocol's limit, in bytes.
  static let largest = 128 << 20

  /// Nil where fewer bytes are than that, or where these start no message.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.fieldsStart, bytes[3] == 1 else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "l"): isSwapped = Self.isBigEndianHost
    case UInt8(ascii: "B"): isSwapped = !Self.isBigEndianHost
    default: return nil
    }
    let isSwapped = isSwapped
    func word(_ offset: Int) -> UInt32 {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return isSwapped ? word.byteSwapped : word
    }
    serial = word(8)
    fieldsEnd = Self.fieldsStart + Int(word(12))
    bodyStart = aligned(fieldsEnd, 8)
    size = bodyStart + Int(word(4))
    guard size <= Self.largest else { return nil }
  }

  static var isBigEndianHost: Bool { 1.bigEndian == 1 }
}

private func copy(_ bytes: [UInt8]) -> UnsafeMutableRawPointer {
  let copy = allocate(bytes.count)
  copy.copyMemory(from: bytes, byteCount: bytes.count)
  return copy
}

/// Memory that `free` gives back.
func allocate(_ size: Int) -> UnsafeMutableRawPointer {
  guard let memory = malloc(max(size, 1)) else { preconditionFailure("out of memory") }
  return memory
}

/// The next offset that is a multiple of `alignment`, a power of two.
func aligned(_ offset: Int, _ alignment: Int) -> Int {
  (offset + alignment - 1) & ~(alignment - 1)
}
