import Display
import Notifications
import Presentation
import Testing

@Suite struct PaintingTests {
  private let layout = Layout()
  private let measurer = FixedMeasurer()

  private func painting(_ popups: [Popup], waiting: Int = 0, hover: Hit? = nil) -> Painting {
    Painting(
      scene: layout.scene(
        for: Stack(popups: popups, waiting: waiting),
        theme: .standard,
        scale: .one,
        usable: screen,
        measurer: measurer
      ),
      hover: hover
    )
  }

  @Test("Unknown content is painted whole")
  func fresh() {
    let new = painting([popup(1), popup(2)], waiting: 1)
    let changes = new.changes(since: nil)
    #expect(changes.cards == [0, 1] && changes.paintsMore)
    #expect(
      changes.cleared
        == [Rect(x: 0, y: 0, width: new.scene.size.width, height: new.scene.size.height)]
    )
  }

  @Test("The same needs nothing")
  func same() {
    let old = painting([popup(1), popup(2)], waiting: 1)
    #expect(painting([popup(1), popup(2)], waiting: 1).changes(since: old).isEmpty)
  }

  @Test("A replaced card of the same size is all that is painted")
  func replaced() {
    let old = painting([popup(1), popup(2)])
    let new = painting([popup(1), popup(2, revision: 2, title: "Other")])
    let changes = new.changes(since: old)
    #expect(changes.cleared.isEmpty && changes.cards == [1] && !changes.paintsMore)
    #expect(new.damage(since: old) == [new.scene.cards[1].frame])
  }

  @Test("Where a card was and none is, is cleared")
  func moved() {
    let tall = popup(1, body: "Body")
    let old = painting([tall, popup(2), popup(3)])
    let new = painting([popup(2), popup(3)])
    // Another size means another buffer.
    #expect(new.changes(since: old).cards == [0, 1])
    #expect(new.changes(since: old) == new.changes(since: nil))
    let swapped = painting([popup(2), tall, popup(3)])
    let changes = swapped.changes(since: old)
    #expect(changes.cards == [0, 1])
    #expect(changes.cleared == [old.scene.cards[0].frame, old.scene.cards[1].frame])
  }

  @Test("The pointer's way repaints only the cards it leaves and enters")
  func hover() {
    let popups = [popup(1, buttons: 1), popup(2), popup(3)]
    let old = painting(popups, hover: .body(id(1)))
    #expect(painting(popups, hover: .body(id(2))).changes(since: old).cards == [0, 1])
    #expect(
      painting(popups, hover: .button(id(1), key: "k0")).changes(since: old).cards == [0]
    )
    let row = painting(popups, waiting: 1, hover: .more)
    let left = painting(popups, waiting: 1)
    let changes = left.changes(since: row)
    #expect(changes.cleared.isEmpty && changes.cards.isEmpty && changes.paintsMore)
  }
}
