import CLibc
import CXcb

/// The file in which X servers' cookies lie (`man Xsecurity`): records of a family and counted
/// strings, lengths with the high byte first.
enum Authority {
  struct Record: Equatable {
    var family: UInt16
    var address: [UInt8]
    var number: [UInt8]
    var name: [UInt8]
    var data: [UInt8]
  }

  /// Whom a record is for.
  struct Server {
    var family: UInt16
    var address: [UInt8]
    var number: Int
  }

  static let internet: UInt16 = 0
  static let internet6: UInt16 = 6
  static let local: UInt16 = 256
  static let anyFamily: UInt16 = 65535

  /// The only method that hark speaks.
  static let cookieMethod = Array("MIT-MAGIC-COOKIE-1".utf8)

  static func records(_ bytes: [UInt8]) -> [Record] {
    var records: [Record] = []
    var rest = bytes[...]
    while let family = word(&rest), let address = string(&rest), let number = string(&rest),
      let name = string(&rest), let data = string(&rest)
    {
      records.append(
        Record(family: family, address: address, number: number, name: name, data: data)
      )
    }
    return records
  }

  static func cookie(in records: [Record], for server: Server) -> [UInt8]? {
    let number = Array(String(server.number).utf8)
    return records.first {
      ($0.family == anyFamily || ($0.family == server.family && $0.address == server.address))
        && ($0.number.isEmpty || $0.number == number) && $0.name == cookieMethod
    }?.data
  }

  /// The records of a file, of its first MiB; none when it cannot be read.
  static func load(_ path: String) -> [Record] {
    let descriptor = cxcb_open(path)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 1 << 20 {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return records(bytes)
  }

  private static func word(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
    guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
    return UInt16(high) << 8 | UInt16(low)
  }

  private static func string(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let length = word(&rest), rest.count >= Int(length) else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return Array(rest.prefix(Int(length)))
  }
}
