package import Display
package import Notifications

/// One popup laid out at one scale: device pixels from its own top left corner.
///
/// Never changes, so the same card is the same picture.
package final class Card {
  package let id: NotificationID
  package let revision: UInt64
  package let urgency: Notification.Urgency
  package let isActivatable: Bool
  package let palette: Palette
  package let count: Int
  package let size: Size
  package let texts: [TextBlock]
  package let image: ImageBlock?
  package let progress: ProgressBlock?
  package let buttons: [ButtonBlock]
  package let links: [LinkBlock]
  package let address: AddressLine
  package let countBlock: CountBlock?
  package let doubt: DoubtMark?
  /// Where a click closes; the cross shows only under the pointer.
  package let close: Rect
  package let closeMark: Rect
  let measured: [Measured]

  init(
    popup: Popup,
    palette: Palette,
    size: Size,
    texts: [TextBlock],
    image: ImageBlock?,
    progress: ProgressBlock?,
    buttons: [ButtonBlock],
    links: [LinkBlock],
    address: AddressLine,
    countBlock: CountBlock?,
    doubt: DoubtMark?,
    close: Rect,
    closeMark: Rect,
    measured: [Measured]
  ) {
    id = popup.id
    revision = popup.revision
    urgency = popup.urgency
    isActivatable = popup.isActivatable
    count = popup.count
    self.palette = palette
    self.size = size
    self.texts = texts
    self.image = image
    self.progress = progress
    self.buttons = buttons
    self.links = links
    self.address = address
    self.countBlock = countBlock
    self.doubt = doubt
    self.close = close
    self.closeMark = closeMark
    self.measured = measured
  }

  /// What lies at a point within the card.
  ///
  /// Close comes first: it never counts as the body (F57).
  func hit(_ p: Point) -> Hit {
    if close.contains(p) { return .close(id) }
    for button in buttons where button.rect.contains(p) {
      return button.isDisabled ? .disabled(id) : .button(id, key: button.key)
    }
    for link in links where link.rect.contains(p) { return .link(id, link.target) }
    return .body(id)
  }
}

package struct TextBlock {
  package enum Role {
    case appName
    case title
    case body
    /// Why buttons are disabled.
    case reason
  }

  package let role: Role
  /// Texts that run from right to left end at its right edge.
  package let frame: Rect
  package let text: any ShapedText
}

package struct ImageBlock {
  package let picture: Picture
  package let frame: Rect
}

package struct ProgressBlock {
  package let track: Rect
  package let filled: Rect
}

package struct ButtonBlock {
  package let key: String
  package let isDisabled: Bool
  package let rect: Rect
  package let labelFrame: Rect
  package let label: any ShapedText
}

package struct LinkBlock {
  package let target: String
  package let rect: Rect
  package let underline: Rect
}

/// How many equal ones the card stands for, at the right end of its first line.
package struct CountBlock {
  package let rect: Rect
  package let labelFrame: Rect
  package let label: any ShapedText
}

/// The app's name is claimed: drawn by hark, not set as text (WEB-326).
package struct DoubtMark {
  /// In the card's rim, where nothing of a sender's is drawn.
  package let stripe: Rect
  /// Before the name.
  package let sign: Rect?

  package static let color = Color(0xf5a524)
}

/// Where the address of the link under the pointer stands: in place of the card's first text.
package struct AddressLine {
  package let frame: Rect
  package let style: TextStyle
}

/// A text and what was asked for when it was set.
struct Measured {
  let text: StyledText
  let style: TextStyle
  let width: Int
  let lines: Int
  let shaped: any ShapedText
}
