import CPCRE2

/// A regular expression, compiled once. What it may cost on one text is bounded.
package final class Expression {
  package enum Outcome: Equatable {
    case matched, unmatched
    /// The text would take it too long, or too deep.
    case gaveUp
  }

  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    static let ignoringCase = Flags(rawValue: 1)
    /// `^` and `$` are the ends of lines.
    static let byLine = Flags(rawValue: 2)
    /// `.` is also the end of a line.
    static let acrossLines = Flags(rawValue: 4)
  }

  /// As it was written.
  package let source: String
  /// What is in each text that it matches.
  let pairs: Pairs
  /// Whether nobody has been told yet that it gave up.
  var isNews = true
  fileprivate let code: OpaquePointer

  private init(_ source: String, _ pairs: Pairs, _ code: OpaquePointer) {
    self.source = source
    self.pairs = pairs
    self.code = code
  }

  deinit {
    pcre2_code_free_8(code)
  }

  /// Compiles; or says what is wrong, and before which byte of the expression.
  package static func make(
    _ source: String,
    _ flags: Flags = []
  ) -> Result<Expression, ExpressionError> {
    // A callout at each step keeps the books.
    var options =
      UInt32(PCRE2_AUTO_CALLOUT) | UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP)
      | UInt32(PCRE2_NEVER_BACKSLASH_C)
    if flags.contains(.ignoringCase) { options |= UInt32(PCRE2_CASELESS) }
    if flags.contains(.byLine) { options |= UInt32(PCRE2_MULTILINE) }
    if flags.contains(.acrossLines) { options |= UInt32(PCRE2_DOTALL) }
    var number: Int32 = 0
    var offset = 0
    var text = source
    let code = text.withUTF8 { bytes in
      pcre2_compile_8(bytes.baseAddress, bytes.count, options, &number, &offset, nil)
    }
    guard let code else { return .failure(ExpressionError(number, offset: offset)) }
    let pairs = Letters.pairs(of: source, ignoringCase: flags.contains(.ignoringCase))
    return .success(Expression(source, pairs, code))
  }
}

/// Searches with regular expressions, one after the other in the same memory.
final class Searcher {
  /// Since somebody last took them.
  var gaveUp: [Expression] = []
  private let limits: OpaquePointer
  private var data: OpaquePointer?

  /// Steps and characters that one search may take: some milliseconds. PCRE2's own match limit begins
  /// anew at each character of the text, and does not count what a repeat runs over.
  private static let budget = 1_000_000
  /// A search that takes more than so much of it leaves memory behind that is not worth keeping.
  private static let little = 10_000
  /// In KiB.
  private static let heapLimit: UInt32 = 1024

  init() {
    guard let limits = pcre2_match_context_create_8(nil) else {
      preconditionFailure("out of memory in PCRE2")
    }
    pcre2_set_heap_limit_8(limits, Self.heapLimit)
    self.limits = limits
  }

  deinit {
    pcre2_match_data_free_8(data)
    pcre2_match_context_free_8(limits)
  }

  /// Whether it matches anywhere in the text.
  func search(_ text: String, for expression: Expression) -> Expression.Outcome {
    data = data ?? pcre2_match_data_create_8(1, nil)
    var books = Books(left: Self.budget)
    var text = text
    let result = text.withUTF8 { bytes in
      withUnsafeMutablePointer(to: &books) { books in
        pcre2_set_callout_8(limits, Books.note, books)
        return pcre2_match_8(
          expression.code,
          bytes.baseAddress,
          bytes.count,
          0,
          // Swift's strings are valid.
          UInt32(PCRE2_NO_UTF_CHECK),
          data,
          limits
        )
      }
    }
    if books.left < Self.budget - Self.little {
      pcre2_match_data_free_8(data)
      data = nil
    }
    if result >= 0 { return .matched }
    if result == CPCRE2_NO_MATCH { return .unmatched }
    gaveUp.append(expression)
    return .gaveUp
  }
}

package struct ExpressionError: Error, Equatable {
  package var words: String
  /// Bytes of the expression before the error.
  package var offset: Int

  init(_ number: Int32, offset: Int) {
    var bytes = [UInt8](repeating: 0, count: 256)
    let length = Int(pcre2_get_error_message_8(number, &bytes, bytes.count))
    words = length > 0 ? String(decoding: bytes[..<length], as: UTF8.self) : "error \(number)"
    self.offset = offset
  }
}

/// What a search has cost so far: its steps, and the way between the places where they were.
private struct Books {
  var left: Int
  private var position = 0

  init(left: Int) {
    self.left = left
  }

  static let note:
    @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?)
      -> Int32 = { block, data in
        guard let block, let books = data?.assumingMemoryBound(to: Books.self) else { return 0 }
        let position = block.pointee.current_position
        books.pointee.left -= 1 + abs(position - books.pointee.position)
        books.pointee.position = position
        return books.pointee.left > 0 ? 0 : CPCRE2_GIVE_UP
      }
}
