import DBus
import Identity
import Notifications

/// Starts apps, or brings them to the front, by `org.freedesktop.Application`.
final class AppActivation {
  private static let interface: InterfaceName = "org.freedesktop.Application"
  /// Milliseconds; an app may take its time to start.
  private static let patience = 25_000

  private unowned(unsafe) let connection: Connection
  private unowned(unsafe) let desk: any Desk
  private let desktopFiles: DesktopFiles

  init(_ connection: Connection, _ desk: any Desk, _ desktopFiles: DesktopFiles) {
    self.connection = connection
    self.desk = desk
    self.desktopFiles = desktopFiles
  }

  /// A click whose sender is gone goes to an app that asks for such; others just come up (WEB-044,
  /// ID-073).
  func wake(_ app: String, _ wake: Wake) {
    guard let file = desktopFiles.file(app) else { return }
    guard file.takesClicks else { return call(file, "Activate", wake.token) { _ in } }
    call(file, "ActivateAction", wake.token) {
      $0.string(DesktopFile.clickAction)
      $0.array("v") {
        $0.variant("(uss)") {
          $0.structure {
            $0.uint32(wake.id.rawValue)
            $0.string(wake.nid)
            $0.string(wake.action)
          }
        }
      }
    }
  }

  /// A link of the app's own scheme (WEB-043).
  func open(_ link: String, in app: String, _ token: String) {
    guard let file = desktopFiles.file(app) else { return }
    call(file, "Open", token) { $0.strings([link]) }
  }

  private func call(
    _ file: DesktopFile,
    _ method: MemberName,
    _ token: String,
    _ arguments: (inout Writer) -> Void
  ) {
    guard file.isDBusActivatable, let name = BusName(file.id),
      let path = ObjectPath(file.objectPath)
    else { return }
    let call = OutgoingMessage.call(name, path, Self.interface, method)
    call.append {
      arguments(&$0)
      Self.platformData(token, &$0)
    }
    connection.call(call, timeout: Self.patience) { [unowned(unsafe) desk] answer in
      guard case .failure(let error) = answer else { return }
      desk.report("\(file.id) could not be activated: \(error.message)")
    }
  }

  private static func platformData(_ token: String, _ writer: inout Writer) {
    writer.dictionary {
      guard !token.isEmpty else { return }
      $0.entry("activation-token", "s") { $0.string(token) }
      $0.entry("desktop-startup-id", "s") { $0.string(token) }
    }
  }
}
