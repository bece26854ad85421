import TestSupport
import Testing

/// `make fuzz` runs this for longer: HARK_FUZZ_SECONDS; HARK_FUZZ_SEED repeats a run.
@Suite struct FuzzTests {
  @Test("FD-296 random messages for a while", .needsHark)
  func fuzz() async throws {
    try await inWorld(.x11) { world in
      let seconds = Programs.variable("HARK_FUZZ_SECONDS") ?? "20"
      let seed = Programs.variable("HARK_FUZZ_SEED") ?? "\(UInt32.random(in: 0 ... .max))"
      let log = "/tmp/hark-fuzz-\(seed).log"
      let limit = Duration.seconds((Int(seconds) ?? 20) + 40)
      let outcome = try run(
        [Programs.python, Programs.clients + "/fuzz.py", seconds, seed],
        environment: world.environment.merging(["FUZZ_LOG": log]) { $1 },
        limit: limit
      )
      print("fuzz: \(outcome.output)", terminator: "")
      #expect(outcome.succeeded, "\(outcome.errors)")
      let result = try JSON(parsing: outcome.lines.last ?? "null")
      #expect(result["alive"].isTrue, "\(result.line); the last messages are in \(log)")
      let client = try world.connect()
      _ = try client.center("DismissAll")
      try client.notify(Notify("after the fuzz", timeout: 0))
      try world.popups(1)
    }
  }
}
