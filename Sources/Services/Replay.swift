package import DBus
package import Notifications

// What a daemon sends to the one that takes over from it.

extension OutgoingMessage {
  /// A call that `successor` answers in the place of this daemon; its path and interface are in the
  /// message.
  package static func replay(_ call: Message, to successor: BusName) -> OutgoingMessage {
    replay(to: successor, sender: call.sender, member: call.member) { $0.carry(call) }
  }

  /// Tells that there are no more of those that were held, and what the user has done since.
  package static func lastReplay(_ events: [Event], to successor: BusName) -> OutgoingMessage {
    replay(to: successor, sender: "", member: "") { $0.clicks(events) }
  }

  private static func replay(
    to successor: BusName,
    sender: String,
    member: String,
    _ arguments: (inout Writer) -> Void
  ) -> OutgoingMessage {
    let replay = OutgoingMessage.call(successor, Center.path, Center.interfaceName, "Replay")
    replay.append {
      $0.string(sender)
      $0.string(member)
      arguments(&$0)
    }
    return replay
  }
}
