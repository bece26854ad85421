import EventLoop
import Foundation
import Testing

@testable import Daemon

@Suite struct SuccessorTests {
  private let loop = MainLoop()

  /// A shell that runs a script; `$R` is where it reports.
  private func start(_ script: String, failed: @escaping (String) -> Void) throws -> Successor {
    let script = "R=$HARK_REPORT; " + script
    return try Successor(
      loop,
      ["/bin/bash", "-c", script],
      environment: [("SUCCESSOR", "1")],
      failed: failed
    )
  }

  private func turn(seconds: Double, until holds: () -> Bool = { false }) {
    let end = loop.now + Int64(seconds * 1e9)
    let timer = loop.timer { [loop] in loop.quit() }
    while !holds(), loop.now < end {
      timer.deadline = loop.now + 10_000_000
      loop.run()
    }
  }

  private func isThere(_ process: pid_t) -> Bool { kill(process, 0) == 0 }

  @Test(
    "FD-005 one that ends: how, and what it said",
    arguments: [
      ("echo no bus >&$R; echo really >&$R; exit 3", "it ended with status 3", "no bus; really"),
      ("kill -9 $$", "it ended by signal 9", ""),
      ("echo taken >&$R; echo no >&$R; exit 1", "it ended with status 1", "taken; no"),
      // Dead a little after its pipe is closed.
      ("eval \"exec $R>&-\"; sleep 0.3; exit 4", "it ended with status 4", ""),
    ]
  )
  func ends(script: String, words: String, report: String) throws {
    var told: [String] = []
    let successor = try start(script) { told.append($0) }
    turn(seconds: 10) { !told.isEmpty }
    #expect(told == [words])
    #expect(successor.end() == report)
    #expect(!isThere(successor.process))
  }

  @Test("FD-005 a line before its success is no failure, and one that hangs then can be killed")
  func takes() throws {
    var told: [String] = []
    let script = "echo a fault >&$R; echo taken >&$R; eval \"exec $R>&-\"; exec sleep 60"
    let successor = try start(script) { told.append($0) }
    // Longer than one that has failed is looked at.
    turn(seconds: 2.5)
    #expect(told == [] && isThere(successor.process))
    #expect(successor.end() == "a fault; taken")
    #expect(!isThere(successor.process))
  }

  @Test("FD-005 one that says no more and lives: the loop goes on, and it is given up in time")
  func silent() throws {
    var told: [String] = []
    let successor = try start("eval \"exec $R>&-\"; exec sleep 60") { told.append($0) }
    turn(seconds: 0.5)
    #expect(told == [] && isThere(successor.process))
    turn(seconds: 10) { !told.isEmpty }
    #expect(told == ["it says nothing, and does not end"])
    #expect(successor.end() == "" && !isThere(successor.process))
  }

  @Test("FD-005 one whose children hold its pipe is killed without waiting for them")
  func children() throws {
    let successor = try start("sleep 3 & exec sleep 60") { _ in }
    turn(seconds: 0.2)
    let start = ContinuousClock.now
    #expect(successor.end() == "" && !isThere(successor.process))
    #expect(ContinuousClock.now - start < .seconds(2))
  }
}
