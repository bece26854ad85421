import CDBus

// What one asks of the bus itself.

package struct NameRequestFlags: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static let allowReplacement = NameRequestFlags(rawValue: 1)
  package static let replaceExisting = NameRequestFlags(rawValue: 2)
  package static let doNotQueue = NameRequestFlags(rawValue: 4)
}

extension Connection {
  /// Asks for a name and blocks for the answer: true when it is ours now.
  package func requestName(
    _ name: BusName,
    _ flags: NameRequestFlags
  ) throws(DBusError) -> Bool {
    let call = OutgoingMessage.call(.bus, .bus, .bus, "RequestName")
    call.append {
      $0.string(name.text)
      $0.uint32(flags.rawValue)
    }
    var reader = try callAndWait(call).reader()
    let answer = reader.uint32()
    return answer == UInt32(DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER)
      || answer == UInt32(DBUS_REQUEST_NAME_REPLY_ALREADY_OWNER)
  }

  /// As `requestName`, and whether it is ours the bus tells by `NameAcquired` alone.
  package func claim(_ name: BusName, _ flags: NameRequestFlags) {
    let call = OutgoingMessage.call(.bus, .bus, .bus, "RequestName").withoutReply()
    call.append {
      $0.string(name.text)
      $0.uint32(flags.rawValue)
    }
    enqueue(call)
  }

  package func release(_ name: BusName) {
    let call = OutgoingMessage.call(.bus, .bus, .bus, "ReleaseName").withoutReply()
    call.append { $0.string(name.text) }
    enqueue(call)
  }

  /// The unique name behind a name, or nil when nobody owns it.
  package func owner(of name: BusName) throws(DBusError) -> BusName? {
    let call = OutgoingMessage.call(.bus, .bus, .bus, "GetNameOwner")
    call.append { $0.string(name.text) }
    do {
      var reader = try callAndWait(call).reader()
      return reader.string().flatMap { BusName($0) }
    } catch {
      guard error.name == ErrorName.nameHasNoOwner.text else { throw error }
      return nil
    }
  }

  package func processID(of name: BusName) throws(DBusError) -> UInt32? {
    let call = OutgoingMessage.call(.bus, .bus, .bus, "GetConnectionUnixProcessID")
    call.append { $0.string(name.text) }
    var reader = try callAndWait(call).reader()
    return reader.uint32()
  }

  /// Who is connected. Blocks.
  package func uniqueNames() throws(DBusError) -> Set<String> {
    let reply = try callAndWait(.call(.bus, .bus, .bus, "ListNames"))
    var reader = reply.reader()
    return Set((reader.strings() ?? []).filter { $0.hasPrefix(":") })
  }

  /// Which bus this is: no two have the same. Blocks.
  package func busID() throws(DBusError) -> String {
    let reply = try callAndWait(.call(.bus, .bus, .bus, "GetId"))
    var reader = reply.reader()
    return reader.string() ?? ""
  }

  package func addMatch(_ rule: MatchRule) {
    sendRule("AddMatch", rule)
  }

  package func removeMatch(_ rule: MatchRule) {
    sendRule("RemoveMatch", rule)
  }

  private func sendRule(_ member: MemberName, _ rule: MatchRule) {
    let call = OutgoingMessage.call(.bus, .bus, .bus, member).withoutReply()
    call.append { $0.string(rule.text) }
    enqueue(call)
  }
}
