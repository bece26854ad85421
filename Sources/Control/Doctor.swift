import DBus

extension Command {
  static var doctor: Command {
    Command(
      "doctor",
      "Tells who serves notifications here, how it came to, and where each notification is.",
      details: """
        It ends with 0 when hark serves this session, 1 when another daemon does, 3 when none does.
        Activation files are those that the environment of hark names; the bus may have started with
        another one.
        """,
      options: [.json]
    ) { arguments throws(Failure) in
      let session = try Session()
      let diagnosis = try Diagnosis(session)
      try put(arguments.has("json") ? diagnosis.line : diagnosis.page)
      return diagnosis.exitCode
    }
  }
}

/// All that `hark doctor` found out.
private struct Diagnosis {
  var owner: Owner?
  /// Whoever has the name by which `hark` finds harkd, where that is not the harkd that serves.
  var intruder: Holder?
  var candidates: [ServiceFile]
  /// The replies of harkd, or why there is none.
  var status: Result<Message, Failure>
  var live: Result<Message, Failure>

  init(_ session: Session) throws(Failure) {
    owner = try Owner(session)
    candidates = ServiceFile.claiming(BusName.notifications.text, environment: environment)
    var daemon = BusName.hark
    if let owner, owner.server == "hark" {
      daemon = owner.holder.name
      let holder = try Holder(session, of: .hark)
      if holder?.name != daemon { intruder = holder }
    }
    status = Self.result { () throws(Failure) in try session.center("Status", at: daemon) }
    live = Self.result { () throws(Failure) in try session.liveNotifications(at: daemon) }
  }

  private static func result(
    _ body: () throws(Failure) -> Message
  ) -> Result<Message, Failure> {
    do throws(Failure) {
      return .success(try body())
    } catch {
      return .failure(error)
    }
  }

  var exitCode: ExitCode {
    guard let owner else { return .noDaemon }
    return owner.server == "hark" ? .success : .failure
  }

  // MARK: For people

  var page: String {
    "Notifications are served by\n" + ownerText
      + "\nOn the next notification without a daemon the bus starts\n" + candidatesText
      + "\nDisplay\n" + statusText + "\nNotifications\n" + liveText
  }

  private var ownerText: String {
    guard let owner else {
      return "  nobody; start harkd with: systemctl --user start harkd, or: harkd\n"
    }
    let holder = owner.holder
    var rows = [
      ["  daemon", "\(owner.server) \(owner.version)"], ["  bus name", holder.name.text],
    ]
    if let process = holder.process {
      rows.append(["  process", "\(process.id) \(process.executable)"])
      rows.append(["  started", process.origin])
    }
    if let intruder {
      let process = intruder.process.map { ", process \($0.id) \($0.executable)" } ?? ""
      rows.append(["  problem", "\(BusName.hark.text) is owned by \(intruder.name.text)\(process)"])
      rows.append(["", "end that one: no other command of hark reaches harkd until then"])
    }
    var text = aligned(rows.map { $0.map { printable($0) } })
    if owner.server != "hark" {
      text += "  To let hark serve them, end that one and start harkd.\n"
    }
    return text
  }

  private var candidatesText: String {
    guard !candidates.isEmpty else { return "  none: no activation file claims the name\n" }
    let rows = candidates.enumerated().map { index, file in
      [
        index == 0 ? "  this one:" : "  not:",
        printable(file.systemdService.map { "\($0) of systemd, or \(file.exec)" } ?? file.exec),
        printable(file.path),
      ]
    }
    return aligned(rows)
      + (winsByChance ? "  Two are in one folder: which one it takes is chance.\n" : "")
  }

  private var winsByChance: Bool {
    candidates.count > 1 && candidates[0].folder == candidates[1].folder
  }

  private var statusText: String {
    switch status {
    case .failure(let failure):
      return "  not known: \(printable(failure.message))\n"
    case .success(let reply):
      var rows: [[String]] = []
      var display: String?
      var problems: [String] = []
      var reader = reply.reader()
      reader.forEachEntry { key, value in
        switch key {
        case "display": display = value.string()
        case "lock":
          rows.append(["  lock", printable("told by " + (value.string() ?? "none"))])
        case "store": rows.append(["  store", printable(value.string() ?? "")])
        case "outputs": value.forEach { rows.append(Self.outputRow(&$0)) }
        case "problems":
          for problem in value.strings() ?? [] { rows.append(["  problem", printable(problem)]) }
        case "file_problems": problems = value.strings() ?? []
        default: break
        }
      }
      let none = "none yet; hark attach in a terminal of the display that is meant hands it over"
      var text = "  \(printable(display ?? none))\n" + aligned(rows)
      if !problems.isEmpty {
        text += "Files\n" + aligned(problems.map { ["  problem", printable($0)] })
      }
      return text
    }
  }

  private static func outputRow(_ reader: inout Reader) -> [String] {
    var name = ""
    var size = (width: Int32(0), height: Int32(0))
    var scale = 1.0
    var isInUse = false
    reader.forEachEntry { key, value in
      switch key {
      case "name": name = value.string() ?? ""
      case "width": size.width = value.int32() ?? 0
      case "height": size.height = value.int32() ?? 0
      case "scale": scale = value.double() ?? 1
      case "in_use": isInUse = value.boolean() ?? false
      default: break
      }
    }
    let use = isInUse ? ", popups are here" : ""
    return ["  output \(printable(name))", "\(size.width)x\(size.height) at scale \(scale)\(use)"]
  }

  private var liveText: String {
    switch live {
    case .failure(let failure):
      return "  not known: \(printable(failure.message))\n"
    case .success(let reply):
      var rows: [[String]] = []
      var reader = reply.reader()
      reader.forEach {
        let live = Live(&$0)
        rows.append(["  \(live.id)", printable(live.place)])
      }
      return rows.isEmpty ? "  none\n" : aligned(rows)
    }
  }

  // MARK: For programs

  var line: String {
    JSON.object { json in
      if let owner {
        json.key("owner")
        owner.write(&json)
      }
      if let intruder {
        json.key("intruder")
        json.object { intruder.write(&$0) }
      }
      json.key("activation")
      json.array { json in
        for (index, file) in candidates.enumerated() { file.write(&json, wins: index == 0) }
      }
      Self.write("status", status, &json)
      Self.write("live", live, &json)
    } + "\n"
  }

  private static func write(
    _ name: String,
    _ reply: Result<Message, Failure>,
    _ json: inout JSON
  ) {
    guard case .success(let message) = reply else { return }
    var reader = message.reader()
    json.key(name)
    json.value(&reader)
  }
}

/// Who owns a name.
private struct Holder {
  var name: BusName
  var process: Process?

  /// Nil when nobody does.
  init?(_ session: Session, of name: BusName) throws(Failure) {
    let owner: BusName?
    do throws(DBusError) {
      owner = try session.connection.owner(of: name)
    } catch {
      throw Failure(error)
    }
    guard let owner else { return nil }
    self.name = owner
    process = (try? session.connection.processID(of: owner))?.map { Process(id: $0) }
  }

  /// Its members of the present object.
  func write(_ json: inout JSON) {
    json.key("name")
    json.string(name.text)
    process?.write(&json)
  }
}

/// Who owns `org.freedesktop.Notifications`.
private struct Owner {
  var holder: Holder
  var server: String
  var version: String

  /// Nil when nobody does.
  init?(_ session: Session) throws(Failure) {
    guard let holder = try Holder(session, of: .notifications) else { return nil }
    self.holder = holder
    let call = OutgoingMessage.call(
      holder.name,
      .notifications,
      .notifications,
      "GetServerInformation"
    )
    // A daemon that hangs is one of the things that a doctor is asked about.
    let reply = try? session.connection.callAndWait(call, timeout: 2000)
    var reader = reply?.reader()
    server = reader?.string() ?? "a daemon that does not answer"
    _ = reader?.string()
    version = reader?.string() ?? ""
  }

  func write(_ json: inout JSON) {
    json.object {
      holder.write(&$0)
      $0.key("server")
      $0.string(server)
      $0.key("version")
      $0.string(version)
    }
  }
}
