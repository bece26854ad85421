import Foundation

/// A real pointer on the display of a world: xdotool on X11, a virtual pointer under Sway.
package final class Pointer {
  package enum Button: Int {
    case left = 1
    case middle = 2
    case right = 3
  }

  private let world: World
  private let helper: Helper?

  fileprivate init(world: World, helper: Helper?) {
    self.world = world
    self.helper = helper
  }

  package func move(to place: (x: Int, y: Int)) throws {
    if let helper {
      _ = try helper.ask([
        "do": "move", "x": .integer(Int64(place.x)), "y": .integer(Int64(place.y)),
      ])
    } else {
      try xdotool("mousemove", "\(place.x)", "\(place.y)")
    }
  }

  package func click(_ button: Button = .left, times: Int = 1, at place: (x: Int, y: Int)) throws {
    try move(to: place)
    if let helper {
      _ = try helper.ask([
        "do": "click", "button": .integer(Int64(button.rawValue)), "times": .integer(Int64(times)),
      ])
    } else {
      try xdotool("click", "--repeat", "\(times)", "--delay", "40", "\(button.rawValue)")
    }
  }

  private func xdotool(_ words: String...) throws {
    let outcome = try TestSupport.run(["xdotool"] + words, environment: world.environment)
    guard outcome.succeeded else { throw Trouble("xdotool \(words): \(outcome.errors)") }
  }
}

extension World {
  package func pointer() throws -> Pointer {
    guard let display else { throw Trouble("there is no display") }
    guard display.kind == .sway else { return Pointer(world: self, helper: nil) }
    let (width, height) = DisplayServer.size
    let helper = try Helper(
      [Programs.toolsPython, Programs.clients + "/pointer.py", "\(width)", "\(height)"],
      environment: environment.merging(["PYTHONPATH": Programs.tools]) { $1 },
      log: logPath("pointer.log")
    )
    keep(helper)
    return Pointer(world: self, helper: helper)
  }
}
