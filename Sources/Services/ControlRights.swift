import DBus
import Notifications

/// Who may control the daemon: the user's own programs outside of any sandbox (WEB-300).
final class ControlRights {
  private unowned(unsafe) let peers: Peers
  /// Executables that may; empty: all outside of a sandbox.
  var executables: [String] = []
  /// A process that may in any case.
  var processID: Int32?

  init(_ peers: Peers) {
    self.peers = peers
  }

  func has(_ peer: String) -> Bool {
    let sender = peers[peer].sender
    return sender.isHost
      && (executables.isEmpty || executables.contains(sender.executable)
        || (processID != nil && sender.processID == processID))
  }

  /// False: the call has its error.
  func admit(_ call: MethodCall) -> Bool {
    let peer = call.message.sender
    if has(peer) { return true }
    let sender = peers[peer].sender
    call.fail(
      .harkAccessDenied,
      sender.isHost
        ? "control_allow does not name \(sender.executable)"
        : "only programs outside of a sandbox may control the daemon"
    )
    return false
  }
}
