/// Who is at the other end of a bus name, and what says so.
package struct Identity: Equatable {
  /// What the identity rests on, the weakest first (docs/identity.md).
  package enum Level: Int, Comparable {
    /// The look-up failed: treated as an unknown sandbox.
    case none
    /// The look-up was completed, and nothing matched an application.
    case program
    case exe
    case name
    case unit
    /// The only security boundary.
    case sandbox

    package static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
  }

  package var level: Level
  /// The key of whatever is kept for this sender: `flatpak:ID`, `snap:NAME`, `app:ID`, `exe:PATH`,
  /// `script:PATH` or `cli`; empty at level `none`.
  package var principal: String
  /// The desktop id, where there is an application.
  package var appID = ""
  /// For people: the desktop file's name, else the program's or the script's.
  package var name: String
  package var desktopFile: DesktopFile?
  package var processID: Int32 = 0
  /// The path of the program that runs; of a sandboxed one as the sandbox sees it.
  package var executable = ""
  /// The file that an interpreter runs.
  package var script = ""
  /// What was found, in words.
  package var evidence: [String]

  package var isSandboxed: Bool { level == .sandbox }
  package var isVerified: Bool { level >= .exe }
  /// A completed look-up that found no sandbox.
  package var isHost: Bool { level > .none && level < .sandbox }

  /// The schemes of links that go to it by the bus. A sandbox may be called like an app of the host,
  /// and like a part of another one: it has none of theirs.
  package var ownSchemes: [String] {
    guard let file = desktopFile, file.isDBusActivatable, file.principal == principal else {
      return []
    }
    return file.schemes
  }

  /// Nobody known, for a reason.
  package static func unknown(_ reason: String, processID: Int32 = 0) -> Identity {
    Identity(level: .none, principal: "", name: "", processID: processID, evidence: [reason])
  }
}

/// What the bus tells of a connection.
package struct Credentials {
  package var userID: UInt32?
  package var processID: Int32?
  /// A pidfd, which stays the caller's.
  package var processDescriptor: Int32?
  package var securityLabel: String

  package init(
    userID: UInt32? = nil,
    processID: Int32? = nil,
    processDescriptor: Int32? = nil,
    securityLabel: String = ""
  ) {
    self.userID = userID
    self.processID = processID
    self.processDescriptor = processDescriptor
    self.securityLabel = securityLabel
  }
}

/// Why a look-up ends at level `none`.
struct Unidentified: Error {
  let reason: String
}
