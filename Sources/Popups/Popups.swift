package import Display
package import EventLoop
package import Notifications

package final class Popups {
  package private(set) var environment: [(name: String, value: String)] = []

  package init(
    _ loop: any EventLoop,
    systemdEnvironment: @escaping (@escaping ([(name: String, value: String)]) -> Void) -> Void,
    log: @escaping (String) -> Void,
    handle: @escaping (Event) -> Void
  ) {}

  package func start() {}
  package func attach(_ environment: DisplayEnvironment) {}
  package func close() {}
  package var displayName: String? { nil }
  package var outputs: [Output] { [] }
  package var outputInUse: String? { nil }
  package var problems: [String] { [] }
  package func requestActivationToken(for press: Press, then: @escaping (String?) -> Void) {
    then(nil)
  }
  package func update(_ core: borrowing Core) {}
}
