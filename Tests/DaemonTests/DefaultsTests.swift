import Configuration
import Notifications
import Presentation
import Testing

@testable import Daemon

/// What holds without a configuration file is what the parts have by themselves.
@Suite struct DefaultsTests {
  @Test("the defaults of the configuration are those of the core and of the cards")
  func agree() {
    #expect(Preferences(Configuration()) == Preferences())
    #expect(Theme(Configuration()) == Theme())
  }

  @Test("FD-210 FD-214 each option has its place")
  func places() {
    var configuration = Configuration()
    configuration.popups = 7
    configuration.timeout.low = 1
    configuration.timeout.normal = 0
    configuration.width = 400
    configuration.layer = .overlay
    let limits = Preferences(configuration).limits
    #expect(limits.visible == 7)
    #expect(limits.lowLifetime == .milliseconds(1) && limits.normalLifetime == nil)
    let theme = Theme(configuration)
    #expect(theme.width == 400 && theme.coversFullScreen)
  }
}
