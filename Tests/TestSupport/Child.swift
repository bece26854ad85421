import CTestLibc
import Foundation

/// How a program ended.
package enum ExitStatus: Equatable, CustomStringConvertible {
  case exited(Int32)
  case signalled(Int32)

  package var description: String {
    switch self {
    case .exited(let code): "exit \(code)"
    case .signalled(let signal): "signal \(signal)"
    }
  }

  fileprivate init(wait status: Int32) {
    let signal = status & 0x7f
    self = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
  }
}

/// A program that a test started.
///
/// It dies with the thread that started it (PDEATHSIG), so that a test that is killed leaves
/// nothing behind; and it is ended by its pid in any case. It has its standard streams and no other
/// descriptor: what a test that runs at the same time closes is closed.
package final class Child {
  package enum Channel {
    case null
    case file(String)
    /// The other end is held by this object.
    case pipe
  }

  package let pid: pid_t
  package let command: [String]
  package private(set) var status: ExitStatus?
  private var input: Int32 = -1
  private var output: Int32 = -1
  private var groupEnded = false
  private var unread: [UInt8] = []

  /// Between fork and exec a child holds what is open in this process. One that starts has let go
  /// of it when the lock is free, so that files that are to be executed are made with it held: a
  /// program that somebody can write to is no program (ETXTBSY).
  fileprivate static let oneAtATime = NSLock()

  package init(
    _ command: [String],
    environment: [String: String],
    input: Channel = .null,
    output: Channel = .null,
    errors: Channel = .null
  ) throws {
    Child.oneAtATime.lock()
    defer { Child.oneAtATime.unlock() }
    self.command = command
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The child's ends of pipes, closed here once it has them.
    var theirs: [Int32] = []
    defer { for descriptor in theirs { close(descriptor) } }

    func open(_ channel: Channel, as number: Int32) throws -> Int32 {
      switch channel {
      case .null:
        posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
        return -1
      case .file(let path):
        posix_spawn_file_actions_addopen(
          &actions,
          number,
          path,
          O_WRONLY | O_CREAT | O_APPEND,
          0o644
        )
        return -1
      case .pipe:
        var ends: [Int32] = [-1, -1]
        guard t_pipe(&ends) == 0 else { throw Trouble("no pipe: \(reason())") }
        let (child, parent) = number == 0 ? (ends[0], ends[1]) : (ends[1], ends[0])
        theirs.append(child)
        posix_spawn_file_actions_adddup2(&actions, child, number)
        return parent
      }
    }
    let inputEnd = try open(input, as: 0)
    let outputEnd = try open(output, as: 1)
    _ = try open(errors, as: 2)
    t_close_from(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var broken = sigset_t()
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &broken)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)
    )

    let words = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] + command
    var arguments = words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for word in arguments + variables { free(word) }
    }
    var number: pid_t = 0
    let failure = posix_spawn(&number, words[0], &actions, &attributes, &arguments, &variables)
    pid = number
    self.input = inputEnd
    self.output = outputEnd
    guard failure == 0 else {
      throw Trouble("cannot start \(command[0]): \(String(cString: strerror(failure)))")
    }
  }

  deinit {
    end()
  }

  package var isRunning: Bool {
    guard status == nil else { return false }
    var raw: Int32 = 0
    guard waitpid(pid, &raw, WNOHANG) == pid else { return true }
    status = ExitStatus(wait: raw)
    return false
  }

  package func signal(_ number: Int32) {
    if isRunning { kill(pid, number) }
  }

  /// Waits for the end of the program.
  @discardableResult
  package func ended(within limit: Duration = .seconds(10)) throws -> ExitStatus {
    try wait(for: "the end of \(command.joined(separator: " "))", limit: limit) {
      isRunning ? nil : status
    }
  }

  /// Ends the program, kindly first.
  package func end(patience: Duration = .seconds(2)) {
    closeInput()
    if isRunning {
      kill(pid, SIGTERM)
      if (try? ended(within: patience)) == nil, isRunning {
        kill(pid, SIGKILL)
        _ = try? ended(within: .seconds(5))
      }
    }
    // It leads a group of its own: what it started and left.
    if !groupEnded {
      groupEnded = true
      kill(-pid, SIGKILL)
    }
    if output >= 0 {
      close(output)
      output = -1
    }
  }

  package func closeInput() {
    guard input >= 0 else { return }
    close(input)
    input = -1
  }

  package func write(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
      guard written > 0 else { throw Trouble("\(command[0]) does not listen: \(reason())") }
      bytes = bytes.dropFirst(written)
    }
  }

  /// The next line of the output, without its end; nil where the output has ended.
  package func line(within limit: Duration = .seconds(10)) throws -> String? {
    let end = ContinuousClock.now + limit
    while true {
      if let at = unread.firstIndex(of: 10) {
        defer { unread.removeSubrange(...at) }
        return String(decoding: unread[..<at], as: UTF8.self)
      }
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero else {
        throw TimedOut(what: "a line from \(command.joined(separator: " "))", limit: limit)
      }
      var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
      var part = [UInt8](repeating: 0, count: 65536)
      let count = read(output, &part, part.count)
      guard count > 0 else { return nil }
      unread += part[..<count]
    }
  }
}

/// Makes a program, that can be executed at once.
package func makeProgram(_ path: String, _ content: String) throws {
  try Child.oneAtATime.withLock {
    try content.write(toFile: path, atomically: false, encoding: .utf8)
    chmod(path, 0o755)
  }
}

package func makeProgram(_ path: String, copying original: String) throws {
  try Child.oneAtATime.withLock {
    try FileManager.default.copyItem(atPath: original, toPath: path)
  }
}

/// What a finished program left.
package struct Outcome {
  package let status: ExitStatus
  package let output: String
  package let errors: String

  package init(status: ExitStatus, output: String, errors: String) {
    self.status = status
    self.output = output
    self.errors = errors
  }

  package var succeeded: Bool { status == .exited(0) }
  package var lines: [String] {
    output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast(
      output.hasSuffix("\n") || output.isEmpty ? 1 : 0
    )
  }
}

/// Runs a program to its end.
///
/// A program that outlives `limit` is ended, and that is an error.
package func run(
  _ command: [String],
  environment: [String: String],
  limit: Duration = .seconds(10)
) throws -> Outcome {
  let place = NSTemporaryDirectory() + "hark-run-" + UUID().uuidString
  let (output, errors) = (place + ".out", place + ".err")
  defer {
    unlink(output)
    unlink(errors)
  }
  let child = try Child(
    command,
    environment: environment,
    output: .file(output),
    errors: .file(errors)
  )
  defer { child.end() }
  do {
    let status = try child.ended(within: limit)
    return Outcome(status: status, output: text(of: output), errors: text(of: errors))
  } catch {
    throw Trouble("\(error); it wrote: \(text(of: output)) \(text(of: errors))")
  }
}

/// The text of a file, "" where there is none.
package func text(of path: String) -> String {
  String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
}

func reason() -> String { String(cString: strerror(errno)) }
