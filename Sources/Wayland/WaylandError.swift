/// Why a compositor cannot be used.
package enum WaylandError: Error, Equatable {
  /// There is no socket of that name.
  case noSocket(path: String)
  /// The socket is there and nobody serves it.
  case refused(path: String)
  case cannotConnect(path: String, why: String)
  /// Connected, and then nothing came back in time.
  case silent(path: String)
  /// The compositor does not offer what popups need, for instance `zwlr_layer_shell_v1`.
  case missing(interface: String)
  /// The connection broke while it was being set up.
  case lost(why: String)

  package var description: String {
    switch self {
    case .noSocket(let path): "no Wayland socket: \(path)"
    case .refused(let path): "nobody serves the Wayland socket: \(path)"
    case .cannotConnect(let path, let why): "cannot connect to the Wayland socket: \(path): \(why)"
    case .silent(let path): "the compositor does not answer: \(path)"
    case .missing(let interface): "the compositor does not offer \(interface)"
    case .lost(let why): "the compositor was lost while connecting: \(why)"
    }
  }
}
