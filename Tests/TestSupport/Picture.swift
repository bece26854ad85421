import Foundation

package struct Area: Equatable, Sendable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package var maxX: Int { x + width }
  package var maxY: Int { y + height }
  package var middle: (x: Int, y: Int) { (x + width / 2, y + height / 2) }

  package func inset(by d: Int) -> Area {
    Area(x: x + d, y: y + d, width: width - 2 * d, height: height - 2 * d)
  }
}

package struct Colour: Equatable, Hashable, Sendable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// From `0xRRGGBB`.
  package init(_ hexadecimal: UInt32) {
    self.init(
      UInt8(hexadecimal >> 16 & 0xff),
      UInt8(hexadecimal >> 8 & 0xff),
      UInt8(hexadecimal & 0xff)
    )
  }

  /// The largest difference in one channel.
  package func distance(to other: Colour) -> Int {
    max(
      abs(Int(red) - Int(other.red)),
      abs(Int(green) - Int(other.green)),
      abs(Int(blue) - Int(other.blue))
    )
  }
}

/// What was on a screen.
package struct Picture: Equatable {
  package let width: Int
  package let height: Int
  /// Red, green, blue.
  package let pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3)
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// A binary PPM with 255 as the largest value.
  package init(ppm: [UInt8]) throws {
    var at = 0
    var numbers: [Int] = []
    guard ppm.starts(with: "P6".utf8) else { throw Trouble("not a PPM picture") }
    at = 2
    while numbers.count < 3, at < ppm.count {
      if ppm[at] == UInt8(ascii: "#") {
        at = ppm[at...].firstIndex(of: 10) ?? ppm.count
      } else if case 48...57 = ppm[at] {
        let end = ppm[at...].firstIndex { !(48...57).contains($0) } ?? ppm.count
        numbers.append(Int(String(decoding: ppm[at..<end], as: UTF8.self)) ?? 0)
        at = end
      } else {
        at += 1
      }
    }
    at += 1
    guard numbers.count == 3, numbers[2] == 255, ppm.count - at >= numbers[0] * numbers[1] * 3
    else { throw Trouble("not a PPM picture of 8 bits") }
    self.init(
      width: numbers[0],
      height: numbers[1],
      pixels: Array(ppm[at..<at + numbers[0] * numbers[1] * 3])
    )
  }

  /// An X window dump of 32 bits a pixel, as Xvfb keeps it.
  package init(xwd: [UInt8]) throws {
    func word(_ i: Int) -> Int {
      (0..<4).reduce(0) { $0 << 8 | Int(xwd[i * 4 + $1]) }
    }
    guard xwd.count > 100, word(1) == 7, word(11) == 32 else {
      throw Trouble("not an X window dump of 32 bits")
    }
    let (width, height, stride) = (word(4), word(5), word(12))
    let first = word(0) + word(19) * 12
    guard xwd.count >= first + stride * height else { throw Trouble("half an X window dump") }
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    pixels.withUnsafeMutableBufferPointer { to in
      xwd.withUnsafeBufferPointer { from in
        for y in 0..<height {
          var (source, target) = (first + y * stride, y * width * 3)
          for _ in 0..<width {
            to[target] = from[source + 2]
            to[target + 1] = from[source + 1]
            to[target + 2] = from[source]
            source += 4
            target += 3
          }
        }
      }
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  package var whole: Area { Area(x: 0, y: 0, width: width, height: height) }

  package subscript(x: Int, y: Int) -> Colour {
    let at = (y * width + x) * 3
    return Colour(pixels[at], pixels[at + 1], pixels[at + 2])
  }

  /// What nothing is drawn on: popups stand at the top right.
  package var background: Colour { self[4, height - 4] }

  private func clipped(_ area: Area?) -> Area {
    guard let area else { return whole }
    let (x, y) = (max(0, area.x), max(0, area.y))
    return Area(
      x: x,
      y: y,
      width: max(0, min(width, area.maxX) - x),
      height: max(0, min(height, area.maxY) - y)
    )
  }

  /// The number of pixels within `tolerance` of a colour.
  package func count(of colour: Colour, tolerance: Int = 0, in area: Area? = nil) -> Int {
    let area = clipped(area)
    var count = 0
    for (run, like) in runs(of: colour, tolerance: tolerance, in: area) where like {
      count += run.width
    }
    return count
  }

  /// How many pixels of each colour there are.
  package func histogram(in area: Area? = nil) -> [Colour: Int] {
    let area = clipped(area)
    var counts: [Colour: Int] = [:]
    for y in area.y..<area.maxY {
      for x in area.x..<area.maxX { counts[self[x, y], default: 0] += 1 }
    }
    return counts
  }

  /// The most frequent colour.
  package func commonColour(in area: Area) -> Colour {
    histogram(in: area).max { $0.value < $1.value }?.key ?? Colour(0)
  }

  /// The smallest rectangle with every pixel of a colour; nil without any.
  package func bounds(of colour: Colour, tolerance: Int = 0, in area: Area? = nil) -> Area? {
    join(runs(of: colour, tolerance: tolerance, in: clipped(area)).filter(\.1).map(\.0))
  }

  /// Connected parts that are not the background, from the top down: popups.
  package func regions(smallest: Int = 600) -> [Area] {
    components(
      runs(of: background, tolerance: 2, in: whole).filter { !$0.1 }.map(\.0),
      smallest: smallest
    )
  }

  /// Connected parts of one colour: buttons, bars, pictures.
  package func regions(
    of colour: Colour,
    tolerance: Int = 2,
    in area: Area? = nil,
    smallest: Int = 20
  ) -> [Area] {
    components(
      runs(of: colour, tolerance: tolerance, in: clipped(area)).filter(\.1).map(\.0),
      smallest: smallest
    )
  }

  /// The rows' runs of pixels that are like a colour, and of those that are not.
  private func runs(of colour: Colour, tolerance: Int, in area: Area) -> [(Area, Bool)] {
    var runs: [(Area, Bool)] = []
    let (red, green, blue) = (Int(colour.red), Int(colour.green), Int(colour.blue))
    pixels.withUnsafeBufferPointer { pixels in
      for y in area.y..<max(area.y, area.maxY) {
        var at = (y * width + area.x) * 3
        var (begin, state) = (area.x, false)
        for x in area.x..<area.maxX {
          let like =
            abs(Int(pixels[at]) - red) <= tolerance
            && abs(Int(pixels[at + 1]) - green) <= tolerance
            && abs(Int(pixels[at + 2]) - blue) <= tolerance
          at += 3
          if like != state {
            if x > begin { runs.append((Area(x: begin, y: y, width: x - begin, height: 1), state)) }
            (begin, state) = (x, like)
          }
        }
        if area.maxX > begin {
          runs.append((Area(x: begin, y: y, width: area.maxX - begin, height: 1), state))
        }
      }
    }
    return runs
  }

  private func join(_ areas: [Area]) -> Area? {
    guard let first = areas.first else { return nil }
    return areas.dropFirst().reduce(first) { a, b in
      let (x, y) = (min(a.x, b.x), min(a.y, b.y))
      return Area(
        x: x,
        y: y,
        width: max(a.maxX, b.maxX) - x,
        height: max(a.maxY, b.maxY) - y
      )
    }
  }

  /// Runs that touch from row to row belong together.
  private func components(_ runs: [Area], smallest: Int) -> [Area] {
    var parent = Array(runs.indices)
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    var above = 0
    for i in runs.indices {
      while above < i, runs[above].y < runs[i].y - 1 { above += 1 }
      var j = above
      while j < i, runs[j].y == runs[i].y - 1, runs[j].x < runs[i].maxX {
        if runs[j].maxX > runs[i].x {
          let (a, b) = (root(i), root(j))
          parent[max(a, b)] = min(a, b)
        }
        j += 1
      }
    }
    var parts: [Int: [Area]] = [:]
    for i in runs.indices { parts[root(i), default: []].append(runs[i]) }
    return parts.values.filter { $0.reduce(0) { $0 + $1.width } >= smallest }.compactMap(join)
      .sorted { ($0.y, $0.x) < ($1.y, $1.x) }
  }
}

extension World {
  /// What is on the display now.
  package func screenshot() throws -> Picture {
    guard let display else { throw Trouble("there is no display") }
    switch display.kind {
    case .x11:
      // The file is there before anything is in it.
      return try wait(for: "Xvfb's picture") {
        FileManager.default.contents(atPath: display.folder + "/Xvfb_screen0")
          .flatMap { try? Picture(xwd: Array($0)) }
      }
    case .sway:
      let file = logPath("picture.ppm")
      defer { unlink(file) }
      let outcome = try run("grim", "-t", "ppm", file)
      guard outcome.succeeded, let data = FileManager.default.contents(atPath: file) else {
        throw Trouble("grim: \(outcome.errors)")
      }
      return try Picture(ppm: Array(data))
    case .kwin:
      throw Trouble("KWin of this version gives no pictures away")
    }
  }

  /// Saves the screen for a person to look at.
  package func saveScreenshot(to path: String) throws {
    let picture = try screenshot()
    var data = Data("P6\n\(picture.width) \(picture.height)\n255\n".utf8)
    data.append(contentsOf: picture.pixels)
    let raw = folder + "/saved.ppm"
    try data.write(to: URL(filePath: raw))
    _ = try run("convert", raw, path)
  }

  /// Waits until the screen shows something, and returns what it then shows.
  ///
  /// The picture is the
  /// second of two equal ones, so that nothing is half drawn.
  package func picture(
    of what: String,
    within limit: Duration = .seconds(10),
    _ shows: (Picture) throws -> Bool
  ) throws -> Picture {
    var last: Picture?
    do {
      return try wait(for: what, limit: limit, every: .milliseconds(30)) {
        let picture = try screenshot()
        defer { last = picture }
        return try picture == last && shows(picture) ? picture : nil
      }
    } catch let late as TimedOut {
      throw Trouble("\(late); on the screen are \(last?.regions() ?? [])")
    }
  }

  /// Waits for a number of popups.
  @discardableResult
  package func popups(_ count: Int, within limit: Duration = .seconds(10)) throws -> (
    areas: [Area], picture: Picture
  ) {
    let picture = try picture(of: "\(count) popups", within: limit) { $0.regions().count == count }
    return (picture.regions(), picture)
  }
}
