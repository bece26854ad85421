import SQLite

/// The tables, by the steps that made them. A step that was once released is never changed.
enum Schema {
  /// The first makes version 1 out of an empty file.
  static var steps: [StaticString] { [version1] }

  /// Brings the file to the version of the last step. A newer one is left as it is.
  static func migrate(
    _ connection: Connection,
    _ steps: [StaticString] = steps
  ) throws(SQLiteError) {
    let version = try version(of: connection)
    guard version < steps.count else { return }
    try connection.transaction { () throws(SQLiteError) in
      for step in steps[max(0, version)...] { try connection.execute(step) }
    }
  }

  static func version(of connection: Connection) throws(SQLiteError) -> Int {
    Int(try connection.statement("PRAGMA user_version").number() ?? 0)
  }

  /// What was sent is written once, what changes while it is live is apart and small, and an end is
  /// one more row: the reply to a call waits for as little as can be. `past` and what belongs to it
  /// are filled when nobody waits.
  ///
  /// - content: each content that an id has had; of several the newest counts. `standing` is that of
  ///   the start, `notification` is NULL where nothing may be written.
  /// - standing: a later one.
  /// - ended: what is live no more and has not been moved away yet, in that order.
  /// - past: what the user can find again. `past_text` has the texts, each only as an index.
  /// - gone: the owners of the last ids that ended.
  /// - pictures: one for all that look the same; it goes with its last user.
  /// - aside: what could not be read.
  private static let version1: StaticString = """
    CREATE TABLE content(
      row INTEGER PRIMARY KEY, id INTEGER NOT NULL, standing BLOB, owner BLOB,
      notification BLOB, treatment BLOB, picture INTEGER
    );
    CREATE TABLE standing(row INTEGER PRIMARY KEY, standing BLOB);
    CREATE TABLE ended(number INTEGER PRIMARY KEY, row INTEGER NOT NULL, ending BLOB);
    CREATE TABLE past(
      row INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL, app TEXT NOT NULL,
      closed INTEGER NOT NULL, urgency INTEGER NOT NULL,
      owner BLOB, notification BLOB, treatment BLOB, ending BLOB, picture INTEGER
    );
    CREATE INDEX past_time ON past(closed, row, urgency);
    CREATE INDEX past_app ON past(app, closed, row, urgency);
    CREATE INDEX past_picture ON past(picture) WHERE picture NOT NULL;
    CREATE VIRTUAL TABLE past_text USING fts5(
      title, body, content = '', tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TABLE gone(number INTEGER PRIMARY KEY, id INTEGER NOT NULL, owner BLOB);
    CREATE TABLE pictures(
      picture INTEGER PRIMARY KEY, sum INTEGER NOT NULL,
      width INTEGER NOT NULL, height INTEGER NOT NULL, pixels BLOB NOT NULL
    );
    CREATE INDEX pictures_sum ON pictures(sum);
    CREATE INDEX content_picture ON content(picture) WHERE picture NOT NULL;
    CREATE TRIGGER content_gone AFTER DELETE ON content WHEN old.picture NOT NULL BEGIN
      DELETE FROM pictures WHERE picture = old.picture
        AND NOT EXISTS (SELECT 1 FROM content WHERE picture = old.picture)
        AND NOT EXISTS (SELECT 1 FROM past WHERE picture = old.picture);
    END;
    CREATE TRIGGER past_gone AFTER DELETE ON past WHEN old.picture NOT NULL BEGIN
      DELETE FROM pictures WHERE picture = old.picture
        AND NOT EXISTS (SELECT 1 FROM content WHERE picture = old.picture)
        AND NOT EXISTS (SELECT 1 FROM past WHERE picture = old.picture);
    END;
    CREATE TABLE permissions(app TEXT PRIMARY KEY, record BLOB) WITHOUT ROWID;
    CREATE TABLE facts(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE aside(table_name TEXT NOT NULL, key, one BLOB, two BLOB, three BLOB, four BLOB);
    PRAGMA user_version = 1;
    """
}
