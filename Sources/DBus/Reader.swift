/// Reads the arguments of a message in order.
///
/// A value of another type than asked for is nil and stays unread. Where the bytes end before the
/// types do, the arguments end too.
package struct Reader {
  private let message: Message
  /// Where the next value is, before alignment.
  private var position: Int
  /// Where the values end.
  private let end: Int
  /// The types of the values, as a range of the message's bytes, and how much of it is read.
  private let types: Range<Int>
  private var cursor: Int
  /// The types start anew after each element.
  private let isArray: Bool

  init(_ message: Message, _ position: Int, types: Range<Int>) {
    self.init(message, position..<message.size, types: types, isArray: false)
  }

  private init(_ message: Message, _ values: Range<Int>, types: Range<Int>, isArray: Bool) {
    self.message = message
    position = values.lowerBound
    end = values.upperBound
    self.types = types
    cursor = types.lowerBound
    self.isArray = isArray
  }

  /// The D-Bus type code of the next value (`r` for a structure, `e` for a dictionary's entry), 0 at
  /// the end.
  package var type: UInt8 {
    switch code {
    case UInt8(ascii: "("): UInt8(ascii: "r")
    case UInt8(ascii: "{"): UInt8(ascii: "e")
    case let other: other
    }
  }

  /// The type of the next value as a signature has it.
  private var code: UInt8 {
    guard cursor < types.upperBound, !isArray || position < end else { return 0 }
    return message.byte(cursor) ?? 0
  }

  /// The D-Bus signature of the next value, "" at the end.
  package var signature: String {
    guard code != 0 else { return "" }
    return message.text(cursor, typeEnd(cursor) - cursor)
  }

  /// The type code of the elements of the array that comes next.
  package var elementType: UInt8 {
    guard code == UInt8(ascii: "a"), cursor + 1 < types.upperBound else { return 0 }
    return Reader(message, position..<end, types: cursor + 1..<types.upperBound, isArray: false)
      .type
  }

  package mutating func skip() {
    guard code != 0, let next = valueEnd(cursor, position, depth: 0) else { return stop() }
    pass(typeEnd(cursor), next)
  }

  // MARK: Basic types

  package mutating func byte() -> UInt8? { integer("y") }
  package mutating func boolean() -> Bool? { integer("b").map { (word: UInt32) in word != 0 } }
  package mutating func int16() -> Int16? { integer("n") }
  package mutating func uint16() -> UInt16? { integer("q") }
  package mutating func int32() -> Int32? { integer("i") }
  package mutating func uint32() -> UInt32? { integer("u") }
  package mutating func int64() -> Int64? { integer("x") }
  package mutating func uint64() -> UInt64? { integer("t") }
  package mutating func double() -> Double? { integer("d").map { Double(bitPattern: $0) } }
  package mutating func string() -> String? { text("s") }
  package mutating func objectPath() -> String? { text("o") }
  package mutating func signatureValue() -> String? { text("g") }

  /// One that came with the message, and is closed with it; nil also where it could not be taken.
  package mutating func descriptor() -> Int32? {
    guard let place: UInt32 = integer("h") else { return nil }
    return place < message.descriptors.count ? message.descriptors[Int(place)] : nil
  }

  private mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: Unicode.Scalar
  ) -> T? {
    guard code == UInt8(ascii: type) else { return nil }
    let size = MemoryLayout<T>.size
    let at = aligned(position, size)
    guard at + size <= end, let value: T = message.integer(at) else {
      stop()
      return nil
    }
    pass(cursor + 1, at + size)
    return value
  }

  private mutating func text(_ type: Unicode.Scalar) -> String? {
    guard code == UInt8(ascii: type) else { return nil }
    guard let range = textRange(UInt8(ascii: type), position) else {
      stop()
      return nil
    }
    pass(cursor + 1, range.upperBound + 1)
    return message.text(range.lowerBound, range.count)
  }

  // MARK: Containers

  /// A reader inside the variant that comes next.
  package func inside() -> Reader? {
    guard code == UInt8(ascii: "v"), let types = textRange(UInt8(ascii: "g"), position) else {
      return nil
    }
    return Reader(message, types.upperBound + 1..<end, types: types, isArray: false)
  }

  /// Goes into a variant, structure, array or dictionary entry; `body` reads what it likes of it.
  package mutating func enter<R>(_ body: (inout Reader) -> R) -> R? {
    guard var inner = container() else { return nil }
    let result = body(&inner)
    skip()
    return result
  }

  private func container() -> Reader? {
    switch code {
    case UInt8(ascii: "v"):
      return inside()
    case UInt8(ascii: "a"):
      return arrayRange(cursor, position).map {
        Reader(message, $0, types: cursor + 1..<typeEnd(cursor), isArray: true)
      }
    case UInt8(ascii: "("), UInt8(ascii: "{"):
      let start = aligned(position, 8)
      let close = typeEnd(cursor) - 1
      guard start <= end, cursor < close else { return nil }
      return Reader(message, start..<end, types: cursor + 1..<close, isArray: false)
    default:
      return nil
    }
  }

  /// Calls `body` at each element of an array, or the first ones; it need not read it.
  package mutating func forEach(atMost most: Int = .max, _ body: (inout Reader) -> Void) {
    guard code == UInt8(ascii: "a") else { return }
    guard var inner = container() else { return stop() }
    var count = 0
    while inner.code != 0, count < most {
      var element = inner
      body(&element)
      inner.skip()
      count += 1
    }
    skip()
  }

  /// Calls `body` with each key of an `a{sv}` and a reader inside its variant. The first 4096 count:
  /// one message has room for millions, and nobody has as many names to give.
  package mutating func forEachEntry(_ body: (String, inout Reader) -> Void) {
    forEach(atMost: 4096) { entry in
      _ = entry.enter { pair in
        guard let key = pair.string() else { return }
        _ = pair.enter { body(key, &$0) }
      }
    }
  }

  /// All of an `as`, or the first ones.
  package mutating func strings(atMost most: Int = .max) -> [String]? {
    guard elementType == UInt8(ascii: "s"), var inner = container() else { return nil }
    var result: [String] = []
    while result.count < most, let text = inner.string() { result.append(text) }
    skip()
    return result
  }

  /// The bytes of an `ay`, where they lie in the message.
  package mutating func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R? {
    guard elementType == UInt8(ascii: "y"), let range = arrayRange(cursor, position) else {
      return nil
    }
    let result = body(
      message.buffer(range.lowerBound, range.count).assumingMemoryBound(to: UInt8.self)
    )
    skip()
    return result
  }

  // MARK: Places

  /// The value at the cursor is read; the next one is at `position`.
  private mutating func pass(_ cursor: Int, _ position: Int) {
    self.position = position
    self.cursor = isArray && cursor == types.upperBound ? types.lowerBound : cursor
  }

  private mutating func stop() {
    position = end
    cursor = types.upperBound
  }

  /// Where the complete type at `start` of a signature ends.
  private func typeEnd(_ start: Int) -> Int {
    var depth = 0
    var at = start
    while at < types.upperBound, let code = message.byte(at) {
      at += 1
      switch code {
      case UInt8(ascii: "a"): continue
      case UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
      if depth == 0 { return at }
    }
    return types.upperBound
  }

  /// The bytes of a string, path or signature, without its NUL.
  private func textRange(_ type: UInt8, _ position: Int) -> Range<Int>? {
    let start: Int
    let count: Int
    if type == UInt8(ascii: "g") {
      guard let length = message.byte(position) else { return nil }
      start = position + 1
      count = Int(length)
    } else {
      let at = aligned(position, 4)
      guard let length: UInt32 = message.integer(at) else { return nil }
      start = at + 4
      count = Int(length)
    }
    return start + count < end ? start..<start + count : nil
  }

  /// The bytes of the elements of the array whose type is at `type`.
  private func arrayRange(_ type: Int, _ position: Int) -> Range<Int>? {
    let at = aligned(position, 4)
    guard let length: UInt32 = message.integer(at), let element = message.byte(type + 1) else {
      return nil
    }
    let start = aligned(at + 4, alignment(of: element))
    guard start <= end, Int(length) <= end - start else { return nil }
    return start..<start + Int(length)
  }

  /// Where the value whose type is at `type` ends.
  private func valueEnd(_ type: Int, _ position: Int, depth: Int) -> Int? {
    // Twice what the protocol allows.
    guard depth < 128, let code = message.byte(type) else { return nil }
    switch code {
    case UInt8(ascii: "s"), UInt8(ascii: "o"), UInt8(ascii: "g"):
      return textRange(code, position).map { $0.upperBound + 1 }
    case UInt8(ascii: "a"):
      return arrayRange(type, position).map { $0.upperBound }
    case UInt8(ascii: "v"):
      guard let types = textRange(UInt8(ascii: "g"), position), !types.isEmpty else { return nil }
      return Reader(message, 0..<end, types: types, isArray: false)
        .valueEnd(types.lowerBound, types.upperBound + 1, depth: depth + 1)
    case UInt8(ascii: "("), UInt8(ascii: "{"):
      var at = aligned(position, 8)
      var member = type + 1
      let close = typeEnd(type) - 1
      // One without members would never end.
      guard member < close else { return nil }
      while member < close {
        guard let next = valueEnd(member, at, depth: depth + 1) else { return nil }
        at = next
        member = typeEnd(member)
      }
      return at <= end ? at : nil
    default:
      let size = alignment(of: code)
      let next = aligned(position, size) + size
      return next <= end ? next : nil
    }
  }
}

/// Of the D-Bus type with this code, in bytes; of a fixed one also its size.
func alignment(of code: UInt8) -> Int {
  switch code {
  case UInt8(ascii: "y"), UInt8(ascii: "g"), UInt8(ascii: "v"): 1
  case UInt8(ascii: "n"), UInt8(ascii: "q"): 2
  case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"), UInt8(ascii: "("),
    UInt8(ascii: "{"):
    8
  default: 4
  }
}
