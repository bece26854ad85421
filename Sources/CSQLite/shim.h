#pragma once
#include <sqlite3.h>

/// No books on SQLite's own memory, which cost a lock for each piece. Before the first connection.
/// `sqlite3_config` is variadic.
static inline int csqlite_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Whether closing moves what is in the log into the database. `sqlite3_db_config` is variadic.
static inline int csqlite_checkpoint_on_close(sqlite3 *connection, int does) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !does, (int *)0);
}
