import Notifications
import SQLite

// What is asked of the past. Who asks has the answer later.

extension Store {
  /// The rows that the query finds, newest first, and so by `done`; nil where the file cannot be read.
  package func findPast(_ query: PastQuery, done: @escaping ([Int64]?) -> Void) {
    let run = Search(query)
    begin(
      Task(isAsked: true, slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        done($0 ? run.rows : nil)
      }
    )
  }

  /// What these rows are, and those left over where that would be too much at once. Those that are
  /// gone are left out.
  package func readPast(
    _ rows: ArraySlice<Int64>,
    done: @escaping ([PastEntry]?, ArraySlice<Int64>) -> Void
  ) {
    let run = Reading(rows)
    begin(
      Task(isAsked: true, slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        done($0 ? run.entries : nil, run.rows)
      }
    )
  }

  /// Deletes what the query finds, whatever its limit, so that nothing of it stays in the file; then
  /// tells how many that were, nil where it failed.
  package func deletePast(_ query: PastQuery, done: @escaping (Int?) -> Void) {
    let run = Deletion(query)
    begin(
      Task(slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        [unowned(unsafe) self] isDone in
        planUpkeep()
        done(isDone ? run.count : nil)
      }
    )
  }

  /// Adds what comes from elsewhere, but for what is there already; then tells how many that were.
  /// Rows are given anew.
  package func importPast(_ entries: [PastEntry], done: @escaping (Int?) -> Void) {
    let run = Import(entries)
    begin(
      Task(slice: { (database) throws(SQLiteError) in try run.slice(database) }) {
        [unowned(unsafe) self] isDone in
        planUpkeep()
        done(isDone ? run.count : nil)
      }
    )
  }
}
