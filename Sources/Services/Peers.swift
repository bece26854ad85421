import CLibc
import DBus
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
  /// What a false claim comes to.
  var policy = ClaimPolicy.marked {
    didSet { for name in known.keys { known[name]?.judged = nil } }
  }
  private var known: [String: Peer] = [:]
  /// Those whose notifications speak for many sites (WEB-031).
  var browsers = Browsers()
  private var lanes: [String: Lane] = [:]
  /// Called with each call whose sender is known, in the order of that sender.
  var handle: ((Message) -> Void)?
  /// Called when a peer has left the bus.
  var left: ((String) -> Void)?

  struct Peer {
    var identity: Identity
    var sender: Sender
    /// Another user's process: it gets nothing (ID-004).
    var isForeign = false
    /// The last claim, and what became of it: most peers make the same with every call.
    fileprivate var judged: (request: [String], claim: Claim)?

    init(_ identity: Identity, isForeign: Bool = false) {
      self.identity = identity
      self.isForeign = isForeign
      sender = Sender(identity)
    }

    static let unknown = Peer(.unknown("not looked up"))
  }

  /// Calls of a peer that is being looked up.
  private struct Lane {
    var calls: [Message] = []
    var bytes = 0
  }

  /// Milliseconds for each question to the bus.
  private static let patience = 2000
  /// Bytes that may wait: whoever sends more is not waited for.
  private static let roomInLane = 256 << 20

  init(_ connection: Connection, _ identifier: Identifier) {
    self.connection = connection
    self.identifier = identifier
  }

  subscript(name: String) -> Peer {
    known[name] ?? .unknown
  }

  func isBrowser(_ name: String) -> Bool {
    known[name].map { browsers.contains($0.identity) } ?? false
  }

  /// Whether somebody of this principal is on the bus.
  func contains(principal: String) -> Bool {
    known.values.contains { $0.sender.principal == principal }
  }

  /// A call came in.
  func receive(_ call: Message) {
    let name = call.sender
    if known[name] != nil { return handle?(call) ?? () }
    if lanes[name] == nil {
      lanes[name] = Lane()
      lookUp(name)
    }
    lanes[name]?.calls.append(call)
    lanes[name]?.bytes += call.size
    if lanes[name]?.bytes ?? 0 > Self.roomInLane {
      finish(name, Peer(.unknown("sent too much before it was known")))
    }
  }

  /// What becomes of what a notification says of its sender.
  func claim(_ request: NotifyRequest, by name: String) -> Claim {
    let words = [request.desktopEntry, request.claimedName, request.claimedIcon]
    if let judged = known[name]?.judged, judged.request == words { return judged.claim }
    let claim = identifier.claim(
      desktopEntry: request.desktopEntry,
      appName: request.claimedName,
      appIcon: request.claimedIcon,
      by: self[name].identity,
      policy: policy
    )
    known[name]?.judged = (words, claim)
    return claim
  }

  // MARK: The look-up

  private func lookUp(_ name: String) {
    guard let peer = BusName(name) else { return finish(name, .unknown) }
    connection.addMatch(Self.rule(peer))
    ask("GetConnectionCredentials", name) { [unowned(unsafe) self] answer in
      guard case .success(let reply) = answer else {
        finish(name, Peer(.unknown("the bus does not know its process")))
        // Gone before the match was there: nothing else will tell.
        if case .failure(let error) = answer, error.name == ErrorName.nameHasNoOwner.text {
          forget(name)
        }
        return
      }
      let credentials = Credentials(reply)
      let identity = identifier.identify(credentials)
      let isForeign = credentials.userID.map { $0 != getuid() } ?? false
      // A program that an interpreter runs may be an app all the same: apps own their ids.
      if identity.level == .program, !identity.script.isEmpty, !isForeign {
        askForNames(name, credentials, identity)
      } else {
        finish(name, Peer(identity, isForeign: isForeign))
      }
    }
  }

  /// ID-030
  private func askForNames(_ name: String, _ credentials: Credentials, _ identity: Identity) {
    ask("ListNames", nil) { [unowned(unsafe) self] answer in
      guard lanes[name] != nil else { return }
      var apps: [String] = []
      if case .success(let reply) = answer {
        var reader = reply.reader()
        apps = (reader.strings() ?? []).filter {
          !$0.hasPrefix(":") && identifier.desktopFiles.file($0) != nil
        }
      }
      var owned: [String] = []
      var open = apps.count
      guard open > 0 else { return finish(name, Peer(identity)) }
      for app in apps {
        ask("GetNameOwner", app) { [unowned(unsafe) self] answer in
          if case .success(let reply) = answer {
            var reader = reply.reader()
            if reader.string() == name { owned.append(app) }
          }
          open -= 1
          guard open == 0 else { return }
          finish(
            name,
            Peer(
              owned.isEmpty
                ? identity : identifier.identify(credentials, ownedNames: owned)
            )
          )
        }
      }
    }
  }

  private func ask(
    _ member: MemberName,
    _ argument: String?,
    then: @escaping Connection.ReplyHandler
  ) {
    let question = OutgoingMessage.call(.bus, .bus, .bus, member)
    if let argument { question.append { $0.string(argument) } }
    connection.call(question, timeout: Self.patience, then)
  }

  private func finish(_ name: String, _ peer: Peer) {
    guard let lane = lanes.removeValue(forKey: name) else { return }
    known[name] = peer
    for call in lane.calls { handle?(call) }
  }

  // MARK: Leaving

  func handleSignal(_ message: Message) {
    guard message.isSignal(.bus, "NameOwnerChanged"), message.sender == BusName.bus.text else {
      return
    }
    var reader = message.reader()
    guard let name = reader.string(), reader.string() != nil, reader.string() == "" else { return }
    forget(name)
  }

  private func forget(_ name: String) {
    finish(name, Peer(.unknown("left before it was known")))
    guard known.removeValue(forKey: name) != nil, let peer = BusName(name) else { return }
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
  /// What `GetConnectionCredentials` tells (ID-001). A pidfd stays the message's.
  fileprivate init(_ reply: Message) {
    self.init()
    var reader = reply.reader()
    reader.forEachEntry { key, value in
      switch key {
      case "UnixUserID": userID = value.uint32()
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
      wakeID: identity.desktopFile.map { $0.isDBusActivatable ? $0.id : "" } ?? ""
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
