/* A disk in trouble, by LD_PRELOAD: what writes to files below DISK_FOLDER sleeps, or is the last
   thing that its program does.

   The file DISK_ORDER says what is wrong at the moment: `sleep MS`, or `kill N HOW`. The latter counts
   from when the order is first seen, and kills before the n-th operation, after it, or with half of
   it done (0, 1, 2); which one that was is then in DISK_ORDER.done. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { before, after, torn };

static int kills, sleeps, how, count;
static struct timespec seen;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The name of the file, where it is one of those meant. */
static const char *name_of(int descriptor, char *path) {
  const char *folder = getenv("DISK_FOLDER");
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = folder ? readlink(link, path, PATH_MAX - 1) : -1;
  if (length < 0) return NULL;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0 ? strrchr(path, '/') + 1 : NULL;
}

static void read_order(const char *path) {
  struct stat now;
  if (!path || stat(path, &now) != 0) return;
  if (now.st_mtim.tv_sec == seen.tv_sec && now.st_mtim.tv_nsec == seen.tv_nsec) return;
  seen = now.st_mtim;
  kills = sleeps = count = 0;
  FILE *file = fopen(path, "re");
  if (!file) return;
  if (fscanf(file, "kill %d %d", &kills, &how) != 2) {
    rewind(file);
    if (fscanf(file, "sleep %d", &sleeps) != 1) sleeps = 0;
  }
  fclose(file);
}

static void end(int descriptor, const char *operation) {
  char path[PATH_MAX], note[PATH_MAX];
  const char *name = name_of(descriptor, path);
  snprintf(note, sizeof note, "%s.done", getenv("DISK_ORDER"));
  FILE *file = fopen(note, "we");
  if (file) {
    const char *words[] = {"before", "after", "half of"};
    fprintf(file, "%s %s %s\n", words[how], operation, name ? name : "?");
    fclose(file);
  }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Whether this is the operation that the order means. */
static int begin(int descriptor, const char *operation) {
  char path[PATH_MAX];
  if (!name_of(descriptor, path)) return 0;
  read_order(getenv("DISK_ORDER"));
  if (sleeps > 0) usleep((useconds_t)sleeps * 1000);
  if (kills == 0 || __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST) != kills) return 0;
  if (how == before) end(descriptor, operation);
  return 1;
}

#define WRAPPED(type, name, parameters, ...)                                                       \
  type name parameters {                                                                           \
    int is_last = begin(descriptor, #name);                                                        \
    type result = REAL(name)(__VA_ARGS__);                                                         \
    if (is_last) end(descriptor, #name);                                                           \
    return result;                                                                                 \
  }

WRAPPED(
    ssize_t, pwrite64, (int descriptor, const void *bytes, size_t size, off64_t offset),
    descriptor, bytes, is_last && how == torn ? size / 2 : size, offset)
WRAPPED(
    ssize_t, write, (int descriptor, const void *bytes, size_t size), descriptor, bytes, size)
WRAPPED(int, ftruncate64, (int descriptor, off64_t size), descriptor, size)
WRAPPED(int, fdatasync, (int descriptor), descriptor)
