// The redo step: the user wants a past notification back.

extension Core {
  /// As it was, with a new id. Neither permission nor quiet is asked, as it is the user who wants it;
  /// and it has its place in the past already, so that it leaves no trace there again.
  mutating func redo(
    _ past: Notification,
    _ treatment: Treatment?,
    from owner: Owner,
    isPresent: Bool,
    _ call: Call,
    at now: Instant
  ) {
    var sent = past
    sent.isTransient = true
    sent.receivedAt = wallClock.moment(now).wall
    // A button that nobody hears of is none.
    if !isPresent, owner.sender.wakeID.isEmpty { sent.actions = [] }
    // What took its place since stays.
    if tags[TagKey(family: owner.family, text: sent.tag ?? "")] != nil { sent.tag = nil }
    if let name = NameKey(sent, owner), names[name] != nil, var fields = sent.web?.fields {
      fields.nid = ""
      sent.web = WebOptions(fields)
    }
    let id = nextID()
    lastAge += 1
    var entry = Entry(
      id: id,
      content: Content(sent, treatment),
      owner: owner,
      state: .pending,
      revision: nextRevision(),
      created: now,
      age: lastAge,
      clock: Entry.Clock(left: nil, deadline: nil),
      isShout: false
    )
    entry.clock.left = entry.notification.lifetime(limits)
    // Who asks for it has read it, and no command is run for it again.
    entry.isRead = true
    entry.hasAppeared = true
    insert(entry, at: now)
    if !isPresent { departed.insert(owner.peer) }
    stackRevision += 1
    effects.append(.replyID(call, id))
    effects.append(.added(id))
    settle(id, at: now)
    evict(besides: id, of: owner, at: now)
  }
}
