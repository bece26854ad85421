import Testing

@testable import Rules

@Suite struct PairsTests {
  private static func pairs(_ texts: [String], isExact: Bool = true) -> Pairs {
    var pairs = Pairs()
    for text in texts { pairs.require(text.utf8, isExact: isExact) }
    return pairs
  }

  @Test(
    "what an expression needs is what is outside of its groups and sets",
    arguments: [
      ("/code/", ["code"]), ("//", []), (#"/\bcode\D{0,20}\d{6}\b/"#, ["code"]),
      (#"/^(Build|Test) [0-9]+ (ok|failed)$/"#, []), (#"/https?:\/\/x/"#, ["http", "://x"]),
      ("/a|code/", []), ("/(?:a|b)code/", ["code"]), ("/code(a|b)?end/", ["code", "end"]),
      ("/abc*de/", ["ab", "de"]), ("/abc+de/", ["abc", "de"]), ("/ab{2}cd/", ["cd"]),
      ("/ab{,}cd/", ["cd"]), ("/ab{x}cd/", []), ("/a.bc/", ["bc"]), ("/[abc]de/", ["de"]),
      ("/[]abc]de/", ["de"]), ("/[^]abc]de/", ["de"]), (#"/[\]abc]de/"#, ["de"]),
      ("/[[:alpha:]]de/", []), (#"/\x41de/"#, []), (#"/\Qa|b\Ede/"#, []), ("/(?i)code/", []),
      ("/(*UCP)code/", []), (#"/a\.bc/"#, ["a.bc"]), (#"/(a\)b)cd/"#, ["cd"]),
      (#"/(a[)]b)cd/"#, ["cd"]), ("/((a)b)cd/", ["cd"]), ("/éa?bc/", ["é", "bc"]),
      ("/aé?bc/", ["bc"]),
    ]
  )
  func needs(expression: String, texts: [String]) throws {
    let source = String(expression.dropFirst().dropLast())
    #expect(Letters.pairs(of: source, ignoringCase: false) == Self.pairs(texts))
  }

  @Test("what is not itself alone is not needed where case is ignored; globs go by their bytes")
  func aliases() throws {
    #expect(Letters.pairs(of: "invoke", ignoringCase: true) == Self.pairs(["invo"]))
    #expect(Letters.pairs(of: "Straße", ignoringCase: true) == Self.pairs(["tra"]))
    #expect(Glob("take;it").pairs == Self.pairs(["take;it"]))
    #expect(Glob("naïve").pairs == Self.pairs(["naïve"]))
    #expect(Glob("*naïve*").pairs == Self.pairs(["naïve"]))
    #expect(Glob("ab?cd[xy]ef*gh").pairs == Self.pairs(["ab", "cd", "ef", "gh"]))
    #expect(Pairs(inAll: [.glob(Glob("*abc")), .glob(Glob("*bcd"))]) == Self.pairs(["bc"]))
    #expect(Pairs(inAll: []) == Pairs())
  }

  @Test("no text that a pattern matches lacks what the pattern needs")
  func soundness() throws {
    var random = Numbers(state: 20)
    let parts = [
      "a", "b", "k", "S", "é", "1", "{", "}", "{1}", "{0,2}", "{,", "(", "(?:", ")", "[", "[^", "]",
      "|", "*", "+", "?", ".", "^", "$", "\\", "\\d", "\\b", "\\.", "-", ",", ";", "(?i)", "(?=",
      "\\1", "ab",
    ]
    let letters = [
      "a", "b", "A", "B", "k", "\u{212A}", "S", "ſ", "é", "É", "1", "{", "}", ",", ".", ";",
      "\u{37E}",
    ]
    func text(_ words: [String], _ most: Int) -> String {
      (0..<random.next(most)).map { _ in words[random.next(words.count)] }.joined()
    }
    let searcher = Searcher()
    var matches = 0
    for _ in 0..<20_000 {
      let source = text(parts, 8)
      var patterns = [Pattern.glob(Glob(source))]
      for flags: Expression.Flags in [[], .ignoringCase] {
        if case .success(let expression) = Expression.make(source, flags) {
          patterns.append(.expression(expression))
        }
      }
      for _ in 0..<4 {
        let text = text(letters, 9)
        for pattern in patterns where pattern.holds(text, searcher) {
          matches += 1
          #expect(Pairs(of: text).contains(pattern.pairs), "\(pattern) \(source) \(text)")
        }
      }
    }
    #expect(matches > 1000)
  }
}

extension Pattern {
  fileprivate func holds(_ text: String, _ searcher: Searcher) -> Bool {
    switch self {
    case .glob(let glob): glob.matches(text)
    case .expression(let expression): searcher.search(text, for: expression) == .matched
    }
  }
}

/// The same ones each time.
private struct Numbers {
  var state: UInt64

  mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }
}
