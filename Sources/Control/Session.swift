import DBus
import EventLoop

/// The session bus, as the commands use it.
final class Session {
  let loop = MainLoop()
  let connection: Connection

  init() throws(Failure) {
    guard Connection.hasSession else {
      throw .noDaemon("there is no session bus here: DBUS_SESSION_BUS_ADDRESS is not set")
    }
    do throws(DBusError) {
      connection = try Connection.session(loop)
    } catch {
      throw .noDaemon("the session bus does not answer: \(error.message)")
    }
  }

  /// Turns the loop until something quits it; what a turn queued leaves at its end.
  func run() {
    loop.afterHandler = { [unowned(unsafe) connection] in connection.flush() }
    connection.flush()
    loop.run()
  }

  /// Calls a member of `org.hark.Center1`; never starts a daemon.
  func center(
    _ member: MemberName,
    at destination: BusName = .hark,
    hint: String = Failure.notificationHint,
    _ arguments: (inout Writer) -> Void = { _ in }
  ) throws(Failure) -> Message {
    let call = OutgoingMessage.call(destination, .hark, .center, member).withoutAutoStart()
    call.append(arguments)
    return try self.call(call, hint: hint)
  }

  /// All properties of `org.hark.Center1`, an `a{sv}`.
  func centerProperties() throws(Failure) -> Message {
    let call = OutgoingMessage.call(.hark, .hark, .properties, "GetAll").withoutAutoStart()
    call.append { $0.string(InterfaceName.center.text) }
    return try self.call(call)
  }

  func setCenterProperty(
    _ name: MemberName,
    _ type: Signature,
    _ value: (inout Writer) -> Void
  ) throws(Failure) {
    let call = OutgoingMessage.call(.hark, .hark, .properties, "Set").withoutAutoStart()
    call.append {
      $0.string(InterfaceName.center.text)
      $0.string(name.text)
      $0.variant(type, value)
    }
    _ = try self.call(call)
  }

  /// `hint` tells where what is not found would be seen.
  func call(
    _ message: OutgoingMessage,
    timeout: Int = 25_000,
    hint: String = Failure.notificationHint
  ) throws(Failure) -> Message {
    do throws(DBusError) {
      return try connection.callAndWait(message, timeout: timeout)
    } catch {
      throw Failure(error, hint: hint)
    }
  }
}

extension Failure {
  static let notificationHint = "hark list and hark show tell what there is"
  static let appHint = "hark apps lists those that are known"

  init(_ error: DBusError, hint: String = notificationHint) {
    switch error.name {
    case ErrorName.serviceUnknown.text, ErrorName.nameHasNoOwner.text:
      self = .noDaemon(
        "no harkd on this bus; start it with: systemctl --user start harkd, or: harkd"
      )
    case ErrorName.disconnected.text:
      self = .noDaemon("the session bus is gone")
    case ErrorName.noReply.text:
      self = .failed("harkd does not answer; hark doctor tells which process it is")
    case ErrorName.unknownMethod.text, ErrorName.unknownInterface.text:
      self = .failed("this harkd is older than hark and cannot do that; restart it")
    case "org.hark.Error.NotFound":
      self = .failed("\(error.message); \(hint)")
    default:
      self = .failed(error.message.isEmpty ? error.name : error.message)
    }
  }
}

extension BusName {
  static let hark: BusName = "org.hark.Daemon"
  static let notifications: BusName = "org.freedesktop.Notifications"
}

extension ObjectPath {
  static let hark: ObjectPath = "/org/hark/Daemon"
  static let notifications: ObjectPath = "/org/freedesktop/Notifications"
}

extension InterfaceName {
  static let center: InterfaceName = "org.hark.Center1"
  static let notifications: InterfaceName = "org.freedesktop.Notifications"
}
