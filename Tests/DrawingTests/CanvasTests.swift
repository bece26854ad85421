import Display
import Presentation
import Testing

@testable import Drawing

@Suite struct CanvasTests {
  private let sheet = Sheet(Size(width: 20, height: 10), nil)
  private let red: UInt32 = 0xffff_0000

  private var everywhere: [Rect] {
    let places = [-30, -3, 0, 5, 18, 19, 25]
    return places.flatMap { x in
      places.flatMap { y in
        [(1, 1), (4, 4), (40, 40), (0, 3), (-2, 2)].map {
          Rect(x: x, y: y, width: $0.0, height: $0.1)
        }
      }
    }
  }

  /// What should be red is, the rest is as before, and nothing beyond is touched.
  private func expect(red rect: Rect) {
    let area = rect.intersection(Rect(x: 0, y: 0, width: 20, height: 10))
    for y in 0..<10 {
      for x in 0..<20 {
        let isRed = area.contains(Point(x: x, y: y))
        #expect(sheet.pixel(x, y) == (isRed ? red : 0xff00_0000), "\(x) \(y) \(rect)")
      }
    }
    #expect(sheet.isUntouchedOutside)
  }

  private func paint(_ body: (borrowing Canvas) -> Void) {
    sheet.withFrame { frame in
      let canvas = Canvas(frame)
      canvas.fill(canvas.bounds, 0xff00_0000)
      body(canvas)
    }
  }

  @Test("An area is stored, as far as it lies on the frame")
  func fill() {
    for rect in everywhere {
      paint { $0.fill(rect, red) }
      expect(red: rect)
    }
  }

  @Test("A mask is laid over its place, within clip and frame")
  func blend() {
    let clip = Rect(x: 2, y: 1, width: 15, height: 7)
    for rect in everywhere where !rect.isEmpty {
      let mask = Mask(x: 0, y: 0, width: rect.width, height: rect.height, start: 3)
      let coverage = [UInt8](repeating: 255, count: 3 + rect.width * rect.height)
      paint { $0.blend(coverage, mask, x: rect.x, y: rect.y, red, clip) }
      expect(red: rect.intersection(clip))
    }
  }

  @Test(
    "A mask mixes colours as a division by 255 would",
    arguments: [0, 1, 2, 127, 128, 200, 254, 255] as [UInt8]
  )
  func mix(cover: UInt8) {
    let mask = Mask(x: 0, y: 0, width: 1, height: 1, start: 0)
    sheet.withFrame { frame in
      let canvas = Canvas(frame)
      canvas.fill(canvas.bounds, 0xff20_80f0)
      canvas.blend([cover], mask, x: 0, y: 0, 0xfff0_1080, canvas.bounds)
    }
    for (shift, under, over) in [(16, 0x20, 0xf0), (8, 0x80, 0x10), (0, 0xf0, 0x80)] {
      let exact = Double(under * (255 - Int(cover)) + over * Int(cover)) / 255
      #expect(sheet.pixel(0, 0) >> UInt32(shift) & 0xff == UInt32(exact.rounded()))
    }
    #expect(sheet.pixel(0, 0) >> 24 == 255)
  }

  @Test("A patch keeps its corners and stretches its middle")
  func stretch() {
    let corner: UInt32 = 0xff00_ff00
    // Radius 1: three by three, the corners of their own colour.
    let patch = Patch(
      radius: 1,
      pixels: [corner, red, corner, red, red, red, corner, red, corner]
    )
    for rect in everywhere where rect.width > 1 && rect.height > 1 {
      paint { $0.stretch(patch, over: rect) }
      for y in 0..<10 {
        for x in 0..<20 {
          let isCorner =
            [rect.x, rect.maxX - 1].contains(x) && [rect.y, rect.maxY - 1].contains(y)
          let inside = rect.contains(Point(x: x, y: y))
          #expect(sheet.pixel(x, y) == (isCorner ? corner : inside ? red : 0xff00_0000))
        }
      }
      #expect(sheet.isUntouchedOutside)
    }
  }
}
