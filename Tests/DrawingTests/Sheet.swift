import Display
import Drawing
import Foundation
import Notifications
import Presentation
import Testing

/// DejaVu Sans and nothing else, whatever the machine has.
private let fonts: Void = {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "hark-drawing-\(getpid())"
  )
  let text = """
    <?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
    <fontconfig>
      <dir>/usr/share/fonts/truetype/dejavu</dir>
      <cachedir>\(folder.path)/cache</cachedir>
      <alias binding="strong"><family>Sans</family><prefer><family>DejaVu Sans</family></prefer></alias>
    </fontconfig>
    """
  try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  try? text.write(
    to: folder.appendingPathComponent("fonts.conf"),
    atomically: true,
    encoding: .utf8
  )
  setenv("FONTCONFIG_FILE", folder.appendingPathComponent("fonts.conf").path, 1)
  atexit {
    try? FileManager.default.removeItem(
      at: FileManager.default.temporaryDirectory.appendingPathComponent(
        "hark-drawing-\(getpid())"
      )
    )
  }
}()

/// Memory that is watched for writes beyond the frame in it.
final class Sheet {
  let size: Size
  private let painter: Painter?
  private let stride: Int
  private let memory: UnsafeMutableRawPointer
  private let count: Int
  private static let margin = 64
  private static let untouched: UInt8 = 0xa5

  init(_ size: Size, _ painter: Painter?) {
    self.size = size
    self.painter = painter
    stride = size.width * 4 + Self.margin
    count = stride * size.height + 2 * Self.margin
    memory = .allocate(byteCount: count, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: Self.untouched, count: count)
  }

  deinit {
    memory.deallocate()
  }

  func paint(_ painting: Painting, over old: Painting? = nil) {
    withFrame(painting.scene.scale) { painter?.paint(painting, over: old, into: $0) }
  }

  func withFrame(_ scale: Scale = .one, _ body: (borrowing Frame) -> Void) {
    body(
      Frame(
        pixels: memory + Self.margin,
        size: size,
        stride: stride,
        scale: scale,
        buffer: 1
      )
    )
  }

  func pixel(_ x: Int, _ y: Int) -> UInt32 {
    memory.load(fromByteOffset: Self.margin + y * stride + x * 4, as: UInt32.self)
  }

  func pixels(in rect: Rect? = nil) -> [UInt32] {
    let rect = rect ?? Rect(x: 0, y: 0, width: size.width, height: size.height)
    return Array(unsafeUninitializedCapacity: rect.width * rect.height) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      for y in 0..<rect.height {
        let row = memory + Self.margin + (rect.y + y) * stride + rect.x * 4
        (bytes.baseAddress ?? row).advanced(by: y * rect.width * 4)
          .copyMemory(from: row, byteCount: rect.width * 4)
      }
      count = rect.width * rect.height
    }
  }

  /// The smallest rect that holds every pixel of another colour than the ground.
  func ink(in rect: Rect, on ground: Color) -> Rect? {
    var xs: [Int] = []
    var ys: [Int] = []
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX where pixel(x, y) != ground.argb {
        xs.append(x)
        ys.append(y)
      }
    }
    guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max()
    else { return nil }
    return Rect(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }

  var isUntouchedOutside: Bool {
    let bytes = UnsafeRawBufferPointer(start: memory, count: count)
    return bytes.indices.allSatisfy { offset in
      let inside = offset - Self.margin
      if inside >= 0, inside < stride * size.height, inside % stride < size.width * 4 {
        return true
      }
      return bytes[offset] == Self.untouched
    }
  }
}

/// A painter with the tests' fonts.
func makePainter() -> Painter {
  _ = fonts
  return Painter()
}

func scene(
  _ popups: [Popup],
  waiting: Int = 0,
  scale: Scale = .one,
  layout: Layout = Layout(),
  _ painter: Painter
) -> Scene {
  layout.scene(
    for: Stack(popups: popups, waiting: waiting),
    theme: .standard,
    scale: scale,
    usable: Size(width: 1280, height: 2000),
    measurer: painter
  )
}

func id(_ n: UInt32) -> NotificationID {
  guard let id = NotificationID(rawValue: n) else { preconditionFailure("0 is no id") }
  return id
}

func popup(_ n: UInt32, title: String = "Title", body: String = "") -> Popup {
  Popup(id: id(n), revision: 1, appName: "App", title: title, body: StyledText(body))
}

func linked(_ n: UInt32, _ before: String, _ link: String, _ after: String) -> Popup {
  var popup = popup(n, body: before + link + after)
  popup.body.links = ["https://example.org/"]
  popup.body.runs = [
    StyledText.Run(
      range: before.utf8.count..<before.utf8.count + link.utf8.count,
      style: [],
      link: 0
    )
  ]
  return popup
}

let scales = [120, 150, 180, 240].map { Scale(of120: $0) }
let plain = Theme.standard.normal
