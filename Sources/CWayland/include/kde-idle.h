// KDE's idle protocol, which compositors had before ext-idle-notify-v1 and some have alone. Its XML is
// in none of the packages that hark builds with; kde-idle.c has its tables.
#pragma once
#include <wayland-client.h>

struct kde_idle {};
struct kde_idle_timeout {};

extern const struct wl_interface kde_idle_interface, kde_idle_timeout_interface;

struct kde_idle_timeout_listener {
  void (*idle)(void *data, struct kde_idle_timeout *timeout);
  void (*resumed)(void *data, struct kde_idle_timeout *timeout);
};

enum { KDE_IDLE_GET_TIMEOUT };
enum { KDE_IDLE_TIMEOUT_RELEASE };

static inline void kde_idle_destroy(struct kde_idle *idle) { wl_proxy_destroy((struct wl_proxy *)idle); }

static inline struct kde_idle_timeout *kde_idle_get_timeout(
    struct kde_idle *idle, struct wl_seat *seat, uint32_t milliseconds) {
  return (struct kde_idle_timeout *)wl_proxy_marshal_flags(
      (struct wl_proxy *)idle, KDE_IDLE_GET_TIMEOUT, &kde_idle_timeout_interface, 1, 0, NULL, seat, milliseconds);
}

static inline int kde_idle_timeout_add_listener(
    struct kde_idle_timeout *timeout, const struct kde_idle_timeout_listener *listener, void *data) {
  return wl_proxy_add_listener((struct wl_proxy *)timeout, (void (**)(void))listener, data);
}

static inline void kde_idle_timeout_destroy(struct kde_idle_timeout *timeout) {
  wl_proxy_marshal_flags((struct wl_proxy *)timeout, KDE_IDLE_TIMEOUT_RELEASE, NULL, 1, WL_MARSHAL_FLAG_DESTROY);
}
