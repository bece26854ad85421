import CLibc
import DBus
import EventLoop
import Identity
import Notifications

/// Who the peers are, and when they leave.
///
/// The first call of a peer starts a look-up, and waits for it with whatever the peer sends
/// meanwhile; nobody else's calls wait (FD-017, ID-003). What was found holds until the name leaves
/// the bus. One match rule for each peer that matters, not one for all: a desktop's bus has
/// programs coming and going all day, and none of them shall wake the daemon.
final class Peers {
  private unowned(unsafe) let connection: Connection
  let identifier: Identifier
  let delegates: Delegates
  /// What a false claim comes to.
  var policy = ClaimPolicy.marked {
    didSet { forgetSpeakers() }
  }
  private var known: [String: Peer] = [:]
  /// Those that own something from before this daemon, and have not called yet.
  private var inherited: Set<String> = []
  /// Those whose notifications speak for many sites (WEB-031).
  var browsers = Browsers() {
    didSet { forgetSpeakers() }
  }
  private var lanes: [String: Lane] = [:]
  /// Called with each call whose sender is known, in the order of that sender.
  var handle: ((Message, Peer) -> Void)?
  /// Called when a peer has left the bus.
  var left: ((String) -> Void)?

  final class Peer {
    let identity: Identity
    let sender: Sender
    /// Another user's process: it gets nothing (ID-004).
    let isForeign: Bool
    /// What it said last of itself, and what became of that: most peers say the same with every call.
    fileprivate var lastSpeaker: Speaker?

    init(_ identity: Identity, isForeign: Bool = false) {
      self.identity = identity
      self.isForeign = isForeign
      sender = Sender(identity)
    }
  }

  /// Calls of a peer that wait: for its look-up, then for room for the answers.
  private struct Lane {
    var calls: [Message] = []
    var bytes = 0
    /// When they have waited enough for the look-up; nil when it is over.
    var deadline: Int64?
    /// The peer has left the bus meanwhile.
    var hasLeft = false
  }

  /// Nanoseconds that calls wait for a look-up (ID-003).
  static let patience: Int64 = 2_000_000_000
  /// Bytes that may wait in all: whoever sent most is not waited for.
  private let roomInLanes: Int
  private var bytesInLanes = 0
  private var timer: Timer?
  /// Peers whose look-up goes on: an answer that comes late counts for the calls that follow.
  private var lookUps: Set<String> = []
  /// What look-ups found while it was not known who the delegates are.
  private var early: [(name: String, peer: Peer)] = []

  init(_ connection: Connection, _ identifier: Identifier, roomInLanes: Int = 256 << 20) {
    self.connection = connection
    self.identifier = identifier
    delegates = Delegates(connection)
    self.roomInLanes = roomInLanes
    timer = connection.loop.timer { [unowned(unsafe) self] in endWaiting() }
    delegates.known = { [unowned(unsafe) self] in
      let found = early
      early = []
      for (name, peer) in found { self.found(name, peer) }
    }
    connection.relieved = { [unowned(unsafe) self] in for name in lanes.keys { drain(name) } }
  }

  subscript(name: String) -> Peer {
    known[name] ?? Peer(.unknown("not looked up"))
  }

  func isBrowser(_ peer: Peer) -> Bool { browsers.contains(peer.identity) }

  /// Whether somebody of this principal is on the bus.
  func contains(principal: String) -> Bool {
    known.values.contains { $0.sender.principal == principal }
  }

  /// A call came in.
  func receive(_ call: Message) {
    let name = call.sender
    let isNew = lanes[name] == nil
    if isNew, let peer = known[name] { return handle?(call, peer) ?? () }
    if isNew { lanes[name] = Lane(deadline: connection.loop.now + Self.patience) }
    lanes[name]?.calls.append(call)
    lanes[name]?.bytes += call.size
    bytesInLanes += call.size
    if isNew {
      setTimer()
      lookUp(name)
    }
    if bytesInLanes > roomInLanes { dropHeaviest() }
  }

  /// Nil for who speaks for nobody else.
  func role(of name: String, _ peer: Peer) -> Delegates.Role? {
    guard let role = delegates[name], peer.identity.isHost else { return nil }
    return role
  }

  /// A delegate speaks for many, so that each of its notifications is judged by itself (ID-061).
  func speaker(_ words: Speaker.Words, by peer: Peer, _ role: Delegates.Role?) -> Speaker {
    if role == nil, let last = peer.lastSpeaker, last.words == words { return last }
    var named: Identity?
    if let role {
      named = identifier.identity(
        of: words.desktopEntry,
        through: peer.identity,
        isPortal: role == .portal
      )
    }
    let identity = named ?? peer.identity
    let isCalled = role != nil && (named != nil || !words.displayName.isEmpty)
    let claim =
      isCalled
      ? Claim(delegated: identity, displayName: words.displayName)
      : identifier.claim(
        desktopEntry: words.desktopEntry,
        appName: words.appName,
        appIcon: words.appIcon,
        displayName: words.displayName,
        by: peer.identity,
        policy: policy
      )
    let speaker = Speaker(
      words,
      named.map { Sender($0) } ?? peer.sender,
      claim,
      isBrowser: browsers.contains(identity)
    )
    if role == nil { peer.lastSpeaker = speaker }
    return speaker
  }

  private func forgetSpeakers() {
    for peer in known.values { peer.lastSpeaker = nil }
  }

  // MARK: The look-up

  private func lookUp(_ name: String) {
    lookUps.insert(name)
    guard let peer = BusName(name) else { return found(name, Peer(.unknown("no peer of the bus"))) }
    if inherited.remove(name) == nil { connection.addMatch(Self.rule(peer)) }
    ask("GetConnectionCredentials", name) { [unowned(unsafe) self] answer in
      guard lookUps.contains(name) else { return }
      // Gone before the match was there: nothing else will tell.
      if case .failure(let error) = answer, error.name == ErrorName.nameHasNoOwner.text {
        found(name, Peer(.unknown("left before it was known")))
        return forget(name)
      }
      let answers = Answers(credentials: try? answer.get())
      if answers.tell.processID == nil { askForProcess(name, answers) } else { take(name, answers) }
    }
  }

  /// What the bus tells of a connection. The process' descriptor is the message's.
  private struct Answers {
    var credentials: Message?
    var processID: Int32?

    var tell: Credentials {
      var credentials = credentials.map { Credentials($0) } ?? Credentials()
      credentials.processID = credentials.processID ?? processID
      return credentials
    }
  }

  /// ID-002
  private func askForProcess(_ name: String, _ answers: Answers) {
    ask("GetConnectionUnixProcessID", name) { [unowned(unsafe) self] answer in
      guard lookUps.contains(name) else { return }
      var answers = answers
      if case .success(let reply) = answer {
        var reader = reply.reader()
        answers.processID = reader.uint32().flatMap { Int32(exactly: $0) }
      }
      take(name, answers)
    }
  }

  private func take(_ name: String, _ answers: Answers) {
    let (identity, isForeign) = identify(answers)
    if !isForeign, identifier.mayBeNamed(identity) {
      askForNames(name, answers, identity)
    } else {
      found(name, Peer(identity, isForeign: isForeign))
    }
  }

  private func identify(
    _ answers: Answers,
    ownedNames: [String] = []
  ) -> (Identity, isForeign: Bool) {
    withExtendedLifetime(answers) {
      let credentials = answers.tell
      let isForeign = credentials.userID.map { $0 != getuid() } ?? false
      return (identifier.identify(credentials, ownedNames: ownedNames), isForeign)
    }
  }

  /// ID-030
  private func askForNames(_ name: String, _ answers: Answers, _ identity: Identity) {
    ask("ListNames", nil) { [unowned(unsafe) self] answer in
      guard lookUps.contains(name) else { return }
      var apps: [String] = []
      if case .success(let reply) = answer {
        var reader = reply.reader()
        apps = (reader.strings() ?? []).filter {
          !$0.hasPrefix(":") && identifier.desktopFiles.file($0) != nil
        }
      }
      // Its own name tells nothing new.
      if apps == [identity.appID] { apps = [] }
      var owned: [String] = []
      var open = apps.count
      guard open > 0 else { return found(name, Peer(identity)) }
      for app in apps {
        ask("GetNameOwner", app) { [unowned(unsafe) self] answer in
          if case .success(let reply) = answer {
            var reader = reply.reader()
            if reader.string() == name { owned.append(app) }
          }
          open -= 1
          guard open == 0, lookUps.contains(name) else { return }
          found(
            name,
            Peer(owned.isEmpty ? identity : identify(answers, ownedNames: owned).0)
          )
        }
      }
    }
  }

  /// The bus answers, early or late, or is gone.
  private func ask(
    _ member: MemberName,
    _ argument: String?,
    then: @escaping Connection.ReplyHandler
  ) {
    let question = OutgoingMessage.call(.bus, .bus, .bus, member)
    if let argument { question.append { $0.string(argument) } }
    connection.call(question, timeout: 600_000, then)
  }

  private func found(_ name: String, _ peer: Peer) {
    guard delegates.areKnown else { return early.append((name, peer)) }
    guard lookUps.remove(name) != nil else { return }
    settle(name, peer)
  }

  /// Whether a peer is a process of this user's in no sandbox. Blocks for an answer of the bus.
  func isFree(_ peer: BusName) throws(DBusError) -> Bool {
    let question = OutgoingMessage.call(.bus, .bus, .bus, "GetConnectionCredentials")
    question.append { $0.string(peer.text) }
    let answers = Answers(credentials: try connection.callAndWait(question))
    return withExtendedLifetime(answers) { identifier.isFree(answers.tell) }
  }

  // MARK: Calls that wait

  /// From now on this is who the peer is.
  private func settle(_ name: String, _ peer: Peer) {
    known[name] = peer
    guard lanes[name] != nil else { return }
    lanes[name]?.deadline = nil
    setTimer()
    drain(name)
  }

  /// Handles what waits, as far as there is room for the answers.
  private func drain(_ name: String) {
    guard var lane = lanes[name], lane.deadline == nil else { return }
    var done = 0
    while done < lane.calls.count, connection.hasRoom() {
      handle?(lane.calls[done], self[name])
      done += 1
    }
    for call in lane.calls[..<done] {
      lane.bytes -= call.size
      bytesInLanes -= call.size
    }
    lane.calls.removeFirst(done)
    lanes[name] = lane.calls.isEmpty ? nil : lane
    if lane.calls.isEmpty, lane.hasLeft { forget(name) }
  }

  /// All that waits, each sender's in order: somebody else handles it.
  func takeWaiting() -> [Message] {
    let all = lanes
    lanes = [:]
    bytesInLanes = 0
    setTimer()
    for (name, lane) in all where lane.hasLeft { forget(name) }
    return all.values.flatMap { $0.calls }
  }

  private func setTimer() {
    timer?.deadline = lanes.values.compactMap { $0.deadline }.min()
  }

  private func endWaiting() {
    let now = connection.loop.now
    for (name, lane) in lanes {
      if let deadline = lane.deadline, deadline <= now {
        settle(name, Peer(.unknown("not known in time")))
      }
    }
    setTimer()
  }

  private func dropHeaviest() {
    let waiting = lanes.filter { $0.value.deadline != nil }
    guard let heaviest = waiting.max(by: { $0.value.bytes < $1.value.bytes })?.key else { return }
    settle(heaviest, Peer(.unknown("sent too much before it was known")))
  }

  // MARK: Peers of the daemon before

  /// Tells which of them are on the bus, and follows those. Blocks for an answer of the bus.
  func follow(_ names: Set<String>) throws(DBusError) -> Set<String> {
    let present = try connection.uniqueNames().intersection(names)
    for name in present where known[name] == nil && inherited.insert(name).inserted {
      if let peer = BusName(name) { connection.addMatch(Self.rule(peer)) }
    }
    // Who left before the match was there, nothing else tells of.
    return present.isEmpty ? [] : try connection.uniqueNames().intersection(present)
  }

  // MARK: Leaving

  func handleSignal(_ message: Message) {
    guard message.isSignal(.bus, "NameOwnerChanged"), message.sender == BusName.bus.text else {
      return
    }
    var reader = message.reader()
    guard let name = reader.string(), reader.string() != nil, let owner = reader.string() else {
      return
    }
    if !name.hasPrefix(":") {
      delegates.take(name, owner: owner)
    } else if owner.isEmpty {
      forget(name)
    }
  }

  /// What it has sent is handled first.
  private func forget(_ name: String) {
    if lanes[name] != nil {
      lanes[name]?.hasLeft = true
      return found(name, Peer(.unknown("left before it was known")))
    }
    lookUps.remove(name)
    let isInherited = inherited.remove(name) != nil
    guard known.removeValue(forKey: name) != nil || isInherited, let peer = BusName(name) else {
      return
    }
    connection.removeMatch(Self.rule(peer))
    left?(name)
  }

  private static func rule(_ peer: BusName) -> MatchRule {
    MatchRule(
      sender: .bus,
      path: .bus,
      interface: .bus,
      member: "NameOwnerChanged",
      argument: peer
    )
  }
}

extension Credentials {
  /// What `GetConnectionCredentials` tells (ID-001). The process' descriptor stays the message's.
  fileprivate init(_ reply: Message) {
    self.init()
    var reader = reply.reader()
    reader.forEachEntry { key, value in
      switch key {
      case "UnixUserID": userID = value.uint32()
      case "ProcessFD": processDescriptor = value.descriptor()
      case "ProcessID": processID = value.uint32().flatMap { Int32(exactly: $0) }
      case "LinuxSecurityLabel":
        securityLabel =
          value.withBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } ?? ""
      default: break
      }
    }
  }
}

extension Sender {
  fileprivate convenience init(_ identity: Identity) {
    self.init(
      level: Level(identity.level),
      principal: identity.principal,
      name: identity.name,
      processID: identity.processID,
      executable: identity.executable,
      evidence: identity.evidence,
      wakeID: identity.desktopFile.map { $0.isDBusActivatable ? $0.id : "" } ?? "",
      schemes: identity.ownSchemes
    )
  }
}

extension Sender.Level {
  fileprivate init(_ level: Identity.Level) {
    switch level {
    case .none: self = .none
    case .program: self = .program
    case .exe: self = .exe
    case .name: self = .name
    case .unit: self = .unit
    case .sandbox: self = .sandbox
    }
  }
}
