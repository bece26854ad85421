#define _GNU_SOURCE
#include "CLibc.h"
#include <pthread.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/un.h>

static int argument_count;
static char **arguments;

__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
}

int c_argc(void) { return argument_count; }
char **c_argv(void) { return arguments; }
const void *c_find(const void *text, size_t size, const void *part, size_t part_size) {
  return memmem(text, size, part, part_size);
}

int c_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

ssize_t c_receive(int socket, void *buffer, size_t size, int *descriptors, int *count) {
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(C_DESCRIPTORS * sizeof(int))];
  struct iovec bytes = {.iov_base = buffer, .iov_len = size};
  struct msghdr message = {
      .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  *count = 0;
  ssize_t received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (received < 0) return received;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    size_t size = part->cmsg_len - CMSG_LEN(0);
    memcpy(descriptors, CMSG_DATA(part), size);
    *count = (int)(size / sizeof(int));
  }
  if (message.msg_flags & MSG_CTRUNC) {
    for (int i = 0; i < *count; i++) close(descriptors[i]);
    *count = -1;
  }
  return received;
}

ssize_t c_send_descriptor(int socket, const void *bytes, size_t from, size_t size, int descriptor) {
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec part = {.iov_base = (char *)bytes + from, .iov_len = size - from};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int c_spawn(char **argv, pid_t *child) {
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  int failure = posix_spawnp(child, argv[0], NULL, &attributes, argv, environ);
  posix_spawnattr_destroy(&attributes);
  return failure;
}

int c_connect_local(const void *name, size_t size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (size >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, name, size);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
  if (connect(fd, (struct sockaddr *)&address, length) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

static struct rlimit usual_descriptor_limit;

void c_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  usual_descriptor_limit = limit;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void be_fresh(void) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  if (usual_descriptor_limit.rlim_max != 0) setrlimit(RLIMIT_NOFILE, &usual_descriptor_limit);
}

int c_launch_detached(char **argv, char **added, unsigned seconds) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child > 0) {
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    return 0;
  }
  setsid();
  if (fork() != 0) _exit(0);
  be_fresh();
  // Outlives exec.
  alarm(seconds);
  for (; *added; added++) putenv(*added);
  int null = open("/dev/null", O_RDWR);
  if (null >= 0) {
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
  }
  // Every descriptor of the daemon is close-on-exec.
  execv(argv[0], argv);
  _exit(127);
}

int c_start_successor(char **argv, char **added, pid_t *child, int *report) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  *child = fork();
  if (*child < 0) {
    close(ends[0]);
    close(ends[1]);
    return -1;
  }
  if (*child > 0) {
    close(ends[1]);
    *report = ends[0];
    return 0;
  }
  be_fresh();
  for (; *added; added++) putenv(*added);
  char variable[32];
  snprintf(variable, sizeof variable, "HARK_REPORT=%d", ends[1]);
  putenv(variable);
  fcntl(ends[1], F_SETFD, 0);
  execv(argv[0], argv);
  dprintf(ends[1], "%s: %s", argv[0], strerror(errno));
  _exit(126);
}

void c_begin_anew(char **argv) {
  be_fresh();
  execv("/proc/self/exe", argv);
}

int c_send_datagram(const char *name, const char *text) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t size = strlen(name);
  if (size >= sizeof address.sun_path) return ENAMETOOLONG;
  memcpy(address.sun_path, name, size);
  if (name[0] == '@') address.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
  ssize_t sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, length);
  int error = sent < 0 ? errno : 0;
  close(fd);
  return error;
}

struct errand {
  void (*work)(void *);
  void *context;
};

static void *run_errand(void *raw) {
  struct errand errand = *(struct errand *)raw;
  free(raw);
  errand.work(errand.context);
  return NULL;
}

int c_start_thread(void (*work)(void *), void *context) {
  struct errand *errand = malloc(sizeof *errand);
  if (!errand) return ENOMEM;
  *errand = (struct errand){work, context};
  // Threads here seldom run at the same time: a heap of its own for each is memory for nothing.
  mallopt(M_ARENA_MAX, 1);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  pthread_t thread;
  int failure = pthread_create(&thread, &attributes, run_errand, errand);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failure) free(errand);
  return failure;
}
