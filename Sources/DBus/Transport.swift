import CLibc

/// The socket of a connection: bytes in, whole messages out; messages in, bytes out. Never blocks.
final class Transport {
  private let socket: Int32
  /// What was read and not yet taken lies in it from `start` to `end`.
  private var buffer: UnsafeMutableRawPointer
  private var capacity = Transport.usualCapacity
  private var start = 0
  private var end = 0
  /// Descriptors that came along: a set for each message that has some, as a socket never brings
  /// those of two in one read; empty where they could not all be taken.
  private var descriptors: [[Int32]] = []
  private let room = DescriptorRoom()
  /// Room for those of one read.
  private let arrivals = UnsafeMutablePointer<Int32>.allocate(capacity: Int(C_DESCRIPTORS))
  private var outgoing: [UInt8] = []
  private var sent = 0
  /// Descriptors to send, and with which byte of `outgoing`.
  private var parcels: [(place: Int, descriptor: Int32)] = []
  /// The other side has gone, or speaks no D-Bus.
  private(set) var isBroken = false

  /// In bytes.
  private static let usualCapacity = 64 << 10
  /// A message of so many bytes keeps the buffer it was read into.
  private static let large = 32 << 10

  init(_ socket: Int32) {
    self.socket = socket
    buffer = allocate(Self.usualCapacity)
  }

  deinit {
    free(buffer)
    arrivals.deallocate()
    for descriptor in descriptors.joined() { close(descriptor) }
  }

  // MARK: Receiving

  /// Reads once what the socket has.
  func receive() {
    makeRoom()
    guard end < capacity else { return }
    var count: Int32 = 0
    let size = c_receive(socket, buffer + end, capacity - end, arrivals, &count)
    if count != 0 { descriptors.append((0..<max(Int(count), 0)).map { arrivals[$0] }) }
    if size > 0 {
      end += size
    } else if size == 0 || !isTransient(c_errno()) {
      isBroken = true
    }
  }

  /// The next message that is here whole.
  func next() -> Message? {
    let held = end - start
    guard held >= Layout.fieldsStart, !isBroken else { return nil }
    guard let layout = Layout(UnsafeRawBufferPointer(start: buffer + start, count: held)) else {
      isBroken = true
      return nil
    }
    guard layout.size <= held else { return nil }
    guard let message = Message(adopting: take(layout.size), size: layout.size),
      message.descriptorCount == 0 || !descriptors.isEmpty
    else {
      isBroken = true
      return nil
    }
    if message.descriptorCount > 0 { message.take(descriptors.removeFirst(), room) }
    return message
  }

  private func take(_ size: Int) -> UnsafeMutableRawPointer {
    let taken: UnsafeMutableRawPointer
    if size >= Self.large, start == 0, end == size {
      taken = buffer
      capacity = Self.usualCapacity
      buffer = allocate(capacity)
    } else {
      taken = allocate(size)
      taken.copyMemory(from: buffer + start, byteCount: size)
    }
    start += size
    if start >= end { (start, end) = (0, 0) }
    return taken
  }

  /// Has room for the rest of the message that is coming, and not for more of a large one, so that
  /// it can keep the buffer.
  private func makeRoom() {
    let held = end - start
    let coming = Layout(UnsafeRawBufferPointer(start: buffer + start, count: held))?.size ?? 0
    guard end == capacity || coming > capacity - start else { return }
    let room = max(coming, Self.usualCapacity)
    if room == capacity {
      memmove(buffer, buffer + start, held)
    } else {
      let larger = allocate(room)
      larger.copyMemory(from: buffer + start, byteCount: held)
      free(buffer)
      buffer = larger
      capacity = room
    }
    (start, end) = (0, held)
  }

  // MARK: Sending

  /// Queues bytes; they leave with `send()`.
  func enqueue(_ bytes: [UInt8], _ descriptor: Int32? = nil) {
    if let descriptor { parcels.append((outgoing.count, descriptor)) }
    if outgoing.isEmpty {
      outgoing = bytes
    } else {
      outgoing += bytes
    }
  }

  var hasUnsent: Bool { unsent > 0 }
  /// In bytes.
  var unsent: Int { outgoing.count - sent }

  /// Hands to the socket what it takes now.
  func send() {
    while hasUnsent, !isBroken {
      let size = outgoing.withUnsafeBytes { sendPart($0) }
      if size >= 0 {
        if parcels.first?.place == sent { parcels.removeFirst() }
        sent += size
      } else if c_errno() != EINTR {
        isBroken = !isTransient(c_errno())
        break
      }
    }
    // What has left goes when it is half of all, so that nothing is moved often; room for many
    // answers is not kept.
    if !hasUnsent {
      outgoing = []
      sent = 0
    } else if sent > outgoing.count / 2 {
      outgoing.removeFirst(sent)
      for index in parcels.indices { parcels[index].place -= sent }
      sent = 0
    }
  }

  /// Up to the next descriptor, which goes with the first byte of its message.
  private func sendPart(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let next = parcels.first else {
      return c_send(socket, bytes.baseAddress, sent, bytes.count)
    }
    guard next.place == sent else { return c_send(socket, bytes.baseAddress, sent, next.place) }
    return c_send_descriptor(socket, bytes.baseAddress, sent, sent + 1, next.descriptor)
  }
}

private func isTransient(_ error: Int32) -> Bool {
  error == EAGAIN || error == EINTR
}
