/// Appends arguments to a message in order.
///
/// A container's contents must fit the signature it was opened with; anything else is a mistake of
/// the programmer.
package struct Writer: ~Copyable {
  private(set) var bytes: [UInt8] = []
  /// The types of what was appended.
  private(set) var types: [UInt8] = []
  /// Inside an array or variant the types are told already.
  private var recordsTypes = true
  /// An array grew beyond what the protocol allows.
  private(set) var isTooLong = false

  /// In bytes.
  private static let longestArray = 64 << 20

  package mutating func byte(_ value: UInt8) { integer("y", value) }
  package mutating func boolean(_ value: Bool) { integer("b", UInt32(value ? 1 : 0)) }
  package mutating func int16(_ value: Int16) { integer("n", value) }
  package mutating func uint16(_ value: UInt16) { integer("q", value) }
  package mutating func int32(_ value: Int32) { integer("i", value) }
  package mutating func uint32(_ value: UInt32) { integer("u", value) }
  package mutating func int64(_ value: Int64) { integer("x", value) }
  package mutating func uint64(_ value: UInt64) { integer("t", value) }
  package mutating func double(_ value: Double) { integer("d", value.bitPattern) }
  /// The one that goes with the message.
  package mutating func descriptor() { integer("h", UInt32(0)) }
  package mutating func objectPath(_ value: ObjectPath) { text("o", value.text) }

  package mutating func signature(_ value: Signature) {
    record(UInt8(ascii: "g"))
    bytes.append(signature: value.text)
  }

  /// D-Bus text holds no NUL: the string ends before its first one.
  package mutating func string(_ value: String) { text("s", value) }

  // What is not inlined here is called from some hundred places.
  @inline(never)
  private mutating func integer(
    _ type: Unicode.Scalar,
    _ value: some FixedWidthInteger & BitwiseCopyable
  ) {
    record(UInt8(ascii: type))
    bytes.append(aligned: value)
  }

  @inline(never)
  private mutating func text(_ type: Unicode.Scalar, _ value: String) {
    record(UInt8(ascii: type))
    bytes.append(text: value)
  }

  // MARK: Containers

  package mutating func bytes(_ value: [UInt8]) {
    array("y") { $0.bytes.append(contentsOf: value) }
  }

  package mutating func strings(_ values: [String]) {
    array("s") { for value in values { $0.string(value) } }
  }

  package mutating func array(_ elements: Signature, _ body: (inout Writer) -> Void) {
    array(Array(elements.text.utf8), body)
  }

  /// A dictionary; `entries` are the types of a key and a value.
  package mutating func dictionary(
    _ entries: Signature = "sv",
    _ body: (inout Writer) -> Void
  ) {
    array([UInt8(ascii: "{")] + entries.text.utf8 + [UInt8(ascii: "}")], body)
  }

  private mutating func array(_ elements: [UInt8], _ body: (inout Writer) -> Void) {
    let (lengthEnd, start) = beginArray(elements)
    silently(body)
    endArray(lengthEnd, start)
  }

  @inline(never)
  private mutating func beginArray(_ elements: [UInt8]) -> (lengthEnd: Int, start: Int) {
    record(UInt8(ascii: "a"))
    for code in elements { record(code) }
    bytes.append(aligned: UInt32(0))
    let lengthEnd = bytes.count
    bytes.align(alignment(of: elements.first ?? 0))
    return (lengthEnd, bytes.count)
  }

  @inline(never)
  private mutating func endArray(_ lengthEnd: Int, _ start: Int) {
    let length = bytes.count - start
    guard length <= Self.longestArray else { return isTooLong = true }
    bytes.store(UInt32(length), at: lengthEnd - 4)
  }

  package mutating func structure(_ body: (inout Writer) -> Void) {
    record(UInt8(ascii: "("))
    bytes.align(8)
    body(&self)
    record(UInt8(ascii: ")"))
  }

  package mutating func variant(_ contents: Signature, _ body: (inout Writer) -> Void) {
    record(UInt8(ascii: "v"))
    bytes.append(signature: contents.text)
    silently(body)
  }

  /// Of a `dictionary`, whose types are told already.
  package mutating func dictionaryEntry(_ body: (inout Writer) -> Void) {
    bytes.align(8)
    body(&self)
  }

  /// One entry of an `a{sv}`.
  package mutating func entry(
    _ key: String,
    _ contents: Signature,
    _ body: (inout Writer) -> Void
  ) {
    dictionaryEntry {
      $0.string(key)
      $0.variant(contents, body)
    }
  }

  private mutating func silently(_ body: (inout Writer) -> Void) {
    let before = recordsTypes
    recordsTypes = false
    body(&self)
    recordsTypes = before
  }

  @inline(never)
  private mutating func record(_ type: UInt8) {
    if recordsTypes { types.append(type) }
  }
}

// Values in the host's byte order, each at a multiple of its size from the array's start.
extension [UInt8] {
  mutating func align(_ alignment: Int) {
    for _ in count..<aligned(count, alignment) { append(0) }
  }

  mutating func append<T: FixedWidthInteger & BitwiseCopyable>(aligned value: T) {
    align(MemoryLayout<T>.size)
    Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
  }

  mutating func store(_ value: UInt32, at offset: Int) {
    withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: offset, as: UInt32.self) }
  }

  /// As much of a text as D-Bus can carry.
  mutating func append(text: String) {
    append(aligned: UInt32(0))
    let start = count
    var text = text
    text.withUTF8 { append(contentsOf: $0.prefix { $0 != 0 }) }
    store(UInt32(count - start), at: start - 4)
    append(0)
  }

  /// A validated signature: 255 bytes at most.
  mutating func append(signature: String) {
    append(UInt8(truncatingIfNeeded: signature.utf8.count))
    append(contentsOf: signature.utf8)
    append(0)
  }
}
