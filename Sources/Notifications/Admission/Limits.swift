/// What keeps memory and the screen bounded.
package struct Limits: Equatable, Sendable {
  /// Popups on the screen at once.
  package var visible = 5
  /// Live notifications of one app (FD-290).
  package var livePerApp = 1000
  package var live = 5000
  /// Bytes of live content.
  package var content = 64 << 20
  /// New notifications at once before an app counts as flooding (FD-291).
  package var burst = 20
  /// Tokens an app gets back in a second.
  package var burstRefill = 2
  /// Closed ids whose owners are remembered (FD-040).
  package var rememberedOwners = 4096
  /// Closed notifications kept for read-back, and their content in bytes.
  package var records = 1000
  package var recordContent = 1 << 20

  /// How long one is shown that does not say itself; nil: until somebody closes it (FD-214).
  package var lowLifetime: Instant.Span? = .milliseconds(5000)
  package var normalLifetime: Instant.Span? = .milliseconds(8000)

  package init() {}
}
