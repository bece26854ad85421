import TestSupport
import Testing

/// `make torture` kills more often: HARK_TORTURE_KILLS; HARK_TORTURE_SEED repeats a run.
@Suite struct TortureTests {
  /// Mostly they wait, so that there are more than processors.
  private static let lanes = Programs.variable("HARK_TORTURE_KILLS") == nil ? 1 : 4

  @Test(
    "FD-298 FD-227 FD-034 whatever was answered before a kill is there, or closed, and told once",
    .needsHark,
    arguments: 0..<lanes
  )
  func torture(lane: Int) async throws {
    try await inWorld(daemon: nil) { world in
      let kills = (Programs.variable("HARK_TORTURE_KILLS").flatMap(Int.init) ?? 40) / Self.lanes
      let given = Programs.variable("HARK_TORTURE_SEED").flatMap(Int.init)
      let seed = given.map { $0 + lane } ?? Int.random(in: 0..<1_000_000_000)
      let outcome = try run(
        [
          Programs.python, Programs.clients + "/torture.py", Programs.daemon[0],
          Programs.tools + "/disk.so", "\(kills)", "\(seed)",
        ],
        environment: world.environment,
        limit: .seconds(60 + 2 * kills)
      )
      print("torture: \(outcome.output)", terminator: "")
      #expect(outcome.succeeded, "\(outcome.errors)")
      let result = try JSON(parsing: outcome.lines.last ?? "null")
      #expect(result["faults"].list.isEmpty, "\(result["faults"].line), in \(result["kept"].line)")
      #expect(result["kills"].integer == Int64(kills))
    }
  }
}
