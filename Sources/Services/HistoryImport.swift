import Store

/// Lines of JSON become history. Each that cannot is left out and told of by its number; the others
/// are taken, but for those that are there already.
final class HistoryImport {
  private let file: BorrowedFile
  private let store: Store
  /// Milliseconds since the epoch.
  private let clock: () -> Int64
  private let done: (Outcome) -> Void
  /// What has come of a line that has not ended.
  private var rest: [UInt8] = []
  private var line = 0
  private var read = 0
  private var count = 0
  private var problems: [String] = []
  private var moreProblems = 0
  private var isTooLong = false

  enum Outcome {
    case taken(Int)
    case failed(String)
  }

  private static let longestLine = 1 << 20
  /// What some editors begin a file of UTF-8 with.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let most = 1 << 30

  init(
    _ file: BorrowedFile,
    _ store: Store,
    clock: @escaping () -> Int64,
    done: @escaping (Outcome) -> Void
  ) {
    self.file = file
    self.store = store
    self.clock = clock
    self.done = done
  }

  func start() {
    file.read { [self] bytes, failure in
      guard let bytes else { return end("it cannot be read: \(failure)") }
      read += bytes.count
      guard read <= Self.most else { return end("it is longer than 1 GiB") }
      let entries = bytes.isEmpty ? takeLast() : take(bytes)
      guard !entries.isEmpty else { return bytes.isEmpty ? end(nil) : start() }
      store.importPast(entries) { [self] added in
        guard let added else { return end(store.pastTrouble) }
        count += added
        if bytes.isEmpty { end(nil) } else { start() }
      }
    }
  }

  private func take(_ bytes: [UInt8]) -> [PastEntry] {
    var entries: [PastEntry] = []
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast()
    {
      rest += part
      entries += takeLast()
    }
    rest += bytes.suffix(from: (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
    if rest.count > Self.longestLine {
      isTooLong = true
      rest = []
    }
    return entries
  }

  /// The line that has ended.
  private func takeLast() -> [PastEntry] {
    defer {
      rest = []
      isTooLong = false
    }
    line += 1
    guard !isTooLong, rest.count <= Self.longestLine else {
      note("line \(line): longer than 1 MiB")
      return []
    }
    if line == 1, rest.starts(with: Self.byteOrderMark) { rest.removeFirst(3) }
    guard rest.contains(where: { $0 > 0x20 }) else { return [] }
    do {
      return [try HistoryLine(rest[...], now: clock()).entry]
    } catch {
      note("line \(line): \(error.words)")
      return []
    }
  }

  private func note(_ problem: String) {
    if problems.count < 10 { problems.append(problem) } else { moreProblems += 1 }
  }

  private func end(_ failure: String?) {
    if let failure { problems.append(failure) }
    guard !problems.isEmpty else { return done(.taken(count)) }
    var words = count == 0 ? "nothing taken" : "\(count) taken, the others not"
    for problem in problems { words += "; " + problem }
    if moreProblems > 0 { words += "; and \(moreProblems) more" }
    done(.failed(words))
  }
}
