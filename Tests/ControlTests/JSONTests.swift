import DBus
import Testing

@testable import Control

@Suite struct JSONTests {
  @Test(
    "text is escaped where JSON, a terminal or a reader of lines needs it",
    arguments: [
      ("", #""""#), ("a\"b\\c/", #""a\"b\\c/""#), ("\n\r\t", #""\n\r\t""#),
      ("\u{1}\u{1B}[31m\u{0}", #""\u0001\u001b[31m\u0000""#), ("\u{7F}\u{9B}", #""\u007f\u009b""#),
      ("a\u{2028}b\u{2029}", #""a\u2028b\u2029""#), ("日本 é 🙂", #""日本 é 🙂""#),
      ("\r\n", #""\r\n""#), ("e\u{301}", "\"e\u{301}\""),
    ]
  )
  func strings(text: String, expected: String) {
    var json = JSON()
    json.string(text)
    #expect(Array(json.text.unicodeScalars) == Array(expected.unicodeScalars))
  }

  private static func text(_ body: (inout Writer) -> Void) -> String {
    let message = OutgoingMessage.signal("/", "a.b", "C")
    message.append(body)
    var reader = message.received.reader()
    var json = JSON()
    json.value(&reader)
    return json.text
  }

  @Test("every D-Bus type has its JSON")
  func types() {
    #expect(Self.text { $0.byte(255) } == "255")
    #expect(Self.text { $0.boolean(true) } == "true")
    #expect(Self.text { $0.int16(.min) } == "-32768")
    #expect(Self.text { $0.uint16(.max) } == "65535")
    #expect(Self.text { $0.int32(.min) } == "-2147483648")
    #expect(Self.text { $0.uint32(.max) } == "4294967295")
    #expect(Self.text { $0.int64(.min) } == "-9223372036854775808")
    #expect(Self.text { $0.uint64(.max) } == "18446744073709551615")
    #expect(Self.text { $0.double(1.5) } == "1.5")
    #expect(Self.text { $0.double(.nan) } == "null")
    #expect(Self.text { $0.double(-.infinity) } == "null")
    #expect(Self.text { $0.string("s") } == #""s""#)
    #expect(Self.text { $0.objectPath("/a") } == #""/a""#)
    #expect(Self.text { $0.signature("a{sv}") } == #""a{sv}""#)
    #expect(Self.text { $0.variant("u") { $0.uint32(7) } } == "7")
  }

  @Test("containers nest, and entries keep the order in which they came")
  func containers() {
    let text = Self.text {
      $0.dictionary {
        $0.entry("z", "s") { $0.string("last") }
        $0.entry("a", "as") { $0.strings(["x", "y"]) }
        $0.entry("none", "as") { $0.strings([]) }
        $0.entry("pair", "(ub)") {
          $0.structure {
            $0.uint32(1)
            $0.boolean(false)
          }
        }
        $0.entry("nested", "a{sv}") {
          $0.dictionary { $0.entry("v", "v") { $0.variant("i") { $0.int32(-1) } } }
        }
        $0.entry("empty", "a{sv}") { $0.dictionary { _ in } }
      }
    }
    #expect(
      text
        == #"{"z":"last","a":["x","y"],"none":[],"pair":[1,false],"nested":{"v":-1},"empty":{}}"#
    )
  }

  @Test("keys of any type become text")
  func keys() {
    let text = Self.text {
      $0.dictionary("us") {
        $0.dictionaryEntry {
          $0.uint32(7)
          $0.string("seven")
        }
      }
    }
    #expect(text == #"{"7":"seven"}"#)
  }

  @Test(
    "bytes are base64 (RFC 4648, section 10)",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
  )
  func bytes(plain: String, expected: String) {
    #expect(Self.text { $0.bytes(Array(plain.utf8)) } == "\"\(expected)\"")
  }

  @Test("members of a dictionary join an object, but for some")
  func members() {
    let message = OutgoingMessage.signal("/", "a.b", "C")
    message.append {
      $0.dictionary {
        $0.entry("id", "u") { $0.uint32(1) }
        $0.entry("title", "s") { $0.string("T") }
      }
    }
    var reader = message.received.reader()
    let text = JSON.object {
      $0.key("event")
      $0.string("added")
      $0.members(&reader, except: ["id"])
    }
    #expect(text == #"{"event":"added","title":"T"}"#)
  }
}
