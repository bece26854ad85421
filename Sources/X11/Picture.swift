import CXcb
import Display

/// The pixels of the window: one buffer, shared with the server where that works.
///
/// While the server may still read the buffer it is busy, and must not be written.
final class Picture {
  private(set) var size = Size(width: 0, height: 0)
  /// Counts up whenever the content became undefined.
  private(set) var number = 0
  /// The newest request that put all of it.
  private(set) var lastWhole: UInt32?
  /// The server has read all that was put.
  var onIdle: (() -> Void)?

  private let server: Server
  private let window: xcb_window_t
  private let context: xcb_gcontext_t
  private let segment: xcb_shm_seg_t
  private var raw: OpaquePointer { server.connection.raw }
  private var sharing: Server.Sharing
  private var memory: PictureMemory?
  private var isShared = false
  private var attachRequest: UInt32?
  private var lastPut: UInt32?
  /// Parts that go through the socket and have not gone yet.
  private var strips: [Rect] = []
  private var stripsUnread = false

  private static let stripBytes = 32_768
  private static let capacityStep = 65_536

  init(_ server: Server, _ window: StackWindow) {
    self.server = server
    self.window = window.id
    context = window.context
    sharing = server.sharing
    segment = xcb_generate_id(server.connection.raw)
  }

  var isBusy: Bool { lastPut != nil || !strips.isEmpty || stripsUnread }
  var stride: Int { size.width * 4 }
  var bounds: Rect { Rect(x: 0, y: 0, width: size.width, height: size.height) }

  /// Memory for a picture of this size, with the content of the last one if that had the same.
  func prepare(_ wanted: Size) -> UnsafeMutableRawPointer? {
    let bytes = wanted.width * wanted.height * 4
    if let memory, wanted == size { return memory.pixels }
    number += 1
    if memory.map({ $0.capacity < bytes || $0.capacity / 4 > bytes + Self.capacityStep }) ?? true {
      release()
      memory = allocate((bytes / Self.capacityStep + 1) * Self.capacityStep)
    }
    guard let memory else { return nil }
    size = wanted
    return memory.pixels
  }

  /// Shows parts of the picture in the window.
  func put(_ parts: [Rect]) {
    guard memory != nil else { return }
    var parts = parts.map { $0.intersection(bounds) }.filter { !$0.isEmpty }
    if parts.count > 64 { parts = [bounds] }
    guard isShared else {
      strips += parts.flatMap { strips(of: $0) }
      return sendStrips()
    }
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      let cookie = xcb_shm_put_image(
        raw,
        window,
        context,
        UInt16(size.width),
        UInt16(size.height),
        UInt16(part.x),
        UInt16(part.y),
        UInt16(part.width),
        UInt16(part.height),
        Int16(part.x),
        Int16(part.y),
        server.visual.depth,
        UInt8(XCB_IMAGE_FORMAT_Z_PIXMAP.rawValue),
        isLast ? 1 : 0,
        segment,
        0
      )
      if isLast { lastPut = cookie.sequence }
      if part == bounds { lastWhole = cookie.sequence }
    }
  }

  /// Goes on with what waited for room in the socket.
  func sendStrips() {
    guard !strips.isEmpty, let memory else { return }
    while let strip = strips.first {
      guard server.connection.hasRoom() else { return }
      strips.removeFirst()
      send(strip, from: memory.pixels)
    }
    stripsUnread = true
    let number = number
    server.connection.expect(xcb_get_input_focus(raw).sequence) { _ in
      guard number == self.number, self.strips.isEmpty else { return }
      self.stripsUnread = false
      self.onIdle?()
    }
  }

  /// The server has done the request with this number; or it could not, which is as good.
  func completed(_ sequence: UInt32) {
    guard sequence == lastPut else { return }
    lastPut = nil
    onIdle?()
  }

  /// A request failed: if the server cannot map our memory, the pixels go through the socket.
  func failed(_ sequence: UInt32) {
    guard sequence == attachRequest else { return completed(sequence) }
    attachRequest = nil
    sharing = .none
    isShared = false
    lastPut = nil
    put([bounds])
  }

  /// Gives the memory back.
  func release() {
    if isShared, server.connection.isOpen { xcb_shm_detach(raw, segment) }
    memory?.release()
    memory = nil
    isShared = false
    attachRequest = nil
    lastPut = nil
    strips = []
    stripsUnread = false
    size = Size(width: 0, height: 0)
    number += 1
  }

  private func allocate(_ capacity: Int) -> PictureMemory? {
    if sharing == .descriptor, let (memory, descriptor) = PictureMemory.descriptor(capacity) {
      // libxcb closes the descriptor once it is sent.
      attachRequest = xcb_shm_attach_fd(raw, segment, descriptor, 1).sequence
      isShared = true
      return memory
    }
    if sharing == .segment, let (memory, id) = PictureMemory.segment(capacity) {
      attachRequest = xcb_shm_attach(raw, segment, id, 1).sequence
      isShared = true
      return memory
    }
    return PictureMemory.own(capacity)
  }

  private func strips(of part: Rect) -> [Rect] {
    let rows = max(Self.stripBytes / (part.width * 4), 1)
    return Swift.stride(from: part.y, to: part.maxY, by: rows).map {
      Rect(x: part.x, y: $0, width: part.width, height: min(rows, part.maxY - $0))
    }
  }

  private func send(_ strip: Rect, from pixels: UnsafeMutableRawPointer) {
    var bytes = [UInt8]()
    bytes.reserveCapacity(strip.width * strip.height * 4)
    for row in strip.y..<strip.maxY {
      bytes += UnsafeRawBufferPointer(
        start: pixels + row * stride + strip.x * 4,
        count: strip.width * 4
      )
    }
    xcb_put_image(
      raw,
      UInt8(XCB_IMAGE_FORMAT_Z_PIXMAP.rawValue),
      window,
      context,
      UInt16(strip.width),
      UInt16(strip.height),
      Int16(strip.x),
      Int16(strip.y),
      0,
      server.visual.depth,
      UInt32(bytes.count),
      bytes
    )
  }
}
