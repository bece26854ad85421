/// Rows of R,G,B[,A] bytes whose bounds are known to be right, alpha not premultiplied (FD-158).
///
/// Reads pixels as little-endian words, four at a time: every Linux that Swift runs on is such.
@safe struct PixelRows {
  let bytes: UnsafeRawBufferPointer
  let width: Int
  let height: Int
  let stride: Int
  let hasAlpha: Bool

  func premultiplied() -> [UInt32] {
    unsafe Array(unsafeUninitializedCapacity: width * height) { pixels, count in
      for y in 0..<height {
        forEachQuad(row: y) { index, quad in
          let words = quad.argb
          for lane in 0..<min(width - index * 4, 4) {
            unsafe pixels[count] = words[lane]
            count += 1
          }
        }
      }
    }
  }

  /// Every target pixel is the mean of the source area under it.
  ///
  /// The edges of the source pixels are rounded to 1/256 of a target pixel. So the weights of what
  /// makes up a target pixel are whole numbers with a sum of 256, and a uniform colour stays exact.
  func averaged(width targetWidth: Int, height targetHeight: Int) -> [UInt32] {
    let quads = (width + 3) / 4
    return unsafe Array(unsafeUninitializedCapacity: targetWidth * targetHeight) { pixels, count in
      unsafe withUnsafeTemporaryAllocation(of: PixelQuad.self, capacity: 2 * quads) { sums in
        let columns = ScaledEdges(from: width, to: targetWidth)
        let rows = ScaledEdges(from: height, to: targetHeight)
        unsafe sums.initialize(repeating: PixelQuad())
        guard var now = sums.baseAddress, let target = pixels.baseAddress else { return }
        var next = unsafe now + quads
        var (position, end) = (0, 256)
        for y in 0..<height {
          let edge = rows[y]
          let weight = UInt16(min(edge, end) - position)
          let rest = UInt16(max(edge - end, 0))
          unsafe add(row: y, to: now, weight: weight, to: next, weight: rest)
          position = edge
          guard edge >= end else { continue }
          unsafe Self.average(now, count: quads, columns, into: target + count)
          count += targetWidth
          end += 256
          unsafe now.update(repeating: PixelQuad(), count: quads)
          unsafe swap(&now, &next)
        }
      }
    }
  }

  /// A row where two target rows meet counts for both.
  private func add(
    row y: Int,
    to sums: UnsafeMutablePointer<PixelQuad>,
    weight: UInt16,
    to nextSums: UnsafeMutablePointer<PixelQuad>,
    weight rest: UInt16
  ) {
    forEachQuad(row: y) { index, quad in
      unsafe sums[index].add(quad, weight: weight)
      if rest > 0 { unsafe nextSums[index].add(quad, weight: rest) }
    }
  }

  /// The pixels of a row by fours; the last ones may be less and made up with transparent ones.
  @inline(__always)
  private func forEachQuad(row y: Int, _ body: (_ index: Int, PixelQuad) -> Void) {
    guard let row = unsafe bytes.baseAddress.map({ unsafe $0 + y * stride }) else { return }
    let full = width / 4
    if hasAlpha {
      for index in 0..<full {
        let offset = index &* 16
        body(index, PixelQuad(unsafe row.loadUnaligned(fromByteOffset: offset, as: SIMD4.self)))
      }
    } else {
      for index in 0..<full {
        // Four pixels are three words.
        let offset = index &* 12
        let a = unsafe row.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        let b = unsafe row.loadUnaligned(fromByteOffset: offset &+ 4, as: UInt32.self)
        let c = unsafe row.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt32.self)
        let words = SIMD4(a, a &>> 24 | b &<< 8, b &>> 16 | c &<< 16, c &>> 8)
        body(index, PixelQuad(opaque: words | 0xFF00_0000))
      }
    }
    guard width % 4 > 0 else { return }
    var words = SIMD4<UInt32>()
    for lane in 0..<width % 4 {
      words[lane] = word(full * 4 + lane, y)
    }
    body(full, PixelQuad(words))
  }

  @inline(__always)
  private func word(_ x: Int, _ y: Int) -> UInt32 {
    if hasAlpha {
      return unsafe bytes.loadUnaligned(fromByteOffset: y * stride + x * 4, as: UInt32.self)
    }
    let offset = y &* stride &+ x &* 3
    let red = unsafe UInt32(bytes[offset])
    let green = unsafe UInt32(bytes[offset &+ 1])
    let blue = unsafe UInt32(bytes[offset &+ 2])
    return red | green &<< 8 | blue &<< 16 | 0xFF00_0000
  }

  /// Makes one target row of the sums of the columns.
  private static func average(
    _ sums: UnsafePointer<PixelQuad>,
    count: Int,
    _ columns: ScaledEdges,
    into pixels: UnsafeMutablePointer<UInt32>
  ) {
    var mean = unsafe RowMean(pixels)
    for index in 0..<count {
      let quad = unsafe sums[index].means
      let x = index &* 4
      mean.add(quad.0, upTo: columns[x])
      mean.add(quad.1, upTo: columns[x &+ 1])
      mean.add(quad.2, upTo: columns[x &+ 2])
      mean.add(quad.3, upTo: columns[x &+ 3])
    }
  }
}

/// Where the source pixels of a row or column end, in 1/256 of a target pixel.
private struct ScaledEdges {
  private let edges: [UInt32]

  init(from length: Int, to target: Int) {
    // Up to three more, for whoever takes four at a time.
    edges = (1...length + 3).map {
      UInt32((min($0, length) * target * 256 + length / 2) / length)
    }
  }

  @inline(__always)
  subscript(index: Int) -> Int { Int(edges[index]) }
}

/// Four neighbouring premultiplied pixels, or weighted sums of such: their channels, 16 bits each.
private struct PixelQuad {
  private var redBlue = SIMD8<UInt16>()
  private var greenAlpha = SIMD8<UInt16>()

  init() {}

  @inline(__always)
  init(opaque words: SIMD4<UInt32>) {
    redBlue = unsafe unsafeBitCast(words & 0x00FF_00FF, to: SIMD8<UInt16>.self)
    greenAlpha = unsafe unsafeBitCast((words &>> 8) & 0x00FF_00FF, to: SIMD8<UInt16>.self)
  }

  @inline(__always)
  init(_ words: SIMD4<UInt32>) {
    self.init(opaque: words)
    let halves = unsafe unsafeBitCast(words, to: SIMD2<UInt64>.self)
    guard ~(halves.x & halves.y) & 0xFF00_0000_FF00_0000 != 0 else { return }
    var alpha = words &>> 24
    alpha |= alpha &<< 16
    let factor = unsafe unsafeBitCast(alpha, to: SIMD8<UInt16>.self)
    redBlue = Self.multiply(redBlue, factor)
    greenAlpha = unsafe unsafeBitCast((words &>> 8) & 0xFF | 0xFF_0000, to: SIMD8<UInt16>.self)
    greenAlpha = Self.multiply(greenAlpha, factor)
  }

  /// `a * b / 255`, rounded to nearest.
  @inline(__always)
  private static func multiply(_ a: SIMD8<UInt16>, _ b: SIMD8<UInt16>) -> SIMD8<UInt16> {
    let product = a &* b &+ 128
    return (product &+ (product &>> 8)) &>> 8
  }

  /// Weights with a sum of up to 257 fit.
  @inline(__always)
  mutating func add(_ pixels: PixelQuad, weight: UInt16) {
    redBlue &+= pixels.redBlue &* weight
    greenAlpha &+= pixels.greenAlpha &* weight
  }

  @inline(__always)
  var argb: SIMD4<UInt32> {
    let redBlue = unsafe unsafeBitCast(redBlue, to: SIMD4<UInt32>.self)
    let greenAlpha = unsafe unsafeBitCast(greenAlpha, to: SIMD4<UInt32>.self)
    return redBlue &<< 16 | redBlue &>> 16 | greenAlpha &<< 8
  }

  /// The four pixels of which these are the sums.
  @inline(__always)
  var means: (WidePixel, WidePixel, WidePixel, WidePixel) {
    let redBlue = unsafe unsafeBitCast((redBlue &+ 128) &>> 8, to: SIMD4<UInt32>.self)
    let greenAlpha = unsafe unsafeBitCast((greenAlpha &+ 128) &>> 8, to: SIMD4<UInt32>.self)
    return (
      Self.pixel(redBlue.x, greenAlpha.x), Self.pixel(redBlue.y, greenAlpha.y),
      Self.pixel(redBlue.z, greenAlpha.z), Self.pixel(redBlue.w, greenAlpha.w)
    )
  }

  @inline(__always)
  private static func pixel(_ redBlue: UInt32, _ greenAlpha: UInt32) -> WidePixel {
    WidePixel(channels: UInt64(redBlue) | UInt64(greenAlpha) &<< 32)
  }
}

/// One premultiplied pixel, or a weighted sum of such: red, blue, green, alpha in 16 bits each.
private struct WidePixel {
  var channels: UInt64 = 0

  /// Weights with a sum of up to 257 fit.
  @inline(__always)
  mutating func add(_ pixel: WidePixel, weight: Int) {
    channels &+= pixel.channels &* UInt64(truncatingIfNeeded: weight)
  }

  /// The pixel of which this is the sum.
  @inline(__always)
  var mean: WidePixel {
    WidePixel(channels: (channels &+ 0x0080_0080_0080_0080) &>> 8 & 0x00FF_00FF_00FF_00FF)
  }

  @inline(__always)
  var argb: UInt32 {
    let redBlue = UInt32(truncatingIfNeeded: channels)
    let greenAlpha = UInt32(truncatingIfNeeded: channels &>> 32)
    return redBlue &<< 16 | redBlue &>> 16 | greenAlpha &<< 8
  }
}

/// Writes one row of target pixels as columns come in.
@safe private struct RowMean {
  private var target: UnsafeMutablePointer<UInt32>
  private var sum = WidePixel()
  private var position = 0
  private var end = 256

  init(_ target: UnsafeMutablePointer<UInt32>) {
    unsafe self.target = target
  }

  @inline(__always)
  mutating func add(_ pixel: WidePixel, upTo edge: Int) {
    sum.add(pixel, weight: min(edge, end) &- position)
    position = edge
    guard edge >= end else { return }
    unsafe target.pointee = sum.mean.argb
    unsafe target += 1
    sum = WidePixel()
    sum.add(pixel, weight: edge &- end)
    end &+= 256
  }
}
