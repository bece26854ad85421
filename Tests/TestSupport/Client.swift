import Foundation

/// A helper program that answers one JSON line with another.
package final class Helper {
  private let child: Child
  private let logPath: String

  package init(_ command: [String], environment: [String: String], log: String) throws {
    logPath = log
    child = try Child(
      command,
      environment: environment,
      input: .pipe,
      output: .pipe,
      errors: .file(log)
    )
  }

  package func ask(_ request: JSON, limit: Duration = .seconds(30)) throws -> JSON {
    try child.write(request.line + "\n")
    guard let line = try child.line(within: limit) else {
      throw Trouble("\(child.command[1]) ended: \(text(of: logPath))")
    }
    let answer = try JSON(parsing: line)
    if let failure = answer["failure"].string { throw Trouble(failure) }
    return answer
  }

  package func end() { child.end() }
}

/// What arrived on one connection.
package struct Arrival {
  package let json: JSON

  package var place: Int { Int(json["at"].integer ?? 0) }
  package var client: String { json["client"].string ?? "" }
  package var kind: String { json["kind"].string ?? "" }
  package var member: String { json["member"].string ?? "" }
  package var error: String { json["error"].string ?? "" }
  package var sender: String { json["sender"].string ?? "" }
  package var destination: String { json["destination"].string ?? "" }
  package var signature: String { json["signature"].string ?? "" }
  package var values: [JSON] { json["values"].list }
  package var id: UInt32? { values.first?.integer.flatMap { UInt32(exactly: $0) } }
  /// On CLOCK_MONOTONIC, in nanoseconds.
  package var time: Int64 { json["time"].integer ?? 0 }
}

/// A picture in a hint.
///
/// Each field can be given a value that does not fit the others.
package struct RawPicture: Sendable {
  package var width: Int
  package var height: Int
  package var rowstride: Int?
  package var hasAlpha = true
  package var bits = 8
  package var channels: Int?
  /// The number of bytes, where it is not that of whole rows.
  package var length: Int?
  package var colour: [UInt8] = [255, 0, 0, 255]
  package var data: [UInt8]?

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  package func with(_ change: (inout RawPicture) -> Void) -> RawPicture {
    var new = self
    change(&new)
    return new
  }

  var json: JSON {
    var fields: [String: JSON] = [
      "width": .integer(Int64(width)), "height": .integer(Int64(height)),
      "alpha": .boolean(hasAlpha), "bits": .integer(Int64(bits)),
      "colour": .list(colour.map { .integer(Int64($0)) }),
    ]
    fields["rowstride"] = rowstride.map { .integer(Int64($0)) }
    fields["channels"] = channels.map { .integer(Int64($0)) }
    fields["length"] = length.map { .integer(Int64($0)) }
    fields["data"] = data.map { .list($0.map { .integer(Int64($0)) }) }
    return .object(fields)
  }
}

/// The arguments of one `Notify`.
package struct Notify: Sendable {
  package var appName = "test"
  package var replaces: UInt32 = 0
  package var icon = ""
  package var summary: String
  package var body = ""
  package var actions: [String] = []
  /// A dictionary in GVariant's text form: `{'urgency': <byte 2>}`.
  package var hints = ""
  package var pictures: [String: RawPicture] = [:]
  package var timeout: Int32 = -1
  /// So many hints more.
  package var many = 0
  /// One hint more, variants nested so deep around a 2.
  package var deep = 0
  package var deepKey = "x-deep"

  package init(
    _ summary: String = "title",
    body: String = "",
    actions: [String] = [],
    hints: String = "",
    timeout: Int32 = -1,
    replaces: UInt32 = 0,
    appName: String = "test"
  ) {
    self.summary = summary
    self.body = body
    self.actions = actions
    self.hints = hints
    self.timeout = timeout
    self.replaces = replaces
    self.appName = appName
  }

  package func with(_ change: (inout Notify) -> Void) -> Notify {
    var new = self
    change(&new)
    return new
  }

  package var json: JSON {
    [
      "app_name": .text(appName), "replaces_id": .integer(Int64(replaces)), "icon": .text(icon),
      "summary": .text(summary), "body": .text(body), "actions": .list(actions.map(JSON.text)),
      "hints": hints.isEmpty ? .null : .text(hints), "timeout": .integer(Int64(timeout)),
      "pictures": .object(pictures.mapValues(\.json)), "many": .integer(Int64(many)),
      "deep": .integer(Int64(deep)), "deep_key": .text(deepKey),
    ]
  }
}

/// One connection to the bus, in a program that knows nothing of hark's own code.
package final class Client {
  let label: String
  private let helper: Helper
  /// The unique name.
  package let name: String

  init(label: String, helper: Helper) throws {
    self.label = label
    self.helper = helper
    name = try helper.ask(["do": "connect", "client": .text(label)])["name"].string ?? ""
  }

  private func ask(_ what: String, _ fields: [String: JSON], limit: Duration = .seconds(30)) throws
    -> JSON
  {
    var all = fields
    all["do"] = .text(what)
    all["client"] = .text(label)
    return try helper.ask(.object(all), limit: limit)
  }

  /// One method call: where to, and what is unusual about it.
  package struct Call {
    package var member: String
    package var signature = ""
    /// A tuple in GVariant's text form.
    package var arguments = ""
    package var notify: Notify?
    package var destination = busName
    package var path = "/org/freedesktop/Notifications"
    package var interface = busName
    /// Goes without its INTERFACE header.
    package var hasInterface = true
    package var wantsReply = true
    package var isBigEndian = false
    package var descriptors = 0

    package init(_ member: String, _ signature: String = "", _ arguments: String = "") {
      self.member = member
      self.signature = signature
      self.arguments = arguments
    }

    package init(_ notify: Notify) {
      member = "Notify"
      self.notify = notify
    }

    package func with(_ change: (inout Call) -> Void) -> Call {
      var new = self
      change(&new)
      return new
    }

    var fields: [String: JSON] {
      var fields: [String: JSON] = [
        "member": .text(member), "destination": .text(destination), "path": .text(path),
        "interface": .text(hasInterface ? interface : ""),
        "flags": .integer(wantsReply ? 0 : 1), "big_endian": .boolean(isBigEndian),
        "descriptors": .integer(Int64(descriptors)),
      ]
      if let notify { fields["notify"] = notify.json }
      if !signature.isEmpty {
        fields["signature"] = .text(signature)
        fields["arguments"] = .text(arguments)
      }
      return fields
    }
  }

  /// Sends a call and waits for what comes back.
  package func call(_ call: Call, limit: Duration = .seconds(10)) throws -> Arrival {
    let answer = Arrival(
      json: try ask(
        "call",
        call.fields.merging(["limit": .number(limit / .seconds(1))]) { $1 },
        limit: limit + .seconds(20)
      )
    )
    switch answer.kind {
    case "none": throw TimedOut(what: "the answer to \(call.member)", limit: limit)
    case "gone": throw Trouble("the bus closed the connection")
    default: return answer
    }
  }

  /// Sends a call and does not wait.
  package func send(_ call: Call) throws {
    _ = try ask("send", call.fields)
  }

  /// Sends calls in one go and does not wait; returns their serials.
  @discardableResult
  package func send(_ calls: [Call]) throws -> [Int64] {
    try ask("pipelined", ["requests": .list(calls.map { .object($0.fields) })])["serials"].list
      .compactMap(\.integer)
  }

  /// Sends a call with some of its bytes changed.
  package func send(_ notify: Notify, replacing old: [UInt8], by new: [UInt8]) throws {
    func hexadecimal(_ bytes: [UInt8]) -> JSON {
      .text(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    }
    _ = try ask(
      "raw",
      ["member": "Notify", "notify": notify.json, "replace": [hexadecimal(old), hexadecimal(new)]]
    )
  }

  /// The id that a `Notify` was answered with.
  @discardableResult
  package func notify(_ notify: Notify) throws -> UInt32 {
    let answer = try call(Call(notify), limit: .seconds(30))
    guard answer.kind == "reply", answer.signature == "u", let id = answer.id else {
      throw Trouble("Notify was answered with \(answer.json.line)")
    }
    return id
  }

  package func closeNotification(_ id: UInt32) throws -> Arrival {
    try call(Call("CloseNotification", "u", "(\(id),)"))
  }

  package func owner(of name: String) throws -> String? {
    let answer = try call(
      Call("GetNameOwner", "s", "('\(name)',)").with {
        $0.destination = "org.freedesktop.DBus"
        $0.path = "/org/freedesktop/DBus"
        $0.interface = "org.freedesktop.DBus"
      }
    )
    return answer.kind == "reply" ? answer.values.first?.string : nil
  }

  /// Calls one of hark's own interfaces.
  package func center(_ member: String, _ signature: String = "", _ arguments: String = "") throws
    -> Arrival
  {
    try call(
      Call(member, signature, arguments).with {
        $0.destination = "org.hark.Daemon"
        $0.path = "/org/hark/Daemon"
        $0.interface = "org.hark.Center1"
      }
    )
  }

  /// The children and interfaces of an object, out of its introspection data.
  package func introspect(_ path: String, of destination: String = busName) throws -> JSON {
    try ask("introspect", ["path": .text(path), "destination": .text(destination)])
  }

  /// Hears what is broadcast too.
  package func listen(_ rule: String) throws {
    _ = try ask("listen", ["rule": .text(rule)])
  }

  package func stopReading() throws { _ = try ask("stall", [:]) }
  package func resumeReading() throws { _ = try ask("resume", [:]) }
  package func disconnect() throws { _ = try ask("disconnect", [:]) }

  // MARK: What arrived

  /// Everything that arrived here, in order.
  package func arrivals() throws -> [Arrival] {
    try ask("records", [:])["log"].list.map(Arrival.init).filter { $0.client == label }
  }

  /// How many ids came as answers.
  package func countOfIds() throws -> Int {
    let like: JSON = ["client": .text(label), "kind": "reply", "signature": "u"]
    return Int(try ask("count", ["like": like])["count"].integer ?? 0)
  }

  /// The signals of the notification interface, of one id or of all.
  package func signals(of id: UInt32? = nil) throws -> [Arrival] {
    try arrivals().filter {
      $0.kind == "signal" && $0.json["interface"].string == busName && (id == nil || $0.id == id)
    }
  }

  /// `NotificationClosed(7,2)` for each signal: an easy thing to compare.
  package func story(of id: UInt32? = nil) throws -> [String] {
    try signals(of: id).map { signal in
      let values = signal.values.map { $0.string ?? $0.line }
      return "\(signal.member)(\(values.joined(separator: ",")))"
    }
  }

  /// Waits for a signal about an id.
  @discardableResult
  package func signal(
    _ member: String,
    of id: UInt32,
    within limit: Duration = .seconds(10)
  ) throws -> Arrival {
    let answer = try ask(
      "wait",
      [
        "like": ["kind": "signal", "member": .text(member), "client": .text(label)],
        "id": .integer(Int64(id)), "limit": .number(limit / .seconds(1)),
      ],
      limit: limit + .seconds(20)
    )
    guard !answer["found"].isNull else {
      throw TimedOut(what: "\(member) of \(id); there was \(try story())", limit: limit)
    }
    return Arrival(json: answer["found"])
  }

  /// Waits for the end of a notification and returns the reason.
  @discardableResult
  package func closed(_ id: UInt32, within limit: Duration = .seconds(10)) throws -> Int64? {
    try signal("NotificationClosed", of: id, within: limit).values.dropFirst().first?.integer
  }

  /// One round trip to the daemon: what it sent before has arrived.
  package func settle() throws {
    _ = try call(
      Call("Ping").with {
        $0.interface = "org.freedesktop.DBus.Peer"
      }
    )
  }
}
