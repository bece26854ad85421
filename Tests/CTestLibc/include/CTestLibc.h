// Functions of the C library that Swift does not import: they are hidden without _GNU_SOURCE.
#pragma once
#include <spawn.h>
#include <sys/types.h>

/// `pipe2`, both ends close-on-exec.
int t_pipe(int ends[2]);
/// `accept4`, close-on-exec.
int t_accept(int listener);
/// `posix_spawn_file_actions_addclosefrom_np`: the program has no descriptor from `first` on.
int t_close_from(posix_spawn_file_actions_t *actions, int first);
/// `renameat2` with RENAME_EXCHANGE.
int t_exchange(const char *one, const char *other);
/// `pidfd_open`.
int t_pidfd(pid_t process);
/// `setfsuid`: whose files this thread may open.
void t_set_file_user(uid_t user);
