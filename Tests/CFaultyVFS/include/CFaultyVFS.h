// A way to the files that fails, sleeps or hangs when it is told to. Each has a name of its own.
#pragma once

/// What is counted, and fails.
enum {
  FAULTY_OPEN = 1,
  FAULTY_READ = 2,
  FAULTY_WRITE = 4,
  FAULTY_SYNC = 8,
  FAULTY_TRUNCATE = 16,
  FAULTY_DELETE = 32,
  FAULTY_LOCK = 64,
};

struct faulty {
  /// Which operations count.
  int kinds;
  /// How many have come.
  int count;
  /// The one that fails first, from 1 on; 0: none.
  int fails_at;
  /// All from there on, or that one alone.
  int fails_on;
  /// An extended result code.
  int error;
  /// Before each write and sync.
  int sleep_ms;
  /// These kinds wait until they are not in it any more.
  volatile int hangs;
};

/// Registers a VFS of that name; the name is copied. Never goes away.
struct faulty *faulty_register(const char *name);
