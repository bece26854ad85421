import DBus
import EventLoop

extension Command {
  static var permission: Command {
    Command(
      "permission",
      operands: "query|request|set|reset|list|watch|answer [APP] [ANSWER]",
      count: 1...64,
      "Tells and decides which apps may notify.",
      details: """
        query APP            granted, denied or default, and why
        request APP          asks the user, as the app would; waits for the answer
        set APP granted      or denied, as if the user had chosen so in a prompt
        reset APP            forgets what was decided and counted
        list                 the apps of which anything is known
        watch [APP...]       a line for each change, until interrupted; of every app without APP
        answer APP granted   or denied, or dismissed: answers the open prompt

        APP is an id as list shows it, or a whole one: app:org.example.Mail, flatpak:org.example.Mail,
        script:/home/me/backup.sh; or the number of a notification, for the app that sent it. Without a
        daemon query says unsupported and ends with 3.
        """,
      options: [.json, Option("gesture", "request as after a click of the user's, on the screen")]
    ) { arguments throws(Failure) in
      let words = arguments.operands
      let rest = Array(words.dropFirst())
      switch (words[0], rest.count) {
      case ("query", 1): return try PermissionCommand(arguments).query(rest[0])
      case ("request", 1): return try PermissionCommand(arguments).request(rest[0])
      case ("set", 2): return try PermissionCommand(arguments).set(rest[0], rest[1])
      case ("reset", 1): return try PermissionCommand(arguments).reset(rest[0])
      case ("list", 0): return try PermissionCommand(arguments).list()
      case ("watch", _): return try PermissionCommand(arguments).watch(rest)
      case ("answer", 2): return try PermissionCommand(arguments).answer(rest[0], rest[1])
      default:
        throw .usage(
          "hark permission takes query APP, request APP, set APP STATE, reset APP, list, watch or "
            + "answer APP ANSWER"
        )
      }
    }
  }
}

/// What is known of one app's permission.
package struct PermissionStatus: Equatable {
  package var app = ""
  package var state = ""
  package var source = ""
  package var reason = ""
  package var since: Int64 = 0
  package var expires: Int64 = 0
  package var canPrompt = false
  package var isEnabled: Bool?
  /// How the user is asked now; "" for not at all.
  package var question = ""

  package init(app: String, state: String) {
    self.app = app
    self.state = state
  }

  mutating func readDetails(_ reader: inout Reader) {
    reader.forEachEntry { key, value in
      switch key {
      case "source": source = value.string() ?? ""
      case "reason": reason = value.string() ?? ""
      case "since": since = value.int64() ?? 0
      case "expires": expires = value.int64() ?? 0
      case "can-prompt": canPrompt = value.boolean() ?? false
      case "question": question = value.string() ?? ""
      case "os-enabled": isEnabled = value.boolean()
      default: break
      }
    }
  }

  /// For people: `granted (user: set, since …)`.
  package var words: String {
    var why = source
    if !reason.isEmpty { why += ": \(reason)" }
    if since > 0 { why += ", since \(Timestamp(milliseconds: since).text)" }
    if expires > 0 { why += ", until \(Timestamp(milliseconds: expires).text)" }
    return "\(state) (\(why))" + (question.isEmpty ? "" : ", asked now")
  }

  package var json: String { JSON.object { write(&$0) } }

  func write(_ json: inout JSON) {
    if !app.isEmpty {
      json.key("app")
      json.string(app)
    }
    json.key("state")
    json.string(state)
    json.key("source")
    json.string(source)
    guard state != Self.unsupported.state else { return }
    json.key("reason")
    json.string(reason)
    json.key("since")
    json.number(since)
    json.key("expires")
    json.number(expires)
    json.key("can-prompt")
    json.boolean(canPrompt)
    if !question.isEmpty {
      json.key("question")
      json.string(question)
    }
    if let isEnabled {
      json.key("os-enabled")
      json.boolean(isEnabled)
    }
  }

  /// Nobody is there to ask (WEB-136).
  package static let unsupported: PermissionStatus = {
    var status = PermissionStatus(app: "", state: "unsupported")
    status.source = "bus"
    return status
  }()
}

private struct PermissionCommand {
  let arguments: Arguments
  let asJSON: Bool

  /// The user takes as long as the user takes, and then a little.
  private static let patience = 120_000

  init(_ arguments: Arguments) {
    self.arguments = arguments
    asJSON = arguments.has("json")
  }

  func query(_ app: String) throws(Failure) -> ExitCode {
    do throws(Failure) {
      try tell(try query(app, try Session(), watches: false))
      return .success
    } catch {
      guard error.code == .noDaemon else { throw error }
      try put((asJSON ? PermissionStatus.unsupported.json : "unsupported (bus)") + "\n")
      throw error
    }
  }

  private func query(
    _ app: String,
    _ session: Session,
    watches: Bool
  ) throws(Failure) -> PermissionStatus {
    let app = try session.app(app)
    let answer = try session.permissions("Query") {
      $0.string(app)
      $0.dictionary { if watches { $0.entry("watch", "b") { $0.boolean(true) } } }
    }
    var reader = answer.reader()
    var status = PermissionStatus(app: app, state: reader.string() ?? "")
    status.readDetails(&reader)
    return status
  }

  func request(_ app: String) throws(Failure) -> ExitCode {
    let isGesture = arguments.has("gesture")
    let session = try Session()
    let app = try session.app(app)
    let answer = try session.permissions("Request", timeout: Self.patience) {
      $0.string(app)
      $0.dictionary { if isGesture { $0.entry("user-gesture", "b") { $0.boolean(true) } } }
    }
    var reader = answer.reader()
    let state = reader.string() ?? ""
    try put(
      asJSON
        ? JSON.object {
          $0.key("app")
          $0.string(app)
          $0.key("state")
          $0.string(state)
        } + "\n" : printable(state) + "\n"
    )
    return state == "granted" ? .success : .failure
  }

  func set(_ app: String, _ state: String) throws(Failure) -> ExitCode {
    guard state == "granted" || state == "denied" || state == "default" else {
      throw .usage("a state is granted, denied or default, not \(state)")
    }
    let session = try Session()
    let app = try session.app(app)
    _ = try session.permissions("Set") {
      $0.string(app)
      $0.string(state)
      $0.dictionary { _ in }
    }
    return .success
  }

  func reset(_ app: String) throws(Failure) -> ExitCode {
    let session = try Session()
    let app = try session.app(app)
    _ = try session.permissions("Reset") { $0.string(app) }
    return .success
  }

  func answer(_ app: String, _ answer: String) throws(Failure) -> ExitCode {
    guard ["granted", "denied", "dismissed"].contains(answer) else {
      throw .usage("an answer is granted, denied or dismissed, not \(answer)")
    }
    let session = try Session()
    let app = try session.app(app)
    _ = try session.center("Answer", hint: Failure.appHint) {
      $0.string(app)
      $0.string(answer)
    }
    return .success
  }

  func list() throws(Failure) -> ExitCode {
    let all = try list(try Session())
    if asJSON {
      for status in all { try put(status.json + "\n") }
    } else {
      try put(aligned(all.map { [printable($0.app), printable($0.words)] }))
    }
    return .success
  }

  private func list(_ session: Session) throws(Failure) -> [PermissionStatus] {
    var reader = try session.permissions("List").reader()
    var all: [PermissionStatus] = []
    reader.forEach { app in
      _ = app.enter {
        var status = PermissionStatus(app: $0.string() ?? "", state: $0.string() ?? "")
        status.readDetails(&$0)
        all.append(status)
      }
    }
    return all
  }

  func watch(_ given: [String]) throws(Failure) -> ExitCode {
    let session = try Session()
    var outcome: Result<ExitCode, Failure> = .failure(.noDaemon("harkd left"))
    session.connection.closed = { [unowned(unsafe) session] in session.loop.quit() }
    // harkd asks now and then whether its watchers still read.
    session.connection.methodCall = { [unowned(unsafe) session] in
      session.connection.enqueue(.reply(to: $0))
    }
    session.connection.addMatch(
      MatchRule(sender: .bus, interface: .bus, member: "NameOwnerChanged", argument: .hark)
    )
    session.connection.signal = { [unowned(unsafe) session] message in
      var reader = message.reader()
      if message.isSignal(.bus, "NameOwnerChanged") {
        guard message.sender == BusName.bus.text, reader.string() == BusName.hark.text else {
          return
        }
        return session.loop.quit()
      }
      if message.isSignal(.center, "Dropped") {
        outcome = .failure(.failed("fell behind; what changed since is not known"))
        return session.loop.quit()
      }
      guard message.isSignal(.permissions, "Changed") else { return }
      var status = PermissionStatus(app: reader.string() ?? "", state: reader.string() ?? "")
      status.readDetails(&reader)
      do throws(Failure) {
        try tell(status)
      } catch {
        outcome = .failure(error)
        session.loop.quit()
      }
    }
    if given.isEmpty { _ = try session.center("Watch") { $0.dictionary { _ in } } }
    for app in given { _ = try query(app, session, watches: true) }
    session.run()
    return try outcome.get()
  }

  private func tell(_ status: PermissionStatus) throws(Failure) {
    try put(asJSON ? status.json + "\n" : printable("\(status.app) \(status.words)") + "\n")
  }
}

extension Session {
  /// Calls a member of `org.hark.Permissions1`; never starts a daemon.
  fileprivate func permissions(
    _ member: MemberName,
    timeout: Int = 25_000,
    _ arguments: (inout Writer) -> Void = { _ in }
  ) throws(Failure) -> Message {
    let call = OutgoingMessage.call(.hark, .hark, .permissions, member).withoutAutoStart()
    call.append(arguments)
    return try self.call(call, timeout: timeout, hint: Failure.appHint)
  }
}

extension InterfaceName {
  static let permissions: InterfaceName = "org.hark.Permissions1"
}
