import DBus
import Notifications

@testable import Services

/// What a `Notify` with these arguments is read as.
func request(
  body: String = "",
  actions: [String] = [],
  timeout: Int32 = -1,
  hints: (inout Writer) -> Void = { _ in }
) -> NotifyRequest {
  let call = OutgoingMessage.call(
    "org.freedesktop.Notifications",
    FreedesktopNotifications.path,
    FreedesktopNotifications.name,
    "Notify"
  )
  call.append {
    $0.string("app")
    $0.uint32(0)
    $0.string("")
    $0.string("title")
    $0.string(body)
    $0.strings(actions)
    $0.dictionary("sv", hints)
    $0.int32(timeout)
  }
  return NotifyRequest(call.received, links: .remote, receivedAt: 0)
}
