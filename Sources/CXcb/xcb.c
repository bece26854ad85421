#define _GNU_SOURCE
#include "CXcb.h"
#include <signal.h>
#include <unistd.h>

void cxcb_ignore_sigpipe(void) {
  struct sigaction now;
  if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL) signal(SIGPIPE, SIG_IGN);
}

// xcb_connect_to_fd waits for the server's answer without a limit. So it is given one end of a pair
// in which the answer lies ready; then the server's socket takes that end's number. libxcb reads one
// packet while it still writes its own part, and takes 32 bytes or more for a reply: the first packet
// is the header alone, which it keeps.
static int lay_ready(int end, const char *setup, size_t length) {
  const size_t header = 8, most = 16384;
  size_t size = header;
  for (size_t sent = 0; sent < length; sent += size, size = most) {
    if (size > length - sent) size = length - sent;
    if (send(end, setup + sent, size, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size) return 0;
  }
  return shutdown(end, SHUT_WR) == 0;
}

xcb_connection_t *cxcb_adopt(int server, const void *setup, size_t length) {
  xcb_connection_t *connection = NULL;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    close(server);
    return NULL;
  }
  int room = 1 << 20;
  setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  if (lay_ready(pair[1], setup, length)) {
    connection = xcb_connect_to_fd(pair[0], NULL);
    if (xcb_connection_has_error(connection) || dup3(server, pair[0], O_CLOEXEC) < 0) {
      xcb_disconnect(connection);
      connection = NULL;
    }
  } else {
    close(pair[0]);
  }
  close(pair[1]);
  close(server);
  return connection;
}
