#define _GNU_SOURCE
#include "CTestLibc.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

int t_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int t_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

int t_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int t_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

int t_pidfd(pid_t process) { return pidfd_open(process, 0); }

void t_set_file_user(uid_t user) { setfsuid(user); }
