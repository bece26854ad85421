import Notifications
import Testing

struct RawImageTests {
  static func picture(
    _ width: Int32,
    _ height: Int32,
    stride: Int32,
    alpha: Bool,
    _ data: [UInt8]
  ) -> Picture? {
    RawImage(
      width: width,
      height: height,
      rowStride: stride,
      hasAlpha: alpha,
      bitsPerSample: 8,
      channels: alpha ? 4 : 3
    )?.picture(of: data.span)
  }

  @Test("FD-158 one pixel, alpha multiplied in and rounded to nearest")
  func onePixel() {
    for (rgba, argb) in [
      ([1, 2, 3, 255], 0xFF01_0203), ([255, 255, 255, 0], 0), ([255, 255, 255, 128], 0x8080_8080),
      ([255, 128, 1, 128], 0x8080_4001), ([200, 100, 50, 1], 0x0101_0000),
      ([127, 128, 254, 254], 0xFE7F_7FFD), ([255, 0, 0, 255], 0xFFFF_0000),
    ] as [([UInt8], UInt32)] {
      #expect(Self.picture(1, 1, stride: 4, alpha: true, rgba)?.pixels == [argb])
    }
  }

  @Test("FD-158 premultiplying is exact for every colour and alpha")
  func premultiplied() {
    for alpha: UInt8 in 0...255 {
      var data: [UInt8] = []
      var expected: [UInt32] = []
      for x: UInt8 in 0..<64 {
        let rgb = [x * 4, x * 4 + 1, 255 - x]
        data += rgb + [alpha]
        expected.append(Self.argb(rgb.map { Self.scaled($0, by: alpha) }, alpha: alpha))
      }
      #expect(Self.picture(64, 1, stride: 256, alpha: true, data)?.pixels == expected)
    }
  }

  private static func scaled(_ value: UInt8, by alpha: UInt8) -> UInt8 {
    UInt8((Double(value) * Double(alpha) / 255).rounded())
  }

  private static func argb(_ rgb: [UInt8], alpha: UInt8) -> UInt32 {
    ([alpha] + rgb).reduce(0) { $0 << 8 | UInt32($1) }
  }

  @Test("FD-158 rows are read at their stride, not at their padding")
  func padding() {
    let row: [UInt8] = [1, 2, 3, 255, 4, 5, 6, 255, 9, 9, 9, 9]
    #expect(Self.picture(2, 1, stride: 12, alpha: true, row)?.pixels == [0xFF01_0203, 0xFF04_0506])
    let two = Self.picture(2, 2, stride: 12, alpha: true, row + row.reversed())
    #expect(two?.pixels == [0xFF01_0203, 0xFF04_0506, 0x0900_0000, 0x0404_0000])
    #expect(two?.width == 2 && two?.height == 2)
  }

  @Test("FD-158 without alpha every pixel is opaque", arguments: 1...9)
  func withoutAlpha(width: Int) {
    let data = (0..<2 * width * 3).map { UInt8($0) }
    let expected = (0..<2 * width).map { Self.argb(Array(data[$0 * 3..<$0 * 3 + 3]), alpha: 255) }
    let stride = Int32(width * 3)
    #expect(Self.picture(Int32(width), 2, stride: stride, alpha: false, data)?.pixels == expected)
  }

  @Test(
    "FD-155 FD-157 F3 the numbers must fit each other",
    arguments: [
      (1, 1, 4, true, 8, 4, true), (1, 1, 3, false, 8, 3, true),
      (4096, 4096, 16384, true, 8, 4, true),
      (4096, 4096, Int32.max, true, 8, 4, true), (1, 1, 5, true, 8, 4, true),
      (0, 1, 4, true, 8, 4, false), (1, 0, 4, true, 8, 4, false), (0, 0, 0, true, 8, 4, false),
      (-1, 1, 4, true, 8, 4, false), (1, -1, 4, true, 8, 4, false),
      (4097, 1, 16388, true, 8, 4, false), (1, 4097, 4, true, 8, 4, false),
      (65535, 65535, 262140, true, 8, 4, false), (46341, 46341, Int32.max, true, 8, 4, false),
      (Int32.max, Int32.max, Int32.max, true, 8, 4, false),
      (Int32.min, Int32.min, Int32.min, true, 8, 4, false), (1, 1, 3, true, 8, 4, false),
      (1, 1, 2, false, 8, 3, false), (2, 2, 7, true, 8, 4, false), (1, 1, -4, true, 8, 4, false),
      (1, 1, Int32.min, true, 8, 4, false), (1, 1, 0, true, 8, 4, false),
      (1, 1, 4, true, 7, 4, false), (1, 1, 4, true, 16, 4, false), (1, 1, 4, true, 0, 4, false),
      (1, 1, 4, true, 8, 3, false), (1, 1, 4, false, 8, 4, false), (1, 1, 4, true, 8, 0, false),
      (1, 1, 4, true, 8, Int32.max, false), (1, 1, 4, true, 8, Int32.min, false),
    ] as [(Int32, Int32, Int32, Bool, Int32, Int32, Bool)]
  )
  func numbers(
    width: Int32,
    height: Int32,
    stride: Int32,
    alpha: Bool,
    bits: Int32,
    channels: Int32,
    isSound: Bool
  ) {
    let image = RawImage(
      width: width,
      height: height,
      rowStride: stride,
      hasAlpha: alpha,
      bitsPerSample: bits,
      channels: channels
    )
    #expect((image != nil) == isSound)
    // A byte can never be enough for more than a sound image of 0 bytes, of which there is none.
    #expect(image?.picture(of: [UInt8(0)].span) == nil)
  }

  @Test(
    "FD-156 one byte less is too little, one more is ignored",
    arguments: [
      (1, 1, 4, true, 4), (2, 3, 12, true, 32), (3, 2, 9, false, 18), (3, 2, 100, false, 109),
      (200, 100, 801, true, 80099), (197, 101, 600, false, 60591), (4096, 2, 16384, true, 32768),
    ] as [(Int32, Int32, Int32, Bool, Int)]
  )
  func length(width: Int32, height: Int32, stride: Int32, alpha: Bool, required: Int) {
    let data = [UInt8](repeating: 255, count: required)
    #expect(Self.picture(width, height, stride: stride, alpha: alpha, data.dropLast()) == nil)
    let picture = Self.picture(width, height, stride: stride, alpha: alpha, data)
    #expect(picture?.pixels.allSatisfy { $0 == 0xFFFF_FFFF } == true)
    #expect(Self.picture(width, height, stride: stride, alpha: alpha, data + [0]) == picture)
    #expect(Self.picture(width, height, stride: stride, alpha: alpha, []) == nil)
  }

  @Test(
    "FD-166 FD-295 larger images are made to fit with their aspect, smaller ones stay",
    arguments: [
      (96, 96, 96, 96), (97, 96, 96, 95), (97, 97, 96, 96), (192, 96, 96, 48), (96, 192, 48, 96),
      (256, 256, 96, 96), (4096, 1, 96, 1), (1, 4096, 1, 96), (4096, 40, 96, 1), (100, 37, 96, 36),
      (1, 1, 1, 1), (95, 3, 95, 3), (515, 514, 96, 96), (300, 200, 96, 64),
    ] as [(Int32, Int32, Int, Int)]
  )
  func size(width: Int32, height: Int32, newWidth: Int, newHeight: Int) {
    for (alpha, pixel, argb) in [
      (true, [10, 200, 77, 255], 0xFF0A_C84D), (true, [200, 100, 50, 99], 0x634E_2713),
      (false, [1, 2, 254], 0xFF01_02FE),
    ] as [(Bool, [UInt8], UInt32)] {
      let row = (0..<width).flatMap { _ in pixel }
      let data = (0..<height).flatMap { _ in row }
      let stride = width * Int32(pixel.count)
      let picture = Self.picture(width, height, stride: stride, alpha: alpha, data)
      #expect(picture?.width == newWidth && picture?.height == newHeight)
      #expect(picture?.pixels.count == newWidth * newHeight)
      // A uniform colour comes out as it went in.
      #expect(picture?.pixels.allSatisfy { $0 == argb } == true)
    }
  }

  @Test("A pixel made smaller is the mean of those under it, by what they let through")
  func mean() {
    // Halved: black and white columns, of which the white ones of every other row are invisible.
    var data: [UInt8] = []
    for y in 0..<192 {
      for x in 0..<192 {
        let white = x % 2 == 1
        let value: UInt8 = white ? 255 : 0
        data += [value, value, value, white && y % 2 == 1 ? 0 : 255]
      }
    }
    let picture = Self.picture(192, 192, stride: 768, alpha: true, data)
    #expect(picture?.pixels.allSatisfy { $0 == 0xBF40_4040 || $0 == 0xC040_4040 } == true)
  }

  @Test("Where edges do not meet, each side counts by its share", arguments: [true, false])
  func shares(alpha: Bool) {
    // 144 columns to 96: three to two. Red in the first of three, green in the third.
    let row: [UInt8] = (0..<48).flatMap { _ in
      alpha
        ? [255, 0, 0, 255, 0, 0, 0, 255, 0, 255, 0, 255] : [255, 0, 0, 0, 0, 0, 0, 255, 0]
    }
    let data = (0..<144).flatMap { _ in row }
    let picture = Self.picture(144, 144, stride: Int32(row.count), alpha: alpha, data)
    for index in 0..<96 * 96 {
      // 171/256 of the outer pixel, 85/256 of the middle one.
      #expect(picture?.pixels[index] == (index % 2 == 0 ? 0xFFAA_0000 : 0xFF00_AA00))
    }
    var column: [UInt8] = []
    for y in 0..<144 {
      let value: UInt8 = y % 3 == 0 ? 255 : 0
      let pixel: [UInt8] = alpha ? [255, 255, 255, value] : [value, value, value]
      for _ in 0..<144 { column += pixel }
    }
    let rows = Self.picture(144, 144, stride: Int32(row.count), alpha: alpha, column)
    #expect(rows?.pixels[0] == (alpha ? 0xAAAA_AAAA : 0xFFAA_AAAA))
    #expect(rows?.pixels[96] == (alpha ? 0 : 0xFF00_0000))
  }

  @Test("Scaling stays within 2.5 levels of the exact mean, whatever the sizes")
  func againstExact() {
    var state: UInt32 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 8) % bound
    }
    for _ in 0..<40 {
      let (width, height, alpha) = (1 + random(300), 97 + random(200), random(2) == 0)
      let channels = alpha ? 4 : 3
      let stride = width * channels + random(9)
      let data = (0..<stride * height).map { _ in UInt8(random(256)) }
      let picture = Self.picture(
        Int32(width),
        Int32(height),
        stride: Int32(stride),
        alpha: alpha,
        data
      )
      guard let picture else {
        Issue.record("no picture of \(width)x\(height)")
        continue
      }
      for _ in 0..<20 {
        let (x, y) = (random(picture.width), random(picture.height))
        let exact = ExactMean(data, width, height, stride, channels).pixel(x, y, of: picture)
        let actual = picture.pixels[y * picture.width + x]
        for (shift, value) in zip([24, 16, 8, 0], exact) {
          #expect(abs(Double(actual >> UInt32(shift) & 0xFF) - value) < 2.5, "\(width)x\(height)")
        }
      }
    }
  }

  @Test("FD-295 60 MiB become at most 96 by 96 pixels")
  func large() {
    let data = [UInt8](repeating: 128, count: 60 << 20)
    let picture = Self.picture(1024, 960, stride: 65536, alpha: true, data)
    #expect(picture?.width == 96 && picture?.height == 90)
    #expect(picture?.pixels.allSatisfy { $0 == 0x8040_4040 } == true)
  }
}

/// The mean by areas in floating point.
private struct ExactMean {
  let data: [UInt8]
  let width: Int
  let height: Int
  let stride: Int
  let channels: Int

  init(_ data: [UInt8], _ width: Int, _ height: Int, _ stride: Int, _ channels: Int) {
    (self.data, self.width, self.height) = (data, width, height)
    (self.stride, self.channels) = (stride, channels)
  }

  /// Alpha, red, green, blue.
  func pixel(_ x: Int, _ y: Int, of picture: Picture) -> [Double] {
    var sums = [0.0, 0, 0, 0]
    for (row, rowShare) in Self.shares(y, height, picture.height) {
      for (column, columnShare) in Self.shares(x, width, picture.width) {
        let offset = row * stride + column * channels
        let alpha = channels == 4 ? Double(data[offset + 3]) : 255
        let share = rowShare * columnShare
        sums[0] += alpha * share
        for channel in 0..<3 {
          sums[channel + 1] += Double(data[offset + channel]) * alpha / 255 * share
        }
      }
    }
    return sums
  }

  private static func shares(_ index: Int, _ length: Int, _ target: Int) -> [(Int, Double)] {
    let ratio = Double(length) / Double(target)
    let (start, end) = (Double(index) * ratio, Double(index + 1) * ratio)
    return (Int(start)..<min(Int(end.rounded(.up)), length)).map {
      ($0, (min(Double($0 + 1), end) - max(Double($0), start)) / ratio)
    }
  }
}
