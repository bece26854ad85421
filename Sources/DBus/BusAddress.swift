/// Where a bus listens: the Unix sockets of an address as `DBUS_SYSTEM_BUS_ADDRESS` has it.
package struct BusAddress: Equatable {
  /// In their order. A name is a path, or an abstract one behind a NUL.
  package var sockets: [[UInt8]] = []

  package init(_ text: String) {
    for address in text.split(separator: ";") {
      let parts = address.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0] == "unix" else { continue }
      for pair in parts[1].split(separator: ",") {
        let pair = pair.split(separator: "=", maxSplits: 1)
        guard pair.count == 2, let name = Self.unescaped(pair[1]), !name.contains(0) else {
          continue
        }
        switch pair[0] {
        case "path": sockets.append(name)
        case "abstract": sockets.append([0] + name)
        default: continue
        }
      }
    }
  }

  package static func system(environment: (String) -> String?) -> BusAddress {
    let set = environment("DBUS_SYSTEM_BUS_ADDRESS") ?? ""
    return BusAddress(set.isEmpty ? "unix:path=/run/dbus/system_bus_socket" : set)
  }

  /// Nil where a `%` is not followed by two hexadecimal digits.
  private static func unescaped(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
