import CLibc
import CWayland
import Display

/// The memory of the popup surface: one or two buffers, three when the compositor holds on to both.
final class BufferPool {
  private let connection: Connection
  private let shm: UnsafeMutablePointer<wl_shm>
  /// Of the present size, the newest drawn first.
  private var buffers: [Buffer] = []
  /// Of another size, and still with the compositor.
  private var retired: [Buffer] = []
  private var lastNumber = 0

  init(_ connection: Connection, _ shm: UnsafeMutablePointer<wl_shm>) {
    self.connection = connection
    self.shm = shm
  }

  /// Whether `next` has something to give.
  func hasRoom(for size: Size) -> Bool {
    buffers.count < 3 || buffers.contains { !$0.isBusy || $0.size != size }
  }

  /// A buffer that the compositor does not read; nil when all are in use, or memory is short.
  func next(_ size: Size) -> Buffer? {
    retire { $0.size != size }
    if let free = buffers.first(where: { !$0.isBusy }) { return free }
    guard buffers.count < 3, let buffer = Buffer(connection, shm, size, number: lastNumber + 1)
    else {
      return nil
    }
    lastNumber += 1
    buffers.append(buffer)
    return buffer
  }

  /// `buffer` goes to the compositor.
  func submit(_ buffer: Buffer) {
    buffer.isBusy = true
    buffers.removeAll { $0 === buffer }
    buffers.insert(buffer, at: 0)
  }

  /// Gives back what is free and not needed.
  func trim() {
    retired.removeAll { !$0.isBusy }
    while buffers.count > 2, let spare = buffers.lastIndex(where: { !$0.isBusy }) {
      buffers.remove(at: spare)
    }
  }

  /// The surface is gone, and with it all use of the buffers.
  func clear() {
    buffers = []
    retired = []
  }

  private func retire(where isUseless: (Buffer) -> Bool) {
    for buffer in buffers where isUseless(buffer) && buffer.isBusy {
      buffer.unmap()
      retired.append(buffer)
    }
    buffers.removeAll(where: isUseless)
  }
}

/// A `wl_buffer` and its memory.
final class Buffer: ProxyOwner {
  let number: Int
  let size: Size
  let stride: Int
  let raw: UnsafeMutablePointer<wl_buffer>
  private(set) var pixels: UnsafeMutableRawPointer
  /// The compositor may read it.
  var isBusy = false

  private var length: Int
  private let callbacks = Callbacks(
    wl_buffer_listener(
      release: { data, _ in
        let buffer: Buffer = owner(data)
        buffer.isBusy = false
      })
  )

  /// Nil when memory is short.
  init?(
    _ connection: Connection,
    _ shm: UnsafeMutablePointer<wl_shm>,
    _ size: Size,
    number: Int
  ) {
    let stride = size.width * 4
    let length = stride * size.height
    guard length > 0, let poolSize = Int32(exactly: length) else { return nil }
    let descriptor = c_memfd("wayland-popups")
    guard descriptor >= 0 else { return nil }
    defer { CLibc.close(descriptor) }
    guard ftruncate(descriptor, length) == 0,
      let pixels = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      pixels != UnsafeMutableRawPointer(bitPattern: -1)
    else { return nil }
    self.number = number
    self.size = size
    self.stride = stride
    self.length = length
    self.pixels = pixels
    let pool = wl_shm_create_pool(shm, descriptor, poolSize)
    raw = nonNull(
      wl_shm_pool_create_buffer(
        pool,
        0,
        Int32(size.width),
        Int32(size.height),
        Int32(stride),
        WL_SHM_FORMAT_ARGB8888.rawValue
      )
    )
    wl_shm_pool_destroy(pool)
    super.init(connection)
    wl_buffer_add_listener(raw, callbacks.address, opaque(self))
  }

  deinit {
    wl_buffer_destroy(raw)
    unmap()
  }

  /// Only the compositor needs it still.
  func unmap() {
    if length > 0 { munmap(pixels, length) }
    length = 0
  }
}
