import Notifications
import Testing

struct MarkupTests {
  /// Runs in a form that reads well in a table: `text[bui link]`.
  static func describe(_ styled: StyledText) -> [String] {
    let bytes = Array(styled.text.utf8)
    return styled.runs.map { run in
      var style = ""
      if run.style.contains(.bold) { style += "b" }
      if run.style.contains(.italic) { style += "i" }
      if run.style.contains(.underline) { style += "u" }
      if let link = run.link { style += "→" + styled.links[link] }
      return String(decoding: bytes[run.range], as: UTF8.self) + "[" + style + "]"
    }
  }

  static func parse(_ markup: String, limit: Int = 1 << 16) -> StyledText {
    StyledText(markup: markup, links: .remote, limit: limit)
  }

  @Test(
    "The vectors: markup to plain text",
    arguments: [
      ("a&amp;b", "a&b"), ("&amp;lt;", "&lt;"), ("<b>x", "x"), ("x</b>y", "xy"),
      ("a<br>b", "a\nb"), ("<a href='x:y'>z</a>", "z"),
      ("<img src=\"https://e/x.png\" alt=\"pic\">", "pic"), ("<script>1</script>", "1"),
      ("<!-- c -->k", "k"), ("5>4", "5>4"), ("<3", "<3"), ("&#9731;", "☃"), ("&#0;", "\u{FFFD}"),
    ]
  )
  func vectors(markup: String, text: String) {
    #expect(Self.parse(markup).text == text)
  }

  @Test(
    "FD-120 FD-121 FD-125 tags of any other element go, all else that looks like one stays",
    arguments: [
      ("x<font color=\"red\">y</font>", "xy"), ("a <p>b</p>", "a b"),
      ("<b onclick=\"x()\" style='color: red'>y</b>", "y"), ("<font color=red>y</font>", "y"),
      ("<o:p/>x<a:b-c_d.e f = 'g' />y", "xy"), ("<div\n class='a'\t>x</div >", "x"),
      ("1 < 2 & 3", "1 < 2 & 3"), ("< b>x", "< b>x"), ("<>x</>", "<>x</>"), ("</ b>", "</ b>"),
      ("<b", "<b"), ("<b a", "<b a"), ("<b a=", "<b a="), ("<b a='x", "<b a='x"),
      ("<b a='x'", "<b a='x'"), ("<b/", "<b/"), ("<b /x>", "<b /x>"), ("</", "</"),
      ("a <b and c> d", "a <b and c> d"), ("J <j@example.org>", "J <j@example.org>"),
      ("<b a='x'b='y'>", "<b a='x'b='y'>"), ("<b a=x\"y>", "<b a=x\"y>"), ("<größe>", "<größe>"),
      ("<https://e.org/>", "<https://e.org/>"), ("<b <i>x</i>", "<b x"), ("x<1>", "x<1>"),
    ]
  )
  func otherTags(markup: String, text: String) {
    #expect(Self.parse(markup).text == text)
  }

  @Test(
    "FD-122 FD-126 FD-142 styles nest, close at the end, and close up to their match",
    arguments: [
      ("<b>a<i>b</b>c", "abc", ["a[b]", "b[bi]"]),
      ("<B>a</b> <I>b</I> <U>c</u>", "a b c", ["a[b]", "b[i]", "c[u]"]),
      ("a<b>b", "ab", ["b[b]"]), ("</i>a</b>b", "ab", []),
      ("<b>a</b><b>b</b>", "ab", ["ab[b]"]), ("<b></b>a<i/>b", "ab", []),
      ("<b>a<font>b</b>c</font>", "abc", ["ab[b]"]), ("<b>a<b>b</b>c</b>d", "abcd", ["abc[b]"]),
      ("<u>ä</u>ö", "äö", ["ä[u]"]), ("<b>&lt;</b>b>", "<b>", ["<[b]"]),
      ("<b>Item</b> message\n<b>Two</b> x", "Item message\nTwo x", ["Item[b]", "Two[b]"]),
      ("<b>a</b>\n<b>b</b>", "a\nb", ["a[b]", "b[b]"]),
      ("<b>a<br/>b</br></b>", "a\nb", ["a\nb[b]"]),
      ("<b>\n a\n\n\n</b>", " a", ["a[b]"]), ("a\n <u> b</u>", "a\n  b", ["b[u]"]),
      ("<u>a\n b</u>", "a\n b", ["a\n b[u]"]),
      ("<b>x<u>  </u>\n</b>", "x  ", ["x[b]", "  [bu]"]),
      (
        "<a href=\"https://a.example/\">a.example</a>\n\nText", "a.example\n\nText",
        ["a.example[→https://a.example/]"]
      ),
    ]
  )
  func styles(markup: String, text: String, runs: [String]) {
    let styled = Self.parse(markup)
    #expect(styled.text == text)
    #expect(Self.describe(styled) == runs)
  }

  @Test(
    "FD-123 FD-124 entities are decoded once; what is none stays",
    arguments: [
      ("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"), ("&#65;&#x42;&#x43;", "ABC"), ("&#x1f600;", "😀"),
      ("&amp;amp;", "&amp;"), ("&nbsp", "&nbsp"), ("&foo;", "&foo;"), ("&LT;", "&LT;"),
      ("&amp", "&amp"), ("& amp;", "& amp;"), ("&", "&"), ("&;", "&;"), ("&#;", "&#;"),
      ("&#x;", "&#x;"), ("&#xG;", "&#xG;"), ("&#65", "&#65"), ("&#-1;", "&#-1;"), ("&#", "&#"),
      ("&#000000000000000000065;", "A"), ("&#xD800;", "\u{FFFD}"), ("&#xDFFF;", "\u{FFFD}"),
      ("&#x110000;", "\u{FFFD}"), ("&#99999999999999999999999;", "\u{FFFD}"), ("&#x0;", "\u{FFFD}"),
      ("&#x10FFFD;", "\u{10FFFD}"), ("a&#10;b", "a\nb"), ("a&#1;&#x85;&#xFFFE;b", "ab"),
      ("&ampx;", "&ampx;"), ("&lt;b&gt;x&lt;/b&gt;", "<b>x</b>"), ("&a<b>mp;</b>", "&amp;"),
    ]
  )
  func entities(markup: String, text: String) {
    #expect(Self.parse(markup).text == text)
  }

  @Test(
    "FD-127 comments, CDATA markers, instructions and declarations go; nothing expands",
    arguments: [
      ("a<!-- <b> & --> -->b", "a -->b"), ("a<!---->b", "ab"), ("a<!-->b", "a<!-->b"),
      ("a<!-- b", "a<!-- b"), ("<![CDATA[<b>x</b>&lt;]]>y", "<b>x</b>&lt;y"),
      ("<![CDATA[x", "<![CDATA[x"), ("a]]>b", "a]]>b"), ("<?xml version=\"1.0\"?>x", "x"),
      ("<?x", "<?x"), ("<?>", "<?>"), ("<!DOCTYPE html>x", "x"), ("<!doctype x", "<!doctype x"),
      ("<!DOCTYPE l [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]>&c;", "&c;"), ("<!>", "<!>"),
      ("<![if !IE]>x", "<![if !IE]>x"), ("<!-- a --><!-- b -->x<!-- c -->", "x"),
    ]
  )
  func declarations(markup: String, text: String) {
    #expect(Self.parse(markup).text == text)
  }

  @Test("FD-128 nesting is cut at 32, and its closing tags with it")
  func depth() {
    let opened = String(repeating: "<b>", count: 31) + "<i><u>x</u>"
    #expect(Self.describe(Self.parse(opened + "</i>y</b>z")) == ["x[bi]", "yz[b]"])
    let deep = String(repeating: "<b>", count: 40) + "x" + String(repeating: "</b>", count: 40)
    #expect(Self.describe(Self.parse(deep + "y")) == ["x[b]"])
  }

  @Test(
    "FD-131 FD-132 FD-134 links of allowed schemes; any other target leaves plain text",
    arguments: [
      ("https://e.org/", "https://e.org/"), ("HTTP://E.org", "HTTP://E.org"),
      ("mailto:a@e.org", "mailto:a@e.org"), ("tel:+123", "tel:+123"),
      ("https://e.org/?a=1&amp;b=2&c", "https://e.org/?a=1&b=2&c"),
      (" https://e.org ", "https://e.org"),
      ("https://e.org/ä b", "https://e.org/ä b"), ("javascript:alert(1)", nil),
      ("data:text/html,x", nil),
      ("file:///etc/passwd", nil), ("x:y", nil), ("https:", nil), ("https:e.org", nil),
      ("https:///e.org", nil), ("https://", nil), ("", nil), ("e.org", nil), ("//e.org", nil),
      ("mailto:", nil), ("java\nscript:x", nil), ("https://e.org/\u{1}", nil),
      ("https://e.org/&#10;x", nil), ("https://e.org/&#x202e;x", nil),
      ("https://e.org/\u{85}", nil),
      ("&#104;ttps://e.org", "https://e.org"), ("&#106;avascript:x", nil), (" javascript:x", nil),
    ] as [(String, String?)]
  )
  func links(href: String, target: String?) {
    let styled = Self.parse("<a href=\"\(href)\">t</a>")
    #expect(styled.text == "t")
    #expect(styled.links == (target.map { [$0] } ?? []))
    #expect(Self.describe(styled) == (target.map { ["t[→\($0)]"] } ?? []))
  }

  @Test("FD-134 a target of 2 KiB is one, a longer one is not")
  func longLinks() {
    let stem = "https://e.org/"
    for (length, isLink) in [(2048, true), (2049, false), (60000, false)] {
      let href = stem + String(repeating: "x", count: length - stem.utf8.count)
      #expect(Self.parse("<a href='\(href)'>t</a>").links == (isLink ? [href] : []))
    }
  }

  @Test("No links at all where nobody could open them")
  func noLinks() {
    let styled = StyledText(markup: "<a href='https://e.org'><b>t</b></a>", links: .none, limit: 99)
    #expect(Self.describe(styled) == ["t[b]"])
  }

  @Test(
    "FD-135 FD-138 inner links are plain, images are their alt text and not linked",
    arguments: [
      (
        "<a href='tel:1'>x<a href='tel:2'>y</a>z</a>w", "xyzw", ["x[→tel:1]", "z[→tel:1]"]
      ),
      ("<a href='tel:1'>x<a>y</a></a>", "xy", ["x[→tel:1]"]),
      ("<a href='x:1'>x<a href='tel:2'>y</a>z</a>", "xyz", ["y[→tel:2]"]),
      ("<a href='tel:1'>x</a><a href='tel:2'>y</a>", "xy", ["x[→tel:1]", "y[→tel:2]"]),
      ("<a href='tel:1'></a><a href='tel:2'>y</a>", "y", ["y[→tel:2]"]),
      ("<a href='tel:1'>\n</a><a href='tel:2'>y</a>", "y", ["y[→tel:2]"]),
      ("<a href='tel:1'>x</a><a href='tel:2'>\n\n</a>", "x", ["x[→tel:1]"]),
      ("<a href='tel:1' href='tel:2'>x", "x", ["x[→tel:1]"]),
      ("<b><a HREF=tel:1>x</b>y</a>", "xy", ["x[b→tel:1]"]),
      (
        "<a href='tel:1'>x<b><img src='/x' alt='&lt;p&gt;'/></b>y</a>", "x<p>y",
        ["x[→tel:1]", "<p>[b]", "y[→tel:1]"]
      ),
      ("<img src='/x'>a<img alt=\"b\"></img>", "ab", []), ("<img alt='a\nb'/>", "a\nb", []),
    ]
  )
  func nesting(markup: String, text: String, runs: [String]) {
    let styled = Self.parse(markup)
    #expect(styled.text == text)
    #expect(Self.describe(styled) == runs)
    #expect(Set(styled.runs.compactMap(\.link)) == Set(styled.links.indices))
  }

  @Test(
    "F15 F16 F17 F18 F19 F21 F22 F23 F24 what broke others",
    arguments: [
      ("F15", "We <3 dunst", "We <3 dunst", []), ("F15", "We <3> x", "We <3> x", []),
      ("F15", "We < x", "We < x", []), ("F16", "<thing> asdf", " asdf", []),
      ("F16", "<ircnick> <b>hello</b>", " hello", ["hello[b]"]),
      ("F17", "<u>Example & More</u>", "Example & More", ["Example & More[u]"]),
      ("F18", "<><i>italics</i><b>bold</b>", "<>italicsbold", ["italics[i]", "bold[b]"]),
      ("F18", "a<p>b", "ab", []), ("F19", "<a href=\"...\">x</a>", "x", []),
      (
        "F22", "<im<img src=\"http://a/x\">g src=\"http://a/y\">", "<img src=\"http://a/y\">", []
      ),
      (
        "F22", "<<b>a href='https://e.org'>x", "<a href='https://e.org'>x",
        ["a href='https://e.org'>x[b]"]
      ),
      ("F23", "&lt;img src=\"http://a/x\"&gt;", "<img src=\"http://a/x\">", []),
      ("F23", "&#60;a href='https://e.org'>x</a>", "<a href='https://e.org'>x", []),
      ("F24", "x<img src=\"", "x<img src=\"", []), ("F24", "x<img src=\"y>", "x<img src=\"y>", []),
    ]
  )
  func brokeOthers(_: String, markup: String, text: String, runs: [String]) {
    let styled = Self.parse(markup)
    #expect(styled.text == text)
    #expect(Self.describe(styled) == runs)
    #expect(styled.links.isEmpty)
  }

  @Test("F20 F24 FD-055 the summary is never markup")
  func summary() {
    for text in ["<b>x</b> &amp;", "<img src=\"", "&lt;a href='https://e.org'&gt;"] {
      #expect(PlainText.line(text, limit: 1000) == text)
    }
  }

  @Test("F21 FD-060 a long body is cut in its text, not in its markup")
  func cut() {
    let styled = Self.parse("x<b>" + String(repeating: "y", count: 6000) + "</b>z", limit: 5000)
    #expect(styled.text == "x" + String(repeating: "y", count: 4996) + "…")
    #expect(styled.runs == [.init(range: 1..<4997, style: .bold)])
    let tags = Self.parse(String(repeating: "<i>x</i>", count: 700), limit: 700)
    #expect(tags.text.utf8.count == 700)
    let link = Self.parse("<b>abc</b> <a href='tel:1'>def</a>", limit: 6)
    #expect(link.text == "abc…")
    #expect(link.links == [])
  }
}
