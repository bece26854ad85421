/// One exported interface: the table from which both dispatch and introspection come.
package struct Interface {
  package var name: InterfaceName
  package var methods: [Method]
  package var signals: [SignalDescription]
  package var properties: [Property]
  /// Asked before each call and each look at a property; false: it may not, and has its error.
  package var admits: (MethodCall) -> Bool

  package init(
    _ name: InterfaceName,
    methods: [Method] = [],
    signals: [SignalDescription] = [],
    properties: [Property] = [],
    admits: @escaping (MethodCall) -> Bool = { _ in true }
  ) {
    self.name = name
    self.methods = methods
    self.signals = signals
    self.properties = properties
    self.admits = admits
  }
}

package struct Argument {
  package var name: String
  package var type: Signature

  @inline(never)
  package init(_ name: String, _ type: Signature) {
    self.name = name
    self.type = type
  }
}

package struct Method {
  package var name: MemberName
  package var inputs: [Argument]
  package var outputs: [Argument]
  /// Called only with arguments of the types in `inputs`.
  package var handler: (MethodCall) -> Void
  let signature: Signature

  @inline(never)
  package init(
    _ name: MemberName,
    _ inputs: [Argument] = [],
    returns outputs: [Argument] = [],
    _ handler: @escaping (MethodCall) -> Void
  ) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.handler = handler
    var joined = ""
    for input in inputs { joined += input.type.text }
    guard let signature = Signature(joined) else {
      preconditionFailure("a method's arguments make too long a signature")
    }
    self.signature = signature
  }
}

package struct SignalDescription {
  package var name: MemberName
  package var arguments: [Argument]

  @inline(never)
  package init(_ name: MemberName, _ arguments: [Argument]) {
    self.name = name
    self.arguments = arguments
  }
}

package struct Property {
  package var name: MemberName
  package var type: Signature
  package var changes: Changes
  package var get: (inout Writer) -> Void
  /// Called only with a reader at a value of `type`; answers the call. Nil: read-only.
  package var set: ((MethodCall, inout Reader) -> Void)?

  @inline(never)
  package init(
    _ name: MemberName,
    _ type: Signature,
    changes: Changes = .told,
    _ get: @escaping (inout Writer) -> Void,
    set: ((MethodCall, inout Reader) -> Void)? = nil
  ) {
    self.name = name
    self.type = type
    self.changes = changes
    self.get = get
    self.set = set
  }

  /// Whether `PropertiesChanged` tells a new value, as introspection says it.
  package enum Changes: String, Sendable {
    case told = "true"
    case never = "const"
  }
}

/// A call and its arguments.
package final class MethodCall {
  package let message: Message
  package let pending: PendingReply

  init(_ message: Message, _ connection: Connection) {
    self.message = message
    pending = PendingReply(to: message, connection)
  }

  package func reply(_ body: (inout Writer) -> Void = { _ in }) { pending.reply(body) }

  package func fail(_ name: ErrorName, _ words: String?) { pending.fail(name, words) }
}

/// What the one answer to a call takes: it may wait long, and a message be long.
package struct PendingReply {
  private let sender: String
  private let serial: UInt32
  private let isExpected: Bool
  private let connection: Connection

  init(to message: Message, _ connection: Connection) {
    sender = message.sender
    serial = message.serial
    isExpected = message.expectsReply
    self.connection = connection
  }

  package func reply(_ body: (inout Writer) -> Void = { _ in }) {
    guard isExpected else { return }
    let reply = OutgoingMessage.reply(to: sender, serial)
    reply.append(body)
    connection.enqueue(reply)
  }

  package func fail(_ name: ErrorName, _ words: String?) {
    guard isExpected else { return }
    connection.enqueue(.error(to: sender, serial, name, words))
  }
}
