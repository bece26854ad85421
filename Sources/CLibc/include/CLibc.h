// The C library functions that adapters use. Embedded Swift has no Glibc module.
#pragma once
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Members of an anonymous enum come as Int.
static const int EFD_CLOEXEC_NONBLOCK = EFD_CLOEXEC | EFD_NONBLOCK;
static const int SFD_CLOEXEC_NONBLOCK = SFD_CLOEXEC | SFD_NONBLOCK;
static const int IN_CLOEXEC_NONBLOCK = IN_CLOEXEC | IN_NONBLOCK;
static const int TFD_CLOEXEC_NONBLOCK = TFD_CLOEXEC | TFD_NONBLOCK;
static const int TFD_TIMER_ABSTIME_CANCEL_ON_SET = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;

/// `errno` is a macro.
static inline int c_errno(void) { return errno; }

/// The arguments of the process, as the C library hands them to constructors.
int c_argc(void);
char **c_argv(void);

/// `memfd_create(name, MFD_CLOEXEC)`: needs _GNU_SOURCE. The corresponding C function is `memfd_create`.
int c_memfd(const char *name);

/// `memmem`: needs _GNU_SOURCE.
const void *c_find(const void *text, size_t size, const void *part, size_t part_size);

/// Starts a program that is nobody's child: a double fork into its own session, with signals as a
/// fresh program expects them. `added` are NAME=VALUE strings on top of the environment; both lists
/// end with NULL. It is ended by SIGALRM after so many seconds; 0: never. Returns -1 with errno when
/// it could not fork; whether exec works is not told.
int c_launch_detached(char **argv, char **added, unsigned seconds);

/// Starts `argv[0]` as a child that is to take this process's place, with `added` as above and signals
/// and limits as a fresh program expects them. What it reports can be read from `report`, until it
/// closes that or ends; the variable HARK_REPORT tells it the number of its end. Returns -1 with errno
/// when there is none; one that cannot be executed ends with status 126, after a report.
int c_start_successor(char **argv, char **added, pid_t *child, int *report);

/// Becomes the program that this process was started from, deleted or not. Returns where it cannot.
void c_begin_anew(char **argv);

/// Sends a text to a local datagram socket; its name starts with `@` where it is an abstract one.
/// Returns 0 or the number of an error.
int c_send_datagram(const char *name, const char *text);

/// `fcntl` is variadic.
static inline void c_close_on_exec(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

/// Lets the process have as many descriptors as the system allows. What it launches gets what it had.
void c_raise_descriptor_limit(void);

/// Starts a program of the PATH as a child, with this one's standard streams and no signal blocked.
/// Returns 0 or the number of an error. The corresponding C function is `posix_spawnp`.
int c_spawn(char **argv, pid_t *child);

/// How a child ended, in the shell's numbers: its exit status, or 128 and a signal's number.
static inline int c_exit_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Descriptors that one `recvmsg` can bring.
static const int C_DESCRIPTORS = 253;
/// Reads without blocking into `buffer`. Descriptors that came along are stored, close-on-exec, in
/// `descriptors`, which has room for C_DESCRIPTORS; `count` tells how many, or -1 where this process
/// could not take all: then none is open. The macros for them are not imported.
ssize_t c_receive(int socket, void *buffer, size_t size, int *descriptors, int *count);

/// Writes `bytes[from..<size]` without blocking and without SIGPIPE.
static inline ssize_t c_send(int socket, const void *bytes, size_t from, size_t size) {
  return send(socket, (const char *)bytes + from, size - from, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// The same, with a descriptor. The macros for it are not imported.
ssize_t c_send_descriptor(int socket, const void *bytes, size_t from, size_t size, int descriptor);

/// A close-on-exec copy, or -1. `fcntl` is variadic.
static inline int c_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

/// The process that has locked any of these bytes of a file, 0 where none has. This process' own locks on
/// the file are gone then, as with every descriptor of it that is closed. `fcntl` is variadic.
static inline pid_t c_lock_holder(const char *path, off_t start, off_t length) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  int is_known = fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close(descriptor);
  return is_known ? lock.l_pid : 0;
}

/// A connected, non-blocking, close-on-exec socket, or the negated errno; never waits. `name` is the path
/// of the socket, or begins with a NUL for an abstract one.
int c_connect_local(const void *name, size_t size);

/// `openat` is variadic.
static inline int c_openat(int directory, const char *path, int flags) {
  return openat(directory, path, flags);
}

/// The width of the terminal at `descriptor`, 0 where there is none. `ioctl` is variadic.
static inline int c_terminal_columns(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// Opens a file to read, never waiting for somebody to write into it. `open` is variadic.
static inline int c_open_to_read(const char *path) {
  return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/// Calls `work(context)` on a thread of its own that takes no signals. Returns 0 or the number of an
/// error. The corresponding C function is `pthread_create`.
int c_start_thread(void (*work)(void *), void *context);

/// `open` is variadic. The owner alone may read and write it.
static inline int c_create_private(const char *path) {
  return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}
