// wlr-foreign-toplevel-management-unstable-v1, the part that tells which window is full-screen. Its XML
// is in no package that one may count on; foreign-toplevel.c has its tables.
#pragma once
#include <wayland-client.h>

struct toplevel_manager {};
struct toplevel {};

extern const struct wl_interface toplevel_manager_interface, toplevel_interface;

/// Full screen is told since version 2.
enum { TOPLEVEL_MANAGER_OLDEST = 2, TOPLEVEL_MANAGER_NEWEST = 3 };

enum toplevel_state { TOPLEVEL_ACTIVATED = 2, TOPLEVEL_FULL_SCREEN = 3 };

struct toplevel_manager_listener {
  void (*toplevel)(void *data, struct toplevel_manager *manager, struct toplevel *toplevel);
  void (*finished)(void *data, struct toplevel_manager *manager);
};

struct toplevel_listener {
  void (*title)(void *data, struct toplevel *toplevel, const char *title);
  void (*app_id)(void *data, struct toplevel *toplevel, const char *app_id);
  void (*output_enter)(void *data, struct toplevel *toplevel, struct wl_output *output);
  void (*output_leave)(void *data, struct toplevel *toplevel, struct wl_output *output);
  void (*state)(void *data, struct toplevel *toplevel, struct wl_array *states);
  void (*done)(void *data, struct toplevel *toplevel);
  void (*closed)(void *data, struct toplevel *toplevel);
  void (*parent)(void *data, struct toplevel *toplevel, struct toplevel *parent);
};

enum { TOPLEVEL_DESTROY = 7 };

static inline int toplevel_manager_add_listener(
    struct toplevel_manager *manager, const struct toplevel_manager_listener *listener, void *data) {
  return wl_proxy_add_listener((struct wl_proxy *)manager, (void (**)(void))listener, data);
}

/// The compositor is not told: this is for the end of the connection.
static inline void toplevel_manager_destroy(struct toplevel_manager *manager) {
  wl_proxy_destroy((struct wl_proxy *)manager);
}

static inline int toplevel_add_listener(
    struct toplevel *toplevel, const struct toplevel_listener *listener, void *data) {
  return wl_proxy_add_listener((struct wl_proxy *)toplevel, (void (**)(void))listener, data);
}

static inline void toplevel_destroy(struct toplevel *toplevel) {
  struct wl_proxy *proxy = (struct wl_proxy *)toplevel;
  wl_proxy_marshal_flags(proxy, TOPLEVEL_DESTROY, NULL, wl_proxy_get_version(proxy), WL_MARSHAL_FLAG_DESTROY);
}
