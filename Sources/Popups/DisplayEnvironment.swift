import CLibc
import Display

/// The variables by which programs find a display.
package struct DisplayEnvironment: Equatable {
  package var wayland: String?
  package var x11: String?
  package var authority: String?

  package init(_ variables: [(name: String, value: String)]) {
    for (name, value) in variables where !value.isEmpty {
      switch name {
      case "WAYLAND_DISPLAY": wayland = value
      case "DISPLAY": x11 = value
      case "XAUTHORITY": authority = value
      default: break
      }
    }
  }

  package static var ofProcess: DisplayEnvironment {
    DisplayEnvironment(
      ["WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY"].compactMap { name in
        getenv(name).map { (name, String(cString: $0)) }
      }
    )
  }

  /// For programs that shall find the same display.
  package var variables: [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    if let wayland { result.append(("WAYLAND_DISPLAY", wayland)) }
    if let x11 { result.append(("DISPLAY", x11)) }
    if let authority { result.append(("XAUTHORITY", authority)) }
    return result
  }
}

/// One display that may be tried.
struct DisplayCandidate: Equatable {
  enum System {
    case x11
    case wayland
  }

  var system: System
  var name: String
  /// Where it was named.
  var environment: DisplayEnvironment

  static func == (a: DisplayCandidate, b: DisplayCandidate) -> Bool {
    a.system == b.system && a.name == b.name
      && a.environment.authority == b.environment.authority
  }

  func problem(_ words: String) -> String {
    "\(system == .x11 ? "X11" : "Wayland") \(name): \(words)"
  }

  /// Wayland goes first: an X server beside it is Xwayland.
  static func all(in environment: DisplayEnvironment) -> [DisplayCandidate] {
    var candidates: [DisplayCandidate] = []
    if let name = environment.wayland {
      candidates.append(DisplayCandidate(system: .wayland, name: name, environment: environment))
    }
    if let name = environment.x11 {
      candidates.append(DisplayCandidate(system: .x11, name: name, environment: environment))
    }
    return candidates
  }
}
