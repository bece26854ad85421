import EventLoop
import Foundation
import Testing

@testable import Daemon

@Suite struct ClockWatchTests {
  /// One turn of a loop at a time, until something holds or it takes too long.
  private func turn(_ loop: MainLoop, until holds: () -> Bool) {
    let end = loop.now + 10_000_000_000
    let timer = loop.timer { loop.quit() }
    while !holds(), loop.now < end {
      timer.deadline = loop.now + 20_000_000
      loop.run()
    }
  }

  @Test("another time zone is told, however the file is exchanged; other files are not")
  func zone() throws {
    let folder = NSTemporaryDirectory() + "hark-zone-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let zone = folder + "/localtime"
    let loop = MainLoop()
    var changes = 0
    let watch = ClockWatch(loop, zone: zone) { changes += 1 }
    try FileManager.default.createSymbolicLink(
      atPath: zone,
      withDestinationPath: "/usr/share/zoneinfo/Europe/Berlin"
    )
    turn(loop) { changes == 1 }
    #expect(changes == 1)
    // As timedatectl does it: a new link takes the old one's name.
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/.new",
      withDestinationPath: "/usr/share/zoneinfo/Asia/Kathmandu"
    )
    #expect(rename(folder + "/.new", zone) == 0)
    turn(loop) { changes == 2 }
    #expect(changes == 2)
    try "".write(toFile: folder + "/resolv.conf", atomically: true, encoding: .utf8)
    let timer = loop.timer { loop.quit() }
    timer.deadline = loop.now + 200_000_000
    loop.run()
    #expect(changes == 2)
    withExtendedLifetime(watch) {}
  }
}
