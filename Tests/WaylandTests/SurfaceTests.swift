import Display
import Foundation
import Testing
import Wayland

@Suite struct SurfaceTests {
  @Test(
    "the surface is in the top right corner, sharp at every scale",
    .timeLimit(.minutes(1)), arguments: [1, 2])
  func corner(scale: Int) throws {
    let sway = try Sway("output * scale \(scale)")
    let screen = try Screen(sway.socket)
    try screen.show(200, 100)
    let picture = try sway.picture(scale: scale)
    if let path = ProcessInfo.processInfo.environment["HARK_KEEP_PICTURES"] {
      try sway.message("exec grim \(path)/corner-\(scale).png")
    }
    #expect(picture.drawn == [800 - 210 * scale, 10 * scale, 200 * scale, 100 * scale])
    #expect(screen.frames.last?.scale == Scale(of120: 120 * scale))
  }
}
