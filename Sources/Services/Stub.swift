import Notifications
enum PlainText {
  static func line(_ s: String, limit: Int) -> String { s };
  static func cut(_ s: String, limit: Int) -> String { s }
}
extension StyledText { init(markup: String) { self.init(markup) } }
struct RawImage {
  var width: Int32; var height: Int32; var rowstride: Int32; var hasAlpha: Bool;
  var bitsPerSample: Int32; var channels: Int32
}
extension Picture { init?(_ i: RawImage, _ b: UnsafeBufferPointer<UInt8>) { return nil } }
