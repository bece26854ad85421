/// Values as bytes that later versions can read: fields with a tag, each a number or a block.
///
/// What is default is left out, and unknown tags are skipped. Tags are on the disk: they are never
/// given another meaning.
struct Archive {
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  /// Keeps the memory.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  @inline(never)
  mutating func number(_ tag: UInt8, _ number: Int64) {
    varint(UInt64(tag) << 1)
    // Small negative numbers are short, too.
    varint(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
  }

  mutating func number(_ tag: UInt8, _ number: Int64?) {
    if let number { self.number(tag, number) }
  }

  mutating func flag(_ tag: UInt8, _ flag: Bool) {
    if flag { number(tag, 1) }
  }

  mutating func flag(_ tag: UInt8, _ flag: Bool?) {
    if let flag { number(tag, flag ? 1 : 0) }
  }

  /// "" is left out.
  mutating func text(_ tag: UInt8, _ text: String) {
    if !text.isEmpty { self.text(tag, .some(text)) }
  }

  @inline(never)
  mutating func text(_ tag: UInt8, _ text: String?) {
    guard var text else { return }
    text.withUTF8 { data(tag, UnsafeRawBufferPointer($0)) }
  }

  mutating func texts(_ tag: UInt8, _ texts: [String]) {
    for text in texts { self.text(tag, .some(text)) }
  }

  @inline(never)
  mutating func data(_ tag: UInt8, _ data: UnsafeRawBufferPointer) {
    varint(UInt64(tag) << 1 | 1)
    varint(UInt64(data.count))
    bytes.append(contentsOf: data)
  }

  mutating func data(_ tag: UInt8, _ data: [UInt8]) {
    guard !data.isEmpty else { return }
    data.withUnsafeBytes { self.data(tag, $0) }
  }

  /// Fields within a field.
  mutating func block(_ tag: UInt8, _ body: (inout Archive) -> Void) {
    varint(UInt64(tag) << 1 | 1)
    let place = bytes.count
    bytes.append(0)
    body(&self)
    let count = bytes.count - place - 1
    guard count >= 0x80 else {
      bytes[place] = UInt8(count)
      return
    }
    var length = Archive()
    length.varint(UInt64(count))
    bytes.replaceSubrange(place...place, with: length.bytes)
  }

  /// Ends what began at `start`: damage is found before anything is believed.
  mutating func seal(from start: Int) -> UInt64 {
    let sum = bytes.withUnsafeBytes { checksum(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    for shift in stride(from: UInt64(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: sum >> shift))
    }
    return sum
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ other: [UInt8]) {
    bytes.append(contentsOf: other)
  }

  mutating func truncate(to count: Int) {
    bytes.removeLast(bytes.count - count)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Tells bytes apart, and finds damage; no defence against anybody.
func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  let prime: UInt64 = 0x9e37_79b9_7f4a_7c15
  // Four at a time: multiplications wait for their own lane only.
  var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
  var place = 0
  while bytes.count - place >= 32 {
    lanes.0 = (lanes.0 ^ word(place)) &* prime
    lanes.1 = (lanes.1 ^ word(place + 8)) &* prime
    lanes.2 = (lanes.2 ^ word(place + 16)) &* prime
    lanes.3 = (lanes.3 ^ word(place + 24)) &* prime
    lanes = (
      lanes.0 ^ lanes.0 >> 29, lanes.1 ^ lanes.1 >> 29,
      lanes.2 ^ lanes.2 >> 29, lanes.3 ^ lanes.3 >> 29
    )
    place += 32
  }
  var sum = UInt64(bytes.count) &* prime
  mix(lanes.0)
  mix(lanes.1)
  mix(lanes.2)
  mix(lanes.3)
  while place < bytes.count {
    mix(UInt64(bytes[place]))
    place += 1
  }
  return sum

  func word(_ place: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }
  func mix(_ value: UInt64) {
    sum = (sum ^ value) &* prime
    sum ^= sum >> 29
  }
}
