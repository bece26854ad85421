#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <xcb/randr.h>
#include <xcb/shape.h>
#include <xcb/shm.h>
#include <xcb/sync.h>
#include <xcb/xcb.h>
#include <xcb/xcbext.h>
#include <xcb/xfixes.h>

/// Members of an enum come as a type of their own.
static const int CXCB_STREAM = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
static const int CXCB_TCP = IPPROTO_TCP;

/// `open` is variadic. Does not wait, should the path lead to a pipe.
static inline int cxcb_open(const char *path) {
  return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/// The extensions' names are global variables, which Swift does not touch.
static inline xcb_extension_t *cxcb_randr(void) { return &xcb_randr_id; }
static inline xcb_extension_t *cxcb_shape(void) { return &xcb_shape_id; }
static inline xcb_extension_t *cxcb_shm(void) { return &xcb_shm_id; }
static inline xcb_extension_t *cxcb_sync(void) { return &xcb_sync_id; }
static inline xcb_extension_t *cxcb_xfixes(void) { return &xcb_xfixes_id; }

/// SIG_DFL and SIG_IGN are casts. libxcb writes without MSG_NOSIGNAL.
void cxcb_ignore_sigpipe(void);

/// Makes a connection of a socket on which the set-up was already exchanged: `setup` is what the
/// server answered. Takes `socket`, also when it fails; NULL when a descriptor is missing. Never
/// waits.
xcb_connection_t *cxcb_adopt(int socket, const void *setup, size_t length);
