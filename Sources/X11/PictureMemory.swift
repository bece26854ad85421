import CLibc
import CXcb

/// Memory for pixels, of a kind that a server may map too; given back by `release()`.
struct PictureMemory {
  let pixels: UnsafeMutableRawPointer
  let capacity: Int
  private let isSegment: Bool

  /// What only this process sees.
  static func own(_ capacity: Int) -> PictureMemory? {
    map(capacity, MAP_PRIVATE | MAP_ANONYMOUS, -1)
  }

  /// With a descriptor to pass on; whoever passes it closes it.
  static func descriptor(_ capacity: Int) -> (memory: PictureMemory, descriptor: Int32)? {
    let descriptor = c_memfd("hark-popups")
    guard descriptor >= 0 else { return nil }
    guard ftruncate(descriptor, capacity) == 0, let memory = map(capacity, MAP_SHARED, descriptor)
    else {
      close(descriptor)
      return nil
    }
    return (memory, descriptor)
  }

  /// A System V segment with its number.
  static func segment(_ capacity: Int) -> (memory: PictureMemory, id: UInt32)? {
    let id = shmget(IPC_PRIVATE, capacity, IPC_CREAT | 0o600)
    guard id >= 0 else { return nil }
    // Linux still lets the server attach what is marked to be removed, and so it never stays behind.
    defer { shmctl(id, IPC_RMID, nil) }
    guard let pixels = shmat(id, nil, 0), Int(bitPattern: pixels) != -1 else { return nil }
    return (
      PictureMemory(pixels: pixels, capacity: capacity, isSegment: true), UInt32(bitPattern: id)
    )
  }

  func release() {
    if isSegment { shmdt(pixels) } else { munmap(pixels, capacity) }
  }

  private static func map(
    _ capacity: Int,
    _ flags: Int32,
    _ descriptor: Int32
  ) -> PictureMemory? {
    guard let pixels = mmap(nil, capacity, PROT_READ | PROT_WRITE, flags, descriptor, 0),
      Int(bitPattern: pixels) != -1
    else { return nil }
    return PictureMemory(pixels: pixels, capacity: capacity, isSegment: false)
  }
}
