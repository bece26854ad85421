/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
package struct Instant: Hashable, Comparable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  package static func < (a: Instant, b: Instant) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// Saturates: no time span takes a deadline round the end of the clock.
  package static func + (instant: Instant, span: Span) -> Instant {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(span.nanoseconds)
    return Instant(nanoseconds: overflow ? .max : sum)
  }

  package static func - (a: Instant, b: Instant) -> Span {
    Span(nanoseconds: a.nanoseconds &- b.nanoseconds)
  }

  /// A length of time.
  package struct Span: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
      self.nanoseconds = nanoseconds
    }

    package static func milliseconds(_ count: Int) -> Span {
      let (product, overflow) = Int64(count).multipliedReportingOverflow(by: 1_000_000)
      return Span(nanoseconds: overflow ? .max : product)
    }

    package static func seconds(_ count: Int) -> Span {
      milliseconds(count.multipliedReportingOverflow(by: 1000).partialValue)
    }

    package static let zero = Span(nanoseconds: 0)

    package static func < (a: Span, b: Span) -> Bool {
      a.nanoseconds < b.nanoseconds
    }

    package var milliseconds: Int64 { nanoseconds / 1_000_000 }
  }
}
