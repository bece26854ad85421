import CLibc
import Notifications

/// Tells who a peer of the bus is from what the system knows of its process.
///
/// A look-up reads a handful of small files and takes some tens of microseconds; whoever asks keeps
/// the answer for as long as the peer has its name.
package final class Identifier {
  package let desktopFiles: DesktopFiles
  private let processRoot: String
  private let userID: UInt32

  /// Tests have a tree of their own for `processRoot`.
  package init(
    _ desktopFiles: DesktopFiles,
    processRoot: String = "/proc",
    userID: UInt32 = getuid()
  ) {
    self.desktopFiles = desktopFiles
    self.processRoot = processRoot
    self.userID = userID
  }

  /// `ownedNames` are the well-known names of the peer.
  package func identify(_ credentials: Credentials, ownedNames: [String] = []) -> Identity {
    guard let processID = credentials.processID, processID > 0 else {
      return .unknown("the bus names no process")
    }
    if let userID = credentials.userID, userID != self.userID {
      return .unknown("of user \(userID)", processID: processID)
    }
    let process: ProcessEntry
    do throws(SystemError) {
      process = try ProcessEntry(processID, in: processRoot)
    } catch {
      return .unknown("process \(processID) is gone", processID: processID)
    }
    do throws(Unidentified) {
      var identity = try identity(of: process, credentials.securityLabel, ownedNames)
      try process.confirm(credentials.processDescriptor)
      identity.name = PlainText.name(identity.name)
      if ReservedNames.contain(identity.name) { identity.name = identity.principal }
      return identity
    } catch {
      return .unknown(error.reason, processID: processID)
    }
  }

  /// Whether it is a process of this user's in no sandbox.
  package func isFree(_ credentials: Credentials) -> Bool {
    guard let processID = credentials.processID, credentials.userID ?? userID == userID else {
      return false
    }
    do throws(SystemError) {
      let process = try ProcessEntry(processID, in: processRoot)
      let groups = try process.controlGroups
      do throws(Unidentified) {
        let label = credentials.securityLabel
        let isFree = try Sandbox.of(process, groups, securityLabel: label) == nil
        try process.confirm(credentials.processDescriptor)
        return isFree
      } catch {
        return false
      }
    } catch {
      return false
    }
  }

  /// Whether the names that the peer owns could say more (ID-030): of a program that no application
  /// is known to run, or that runs in the unit of one it does not belong to.
  package func mayBeNamed(_ identity: Identity) -> Bool {
    guard ProgramKind(of: baseName(identity.executable)).mayOwnNames else { return false }
    switch identity.level {
    case .program:
      return true
    case .unit:
      guard let file = identity.desktopFile else { return false }
      return !runs(identity.executable, file) && !runs(identity.script, file)
    case .none, .exe, .name, .sandbox:
      return false
    }
  }

  // MARK: What there is to go by, the strongest first

  private func identity(
    of process: borrowing ProcessEntry,
    _ securityLabel: String,
    _ ownedNames: [String]
  ) throws(Unidentified) -> Identity {
    let groups: ControlGroups
    do throws(SystemError) {
      groups = try process.controlGroups
    } catch {
      throw Unidentified(reason: "the control groups of the process could not be read")
    }
    var identity: Identity
    if let sandbox = try Sandbox.of(process, groups, securityLabel: securityLabel) {
      identity = self.identity(in: sandbox)
      identity.executable = executable(of: process) ?? ""
    } else {
      guard let executable = executable(of: process) else {
        throw Unidentified(reason: "the program of the process could not be read")
      }
      let name = baseName(executable)
      let kind = ProgramKind(of: name)
      let script =
        kind == .shell || kind == .interpreter ? process.script(ofInterpreter: name) : nil
      identity =
        application(unit: groups.unit, ownedNames)
        ?? application(running: executable)
        ?? program(executable, script: script, of: process)
      identity.executable = executable
      identity.script = script ?? ""
    }
    identity.processID = process.processID
    return identity
  }

  private func executable(of process: borrowing ProcessEntry) -> String? {
    do throws(SystemError) {
      return try process.executable
    } catch {
      return nil
    }
  }

  private func identity(in sandbox: Sandbox) -> Identity {
    switch sandbox {
    case .flatpak(let id, let instance):
      let file = desktopFiles.file(id)
      return Identity(
        level: .sandbox,
        principal: "flatpak:" + id,
        appID: id,
        name: file?.name ?? id,
        desktopFile: file,
        evidence: ["Flatpak \(id)" + (instance.isEmpty ? "" : ", instance \(instance)")]
      )
    case .snap(let instance, let app):
      let file = desktopFiles.file("\(instance)_\(app.isEmpty ? instance : app)")
      return Identity(
        level: .sandbox,
        principal: "snap:" + instance,
        appID: file?.id ?? "",
        name: file?.name ?? instance,
        desktopFile: file,
        evidence: ["snap \(instance)" + (app.isEmpty ? "" : ", app \(app)")]
      )
    }
  }

  /// A unit may hold several programs; one that owns the bus name of another application is that
  /// application.
  private func application(unit: String?, _ ownedNames: [String]) -> Identity? {
    let inUnit = unit.flatMap { unit in
      UnitName(text: unit).candidates.lazy.compactMap { self.desktopFiles.file($0) }.first
    }
    var evidence: [String] = []
    if let unit, inUnit != nil { evidence.append("unit \(unit)") }
    let named = ownedNames.compactMap { name in
      name.hasPrefix(":") ? nil : desktopFiles.file(name)
    }
    if let inUnit, named.isEmpty || named.contains(inUnit) {
      return identity(of: inUnit, .unit, evidence)
    }
    return named.first.map { identity(of: $0, .name, ["bus name \($0.id)"] + evidence) }
  }

  private func application(running executable: String) -> Identity? {
    guard !ProgramKind(of: baseName(executable)).isAnybodys,
      let file = desktopFiles.file(running: executable)
    else { return nil }
    return identity(of: file, .exe, ["program \(executable)"])
  }

  private func identity(
    of file: DesktopFile,
    _ level: Identity.Level,
    _ evidence: [String]
  ) -> Identity {
    Identity(
      level: level,
      principal: "app:" + file.id,
      appID: file.id,
      name: file.name,
      desktopFile: file,
      evidence: evidence
    )
  }

  private func program(
    _ executable: String,
    script: String?,
    of process: borrowing ProcessEntry
  ) -> Identity {
    let program = SendingProgram(executable, script: script, process.status, processRoot)
    return Identity(
      level: .program,
      principal: program.principal,
      name: program.name,
      evidence: program.evidence
    )
  }
}
