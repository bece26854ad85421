import Configuration

/// Where the daemon looks for what others decide about its senders.
struct Places {
  var processRoot = "/proc"
  var policyDirectory = Policy.directory
  private var dataFolders: String?

  /// Where what outlives the daemon is; "" where no home is known.
  var stateDirectory: String {
    if let state = environmentVariable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/hark"
    }
    return (environmentVariable("HOME") ?? "") + "/.local/state/hark"
  }

  init(_ arguments: Arguments) {
    guard arguments.isTest else { return }
    processRoot = environmentVariable("HARK_TEST_PROC_ROOT") ?? processRoot
    policyDirectory = environmentVariable("HARK_TEST_POLICY_DIR") ?? policyDirectory
    dataFolders = environmentVariable("HARK_TEST_DESKTOP_DIRS")
  }

  /// The variables by which desktop files are found.
  func desktopEnvironment(_ name: String) -> String? {
    guard let dataFolders else { return environmentVariable(name) }
    switch name {
    case "XDG_DATA_DIRS": return dataFolders
    case "XDG_DATA_HOME": return "/nonexistent"
    default: return environmentVariable(name)
    }
  }
}
