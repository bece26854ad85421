/// A program that a rule starts, and what it is told.
package struct Errand: Equatable {
  package let arguments: [String]
  package let occasion: Treatment.Command.Occasion
  package let id: NotificationID
  package let notification: Notification
  package let principal: String
  /// The key of the action that was taken; "" otherwise.
  package var action = ""
  /// Nil while it is live.
  package var reason: CloseReason?
}

extension Core {
  mutating func run(
    _ occasion: Treatment.Command.Occasion,
    about entry: Entry,
    action: String = "",
    reason: CloseReason? = nil
  ) {
    for command in entry.treatment?.wishes.commands ?? [] where command.occasion == occasion {
      effects.append(
        .run(
          Errand(
            arguments: command.arguments,
            occasion: occasion,
            id: entry.id,
            notification: entry.notification,
            principal: entry.owner.principal,
            action: action,
            reason: reason
          )
        )
      )
    }
  }
}
