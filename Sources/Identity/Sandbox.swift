import CLibc

/// The sandbox that a process runs in, as the system tells it.
enum Sandbox {
  case flatpak(id: String, instance: String)
  /// The app is empty where only the snap is known.
  case snap(instance: String, app: String)

  static func of(
    _ process: borrowing ProcessEntry,
    _ groups: ControlGroups,
    securityLabel: String
  ) throws(Unidentified) -> Sandbox? {
    if let flatpak = try flatpak(process) { return flatpak }
    return try snap(groups, securityLabel: securityLabel)
  }

  // MARK: Flatpak

  /// Flatpak puts a file into the root of each sandbox, its proxy for the bus included. Whatever
  /// hinders reading it may be the sandbox' doing, so nothing but its absence means a host program.
  private static func flatpak(
    _ process: borrowing ProcessEntry
  ) throws(Unidentified) -> Sandbox? {
    do throws(SystemError) {
      guard let root = try process.rootDirectory() else { return nil }
      let info: OpenFile
      do throws(SystemError) {
        info = try OpenFile(".flatpak-info", in: root.descriptor, flags: O_NOFOLLOW)
      } catch {
        if error.code == ENOENT { return nil }
        throw error
      }
      guard try info.status.isRegular else { throw SystemError(code: EINVAL) }
      let bytes = try info.bytes(atMost: 1 << 16)
      guard let flatpak = flatpak(described: bytes) else { throw SystemError(code: EINVAL) }
      return flatpak
    } catch {
      throw Unidentified(reason: "the root of the process could not be read")
    }
  }

  private static func flatpak(described info: [UInt8]) -> Sandbox? {
    enum Group { case application, runtime, instance, other }
    var group = Group.other
    var application = ""
    var runtime: String?
    var instance = ""
    let isWellFormed = KeyFile.read(info) { line in
      switch line {
      case .group(let name):
        group =
          name == "Application"
          ? .application : name == "Runtime" ? .runtime : name == "Instance" ? .instance : .other
        if group == .runtime { runtime = runtime ?? "" }
      case .entry(let key, let locale, let value) where locale.isEmpty:
        if group == .application, key == "name" { application = value.string ?? "" }
        if group == .runtime, key == "name" { runtime = value.string ?? "" }
        if group == .instance, key == "instance-id" { instance = value.string ?? "" }
      default: break
      }
    }
    let id = runtime ?? application
    guard isWellFormed, isApplicationID(id) else { return nil }
    return .flatpak(id: id, instance: instance)
  }

  /// At least three elements of letters, digits and `_`, none of which begins with a digit; the
  /// last may have hyphens.
  static func isApplicationID(_ id: String) -> Bool {
    let elements = id.utf8.split(
      separator: UInt8(ascii: "."),
      omittingEmptySubsequences: false
    )
    guard id.utf8.count <= 255, elements.count >= 3 else { return false }
    for (index, element) in elements.enumerated() {
      let mayHyphenate = index == elements.count - 1
      guard let first = element.first, first.isLetter || first == UInt8(ascii: "_"),
        element.allSatisfy({
          $0.isAlphanumeric || $0 == UInt8(ascii: "_")
            || ($0 == UInt8(ascii: "-") && mayHyphenate)
        })
      else { return false }
    }
    return true
  }

  // MARK: Snap

  /// The label comes from the kernel and is asked first; systems without AppArmor have control
  /// groups alone.
  private static func snap(
    _ groups: ControlGroups,
    securityLabel: String
  ) throws(Unidentified) -> Sandbox? {
    let label = securityLabel.prefix { $0 != " " && $0 != "\0" }
    guard let text = label.hasPrefix("snap.") ? String(label) : groups.snap else { return nil }
    guard let snap = snap(named: text) else {
      throw Unidentified(reason: "no name of a snap: \(text)")
    }
    return snap
  }

  /// Reads `snap.INSTANCE[.APP][-UUID][.scope|.service]`.
  private static func snap(named text: String) -> Sandbox? {
    var name = text.dropFirst(5)
    for suffix in [".scope", ".service"] where name.hasSuffix(suffix) {
      name = name.dropLast(suffix.utf8.count)
    }
    let tail = name.suffix(37)
    if tail.hasPrefix("-"), tail.split(separator: "-").map({ $0.utf8.count }) == [8, 4, 4, 4, 12] {
      name = name.dropLast(37)
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let instance = parts.first, !instance.isEmpty,
      instance.utf8.allSatisfy({
        ($0.isAlphanumeric && !($0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z")))
          || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      })
    else { return nil }
    return .snap(instance: String(instance), app: parts.count == 2 ? String(parts[1]) : "")
  }
}
