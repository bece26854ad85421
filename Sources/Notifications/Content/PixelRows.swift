/// Rows of R,G,B[,A] bytes whose bounds are known to be right, alpha not premultiplied (FD-158).
///
/// Reads pixels as little-endian words, four at a time: every Linux that Swift runs on is such.
@unsafe struct PixelRows {
  let bytes: UnsafeRawBufferPointer
  let width: Int
  let height: Int
  let stride: Int
  let hasAlpha: Bool

  func premultiplied() -> [UInt32] {
    unsafe Array(unsafeUninitializedCapacity: width * height) { pixels, count in
      for y in 0..<height {
        for x in 0..<width {
          let premultiplied = unsafe Premultiplied(SIMD4(repeating: word(x, y)))
          unsafe pixels[count] = premultiplied.argb(lane: 0)
          count += 1
        }
      }
    }
  }

  /// Every target pixel is the mean of the source area under it.
  ///
  /// A source pixel counts as `targetWidth` by `targetHeight` units, a target pixel as `width` by
  /// `height`: so all weights are whole numbers, and no sum exceeds 255 * 4096 * 4096 < 2^32.
  func averaged(width targetWidth: Int, height targetHeight: Int) -> [UInt32] {
    let groups = (width + 3) / 4
    return unsafe Array(unsafeUninitializedCapacity: targetWidth * targetHeight) { pixels, count in
      unsafe withUnsafeTemporaryAllocation(of: Sums.self, capacity: groups) { sums in
        unsafe sums.initialize(repeating: Sums())
        let mean = unsafe RowMean(sums: sums, width: width, height: height, target: targetWidth)
        var room = height
        for y in 0..<height {
          let now = min(targetHeight, room)
          unsafe add(row: y, weight: UInt16(now), to: sums)
          room -= now
          guard room == 0 else { continue }
          unsafe mean.write(to: pixels.extracting(count..<count + targetWidth))
          count += targetWidth
          unsafe sums.update(repeating: Sums())
          let rest = targetHeight - now
          if rest > 0 { unsafe add(row: y, weight: UInt16(rest), to: sums) }
          room = height - rest
        }
      }
    }
  }

  private func add(row y: Int, weight: UInt16, to sums: UnsafeMutableBufferPointer<Sums>) {
    let full = width / 4
    if hasAlpha {
      var row = unsafe bytes.baseAddress.unsafelyUnwrapped + y * stride
      for index in 0..<full {
        let words = unsafe row.loadUnaligned(as: SIMD4<UInt32>.self)
        unsafe sums[index].add(Premultiplied(words), weight: weight)
        unsafe row += 16
      }
    } else {
      for index in 0..<full {
        let x = index * 4
        let words = unsafe SIMD4(word(x, y), word(x + 1, y), word(x + 2, y), word(x + 3, y))
        unsafe sums[index].add(Premultiplied(words), weight: weight)
      }
    }
    guard full < sums.count else { return }
    var words = SIMD4<UInt32>()
    for lane in 0..<width % 4 {
      words[lane] = unsafe word(full * 4 + lane, y)
    }
    unsafe sums[full].add(Premultiplied(words), weight: weight)
  }

  @inline(__always)
  private func word(_ x: Int, _ y: Int) -> UInt32 {
    if hasAlpha {
      return unsafe bytes.loadUnaligned(fromByteOffset: y * stride + x * 4, as: UInt32.self)
    }
    let offset = y * stride + x * 3
    let red = unsafe UInt32(bytes[offset])
    let green = unsafe UInt32(bytes[offset + 1])
    let blue = unsafe UInt32(bytes[offset + 2])
    return red | green << 8 | blue << 16 | 0xFF00_0000
  }
}

/// Four premultiplied pixels: a pair of channels in the halves of each lane.
private struct Premultiplied {
  let redBlue: SIMD4<UInt32>
  let greenAlpha: SIMD4<UInt32>

  @inline(__always)
  init(_ words: SIMD4<UInt32>) {
    var alpha = words &>> 24
    alpha |= alpha &<< 16
    redBlue = Self.multiply(words & 0x00FF_00FF, alpha)
    greenAlpha = Self.multiply((words &>> 8) & 0x0000_00FF | 0x00FF_0000, alpha)
  }

  func argb(lane: Int) -> UInt32 {
    let red = redBlue[lane] & 0xFF
    let alpha = greenAlpha[lane] & 0x00FF_0000
    return alpha << 8 | red << 16 | (greenAlpha[lane] & 0xFF) << 8 | redBlue[lane] >> 16
  }

  /// `a * b / 255` in every half, rounded to nearest.
  @inline(__always)
  private static func multiply(_ a: SIMD4<UInt32>, _ b: SIMD4<UInt32>) -> SIMD4<UInt32> {
    let product = unsafe unsafeBitCast(a, to: SIMD8<UInt16>.self)
      &* unsafeBitCast(b, to: SIMD8<UInt16>.self) &+ 128
    return unsafe unsafeBitCast((product &+ (product &>> 8)) &>> 8, to: SIMD4<UInt32>.self)
  }
}

/// Weighted sums of the channels of four neighbouring columns.
private struct Sums {
  var red = SIMD4<UInt32>()
  var green = SIMD4<UInt32>()
  var blue = SIMD4<UInt32>()
  var alpha = SIMD4<UInt32>()

  /// A weight of up to 257 keeps the products within their halves.
  @inline(__always)
  mutating func add(_ pixels: Premultiplied, weight: UInt16) {
    let redBlue = Self.multiply(pixels.redBlue, weight)
    let greenAlpha = Self.multiply(pixels.greenAlpha, weight)
    red &+= redBlue & 0xFFFF
    blue &+= redBlue &>> 16
    green &+= greenAlpha & 0xFFFF
    alpha &+= greenAlpha &>> 16
  }

  @inline(__always)
  private static func multiply(_ a: SIMD4<UInt32>, _ weight: UInt16) -> SIMD4<UInt32> {
    let product = unsafe unsafeBitCast(a, to: SIMD8<UInt16>.self) &* weight
    return unsafe unsafeBitCast(product, to: SIMD4<UInt32>.self)
  }
}

/// Turns the sums of all columns into one row of target pixels.
@unsafe private struct RowMean {
  let sums: UnsafeMutableBufferPointer<Sums>
  let width: Int
  let height: Int
  let target: Int

  func write(to pixels: Slice<UnsafeMutableBufferPointer<UInt32>>) {
  }
}
