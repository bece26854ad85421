import DBus

extension Command {
  static var attach: Command {
    Command(
      "attach",
      "Lets harkd use the display of this terminal.",
      details: """
        harkd finds the session's display by itself. This is for one that it cannot find: it is handed
        DISPLAY, WAYLAND_DISPLAY and XAUTHORITY as they are here.
        """
    ) { arguments throws(Failure) in
      var variables: [(name: String, value: String)] = []
      for name in ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"] {
        if let value = environment(name) { variables.append((name, absolute(name, value))) }
      }
      guard variables.contains(where: { $0.name != "XAUTHORITY" }) else {
        throw .failed(
          "neither DISPLAY nor WAYLAND_DISPLAY is set here; use a terminal on the display that is meant"
        )
      }
      _ = try Session().center("Attach") {
        $0.dictionary("ss") {
          for variable in variables {
            $0.dictionaryEntry {
              $0.string(variable.name)
              $0.string(variable.value)
            }
          }
        }
      }
      return .success
    }
  }

  /// harkd may have another `XDG_RUNTIME_DIR`.
  private static func absolute(_ name: String, _ value: String) -> String {
    guard name == "WAYLAND_DISPLAY", value.utf8.first != UInt8(ascii: "/"),
      let folder = environment("XDG_RUNTIME_DIR")
    else { return value }
    return folder + "/" + value
  }
}
