package import DBus
package import Notifications
package import Store

/// Where the services hand in what happened, and look up what is live.
package protocol Desk: AnyObject {
  var core: Core { get }
  /// What is past.
  var store: Store { get }
  /// Applies the event now; its replies and signals are queued before this returns.
  func handle(_ event: Event)
  /// Logs what was wrong with a call that was served all the same.
  func report(_ problem: String)
  /// Milliseconds since the epoch.
  var wallClock: Int64 { get }
  /// Milliseconds of the wall clock minus those of the loop's clock.
  var wallClockOffset: Int64 { get }
  /// What `hark doctor` asks for.
  var status: Status { get }
  /// Whether the user works with a window of this process, or of an app by one of these ids.
  func hasFocus(_ process: Int32, _ ids: [String]) -> Bool
  /// Reads the configuration anew; tells what is wrong with it, one line each.
  func reload() -> [String]
  /// Looks for a display with another program's environment first.
  func attach(_ environment: [(name: String, value: String)])
  /// Another harkd is to take over; answers the call.
  func handOver(_ call: MethodCall)
  /// The daemon that is installed now is to take over; answers the call.
  func restart(_ call: MethodCall)
}

/// The state of the outside of the daemon.
package struct Status {
  package var version: String
  package var display: String?
  package var outputs: [Output]
  /// Why there is no display, one line each.
  package var problems: [String]
  /// What is wrong with the configuration and the administrator's policies, one line each.
  package var fileProblems: [String]
  /// Who tells that the session is locked, in words.
  package var lock: String
  /// What keeps the store from being on the disk, in words; "" for nothing.
  package var store: String

  package struct Output {
    package var name: String
    package var width: Int
    package var height: Int
    package var scale: Double
    package var isInUse: Bool

    package init(name: String, width: Int, height: Int, scale: Double, isInUse: Bool) {
      self.name = name
      self.width = width
      self.height = height
      self.scale = scale
      self.isInUse = isInUse
    }
  }

  package init(
    version: String,
    display: String?,
    outputs: [Output],
    problems: [String],
    fileProblems: [String],
    lock: String,
    store: String
  ) {
    self.version = version
    self.display = display
    self.outputs = outputs
    self.problems = problems
    self.fileProblems = fileProblems
    self.lock = lock
    self.store = store
  }
}
