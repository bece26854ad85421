import CLibc
import DBus
import EventLoop

/// `hark quiet --while`: holds quiet on for as long as a command runs.
///
/// The command runs in any case: whoever locks the screen must not depend on a daemon. One that is
/// restarted is asked again; when this process ends, however it does, quiet ends with it.
final class QuietWhile {
  private let words: [String]
  private let isLocker: Bool
  private var session: Session?
  private let loop: MainLoop
  private var child: pid_t = 0
  private var code: ExitCode?

  /// Milliseconds that the command waits for the daemon.
  private static let patience = 1000
  private static let passedOn = [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2]

  init(_ words: [String], isLocker: Bool) {
    self.words = words
    self.isLocker = isLocker
    do throws(Failure) {
      session = try Session()
    } catch {
      complain("hark: not quiet: \(error.message)")
    }
    loop = session?.loop ?? MainLoop()
  }

  func run() -> ExitCode {
    let signals = Signals(loop, Self.passedOn + [SIGCHLD]) { [unowned(unsafe) self] in
      received($0, $1)
    }
    if let session {
      follow(session)
      inhibit(session)
    } else {
      start()
    }
    if code == nil { session?.run() ?? loop.run() }
    withExtendedLifetime(signals) {}
    return code ?? .failure
  }

  // MARK: The daemon

  private func follow(_ session: Session) {
    session.connection.signal = { [unowned(unsafe) self] message in
      guard message.sender == BusName.bus.text, message.isSignal(.bus, "NameOwnerChanged") else {
        return
      }
      var reader = message.reader()
      guard reader.string() == BusName.hark.text, reader.string() != nil, reader.string() != ""
      else { return }
      inhibit(session)
    }
    session.connection.addMatch(
      MatchRule(sender: .bus, interface: .bus, member: "NameOwnerChanged", argument: .hark)
    )
  }

  private func inhibit(_ session: Session) {
    let call = OutgoingMessage.call(.hark, .notifications, .notifications, "Inhibit")
      .withoutAutoStart()
    var line = ""
    for word in words { line += (line.isEmpty ? "" : " ") + word }
    call.append {
      $0.string("hark")
      $0.string(line)
      $0.dictionary {
        $0.entry("x-hark-kind", "s") { $0.string(isLocker ? "locker" : "command") }
      }
    }
    session.connection.call(call, timeout: Self.patience) { [unowned(unsafe) self] answer in
      if case .failure(let error) = answer {
        complain("hark: not quiet: \(Failure(error).message)")
      }
      start()
    }
  }

  // MARK: The command

  private func start() {
    guard child == 0, code == nil else { return }
    var arguments = words.map { strdup($0) }
    arguments.append(nil)
    defer { for word in arguments { free(word) } }
    let failure = c_spawn(&arguments, &child)
    guard failure != 0 else { return }
    child = 0
    complain("hark: cannot run \(words[0]): \(String(cString: strerror(failure)))")
    end(ExitCode(rawValue: failure == ENOENT ? 127 : 126))
  }

  /// What the terminal sends the command has heard itself.
  private func received(_ signal: Int32, _ origin: Signals.Origin) {
    if signal == SIGCHLD {
      var status: Int32 = 0
      if child > 0, waitpid(child, &status, WNOHANG) == child {
        end(ExitCode(rawValue: c_exit_status(status)))
      }
    } else if child == 0 {
      end(ExitCode(rawValue: 128 + signal))
    } else if origin == .process {
      kill(child, signal)
    }
  }

  private func end(_ code: ExitCode) {
    self.code = code
    loop.quit()
  }
}
