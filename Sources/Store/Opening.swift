import CLibc
import Notifications
import SQLite

/// Finds or makes the file, and reads it. All of this may wait for the disk.
struct Opening {
  var directory: String
  var clock: Clock
  /// This run of this daemon.
  var writer: Int64
  /// The file is damaged: another one takes its place.
  var setsAside = false
  /// Another way to the files than SQLite's own, for tests.
  var vfs: String?
  var steps = Schema.steps

  struct Opened {
    let database: Database
    let journal: Journal
    let loaded: Loaded
    /// On a file system that may be at the other end of a network, or of a program.
    let isFar: Bool
    /// For the log, a line each.
    let news: [String]
  }

  struct Failure: Error {
    let words: String
    /// It is no use to try again.
    var isFinal = false
  }

  private static let idsOfDamage: UInt32 = 1 << 16

  var path: String { directory + "/hark.db" }
  var journalPath: String { directory + "/hark.journal" }

  func open() throws(Failure) -> Opened {
    try prepareDirectory()
    var news: [String] = []
    if setsAside { news.append(try setAside()) }
    do {
      return try open(&news)
    } catch {
      guard error.isDamage, !setsAside else { throw failure(error) }
    }
    news.append(try setAside())
    do {
      return try open(&news)
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: SQLiteError) -> Failure {
    switch error.kind {
    case .busy: Failure(words: "another harkd has \(path)\(holder)")
    case .newer:
      Failure(words: "\(path) is of a newer version of hark: install that again", isFinal: true)
    case .cannotOpen, .readOnly: Failure(words: words(error) + remedy)
    default: Failure(words: words(error))
    }
  }

  private func open(_ news: inout [String]) throws(SQLiteError) -> Opened {
    try create(path)
    let connection = try Connection(path, vfs: vfs)
    // A file of a newer version stays as it is.
    connection.setCheckpointsOnClose(false)
    // Before the first access: no shared memory, and nobody else meanwhile.
    try connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    let version = try Schema.version(of: connection)
    guard version <= steps.count else {
      throw SQLiteError(code: SQLiteError.Kind.newer.rawValue, words: "")
    }
    // SQLite would find out when it writes.
    guard !connection.isReadOnly else {
      throw SQLiteError(code: SQLiteError.Kind.readOnly.rawValue, words: "it may not be written")
    }
    // Written, and synced, even where it is so already.
    if version == 0 { try connection.execute("PRAGMA auto_vacuum = INCREMENTAL") }
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA cache_size = -256;
      PRAGMA synchronous = NORMAL;
      """
    )
    try Schema.migrate(connection, steps)
    for path in Journal.Format.paths(journalPath) { try create(path) }
    let facts = Facts(connection)
    let reader = try JournalReader(journalPath, vfs: vfs, mark: try facts.bytes(.journal))
    let database = Database(connection, facts, reader)
    var loaded = try load(database)
    let journal = try Journal(journalPath, vfs: vfs, reader.extent)
    connection.setCheckpointsOnClose(true)
    if loaded.damaged > 0 {
      news.append("\(path): \(loaded.damaged) damaged entries are put aside")
    }
    // Ids that what was lost had given are not given again.
    if !news.isEmpty {
      loaded.saved.counter = UInt32(truncatingIfNeeded: clock.wall / 1000) & 0x7fff_ffff
    }
    if reader.damaged > 0 || reader.isCut {
      loaded.saved.counter = loaded.saved.counter &+ Self.idsOfDamage
    }
    if reader.damaged > 0 {
      news.append("\(journalPath): \(reader.damaged) damaged entries are left out")
    }
    return Opened(database: database, journal: journal, loaded: loaded, isFar: isFar, news: news)
  }

  /// What the tables and the journal have. A full disk keeps nobody from reading it.
  private func load(_ database: Database) throws(SQLiteError) -> Loaded {
    for makesRoom in [false, true] {
      do throws(SQLiteError) {
        if makesRoom { try database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
        while try database.takeIn() {}
        return try database.load(clock)
      } catch {
        guard error.kind == .full else { throw error }
      }
    }
    return try database.loadBeside(clock)
  }

  // MARK: Files

  private func prepareDirectory() throws(Failure) {
    var end = directory.startIndex
    while end < directory.endIndex {
      let next = directory.index(after: end)
      end = directory[next...].firstIndex(of: "/") ?? directory.endIndex
      let parent = String(directory[..<end])
      guard mkdir(parent, 0o700) != 0, end == directory.endIndex, c_errno() != EEXIST else {
        continue
      }
      throw Failure(words: "\(directory): \(String(cString: strerror(c_errno())))\(remedy)")
    }
    chmod(directory, 0o700)
  }

  /// SQLite would let others read it. One that its owner could not write is mended.
  private func create(_ path: String) throws(SQLiteError) {
    var status = stat()
    guard stat(path, &status) != 0 else {
      if status.st_mode & 0o777 != 0o600 { chmod(path, 0o600) }
      return
    }
    let descriptor = c_create_private(path)
    guard descriptor >= 0 else {
      throw SQLiteError(
        code: SQLiteError.Kind.cannotOpen.rawValue,
        words: String(cString: strerror(c_errno()))
      )
    }
    close(descriptor)
  }

  /// The damaged file gets another name, with its log. What the journal has enters the new one.
  private func setAside() throws(Failure) -> String {
    var number = clock.wall / 1000
    var status = stat()
    while lstat("\(path).damaged-\(number)", &status) == 0 { number += 1 }
    let name = "\(path).damaged-\(number)"
    // An earlier try may have come as far as this.
    guard rename(path, name) == 0 || c_errno() == ENOENT else {
      throw Failure(words: "\(path): \(String(cString: strerror(c_errno())))")
    }
    rename(path + "-wal", name + "-wal")
    return "\(path) is damaged: it is now \(name), and a new one is begun"
  }

  private var isFar: Bool {
    var system = statfs()
    guard statfs(directory, &system) == 0 else { return false }
    let far: [UInt32] = [
      0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546, 0x0102_1997, 0x00c3_6400, 0x5346_414f,
      0x7375_7245, 0x0bd0_0bd0, 0x4750_4653, 0x7461_636f, 0x564c, 0x786f_4256,
    ]
    return far.contains(UInt32(truncatingIfNeeded: system.f_type))
  }
}

extension SQLiteError {
  /// The file is not what it should be.
  var isDamage: Bool { kind == .corrupt || kind == .notADatabase }
}
