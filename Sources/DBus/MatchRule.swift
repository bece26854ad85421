/// Which signals the bus shall deliver to us.
package struct MatchRule: Equatable {
  /// Nil: anybody.
  package var sender: BusName?
  package var path: ObjectPath?
  package var interface: InterfaceName
  package var member: MemberName
  /// The first argument, a string.
  package var argument: String?
  /// The first argument is this name, or begins with it and a dot.
  package var namespace: BusName?

  package init(
    sender: BusName? = nil,
    path: ObjectPath? = nil,
    interface: InterfaceName,
    member: MemberName,
    argument: BusName? = nil,
    namespace: BusName? = nil
  ) {
    self.sender = sender
    self.path = path
    self.interface = interface
    self.member = member
    self.argument = argument?.text
    self.namespace = namespace
  }

  /// Validated names hold no quote, so nothing but the argument needs escaping.
  package var text: String {
    var rule = "type='signal'"
    if let sender { rule += ",sender='\(sender.text)'" }
    rule += ",interface='\(interface.text)',member='\(member.text)'"
    if let path { rule += ",path='\(path.text)'" }
    if let namespace { rule += ",arg0namespace='\(namespace.text)'" }
    if let argument {
      // A quote stands outside of quotes, behind a backslash.
      let escaped = argument.reduce(into: "") { $0 += $1 == "'" ? "'\\''" : String($1) }
      rule += ",arg0='\(escaped)'"
    }
    return rule
  }
}
