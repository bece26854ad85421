import Notifications

/// The program that sends, where no application does.
struct SendingProgram {
  private(set) var principal: String
  private(set) var name: String
  private(set) var evidence: [String]

  init(_ executable: String, script: String?, _ status: ProcessStatus, _ processRoot: String) {
    if let script {
      self.init(script: script, "script \(script)")
    } else if ProgramKind(of: baseName(executable)) != .sender {
      self.init(program: executable, "program \(executable)")
    } else if !status.hasTerminal, let caller = Self.caller(status.parent, processRoot) {
      self = caller
      evidence.insert("sent by \(executable)", at: 0)
    } else {
      let end = status.hasTerminal ? " on a terminal" : " for nobody known"
      let name = baseName(executable)
      self.init("cli", name == "hark" ? "hark send" : name, "sent by \(executable)\(end)")
    }
  }

  private init(_ principal: String, _ name: String, _ evidence: String) {
    self.principal = principal
    self.name = name
    self.evidence = [evidence]
  }

  private init(script: String, _ evidence: String) {
    self.init("script:" + Self.key(script), baseName(script), evidence)
  }

  private init(program: String, _ evidence: String) {
    self.init("exe:" + Self.key(program), baseName(program), evidence)
  }

  /// A `#` in a principal is where a browser's site begins. What has no shape is written as what it
  /// is, so that no key reads like another.
  private static func key(_ path: String) -> String {
    var key = ""
    for scalar in path.unicodeScalars {
      switch scalar {
      case "#": key += "%23"
      case "%": key += "%25"
      case _ where scalar.isShapeless:
        for byte in scalar.utf8 { key += "%" + String(byte, radix: 16, uppercase: true) }
      default: key.unicodeScalars.append(scalar)
      }
    }
    return key
  }

  /// The nearest ancestor that is a script, or a program which speaks for itself.
  private static func caller(_ parent: Int32, _ processRoot: String) -> SendingProgram? {
    var parent = parent
    for _ in 0..<farthest where parent > 1 {
      do throws(SystemError) {
        let process = try ProcessEntry(parent, in: processRoot)
        let executable = try process.executable
        let name = baseName(executable)
        let evidence = "for \(executable), process \(parent)"
        switch ProgramKind(of: name) {
        case .serviceManager:
          return nil
        case .application:
          return SendingProgram(program: executable, evidence)
        case .interpreter, .shell:
          if let script = process.script(ofInterpreter: name) {
            return SendingProgram(script: script, "for \(script), process \(parent)")
          }
          if ProgramKind(of: name) == .interpreter {
            return SendingProgram(program: executable, evidence)
          }
        case .launcher, .sender:
          break
        }
        parent = process.status.parent
      } catch {
        // Another user's, as a session's leader is.
        return nil
      }
    }
    return nil
  }

  private static let farthest = 32
}
