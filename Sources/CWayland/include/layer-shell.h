// wlr-layer-shell-unstable-v1, the part that popups need. Its XML is in no package that one may count
// on, so the tables in layer-shell.c name the requests and events in the order of their opcodes.
#pragma once
#include <wayland-client.h>

struct layer_shell {};
struct layer_surface {};

extern const struct wl_interface layer_shell_interface, layer_surface_interface;

enum { LAYER_SHELL_NEWEST = 4 };

enum layer { LAYER_BACKGROUND = 0, LAYER_BOTTOM = 1, LAYER_TOP = 2, LAYER_OVERLAY = 3 };
enum layer_anchor { ANCHOR_TOP = 1, ANCHOR_BOTTOM = 2, ANCHOR_LEFT = 4, ANCHOR_RIGHT = 8 };

struct layer_surface_listener {
  void (*configure)(void *data, struct layer_surface *surface, uint32_t serial, uint32_t width, uint32_t height);
  void (*closed)(void *data, struct layer_surface *surface);
};

enum { SHELL_GET_LAYER_SURFACE, SHELL_DESTROY };
enum {
  SURFACE_SET_SIZE,
  SURFACE_SET_ANCHOR,
  SURFACE_SET_EXCLUSIVE_ZONE,
  SURFACE_SET_MARGIN,
  SURFACE_SET_KEYBOARD_INTERACTIVITY,
  SURFACE_GET_POPUP,
  SURFACE_ACK_CONFIGURE,
  SURFACE_DESTROY,
  SURFACE_SET_LAYER
};

/// `output` NULL: the compositor chooses. Keyboard interactivity starts as none, the exclusive zone as 0.
static inline struct layer_surface *layer_shell_get_layer_surface(
    struct layer_shell *shell, struct wl_surface *surface, struct wl_output *output, uint32_t layer,
    const char *name_space) {
  struct wl_proxy *proxy = (struct wl_proxy *)shell;
  return (struct layer_surface *)wl_proxy_marshal_flags(
      proxy, SHELL_GET_LAYER_SURFACE, &layer_surface_interface, wl_proxy_get_version(proxy), 0, NULL, surface,
      output, layer, name_space);
}

/// The request exists since version 3; before, only the proxy goes.
static inline void layer_shell_destroy(struct layer_shell *shell) {
  struct wl_proxy *proxy = (struct wl_proxy *)shell;
  uint32_t version = wl_proxy_get_version(proxy);
  if (version < 3) {
    wl_proxy_destroy(proxy);
  } else {
    wl_proxy_marshal_flags(proxy, SHELL_DESTROY, NULL, version, WL_MARSHAL_FLAG_DESTROY);
  }
}

#define LAYER_SURFACE_REQUEST(opcode, flags, ...)                                                              \
  wl_proxy_marshal_flags((struct wl_proxy *)surface, opcode, NULL, wl_proxy_get_version((struct wl_proxy *)surface), \
                         flags, ##__VA_ARGS__)

/// The request exists since version 2; before, the surface stays where it is.
static inline void layer_surface_set_layer(struct layer_surface *surface, uint32_t layer) {
  if (wl_proxy_get_version((struct wl_proxy *)surface) >= 2) LAYER_SURFACE_REQUEST(SURFACE_SET_LAYER, 0, layer);
}

static inline void layer_surface_set_size(struct layer_surface *surface, uint32_t width, uint32_t height) {
  LAYER_SURFACE_REQUEST(SURFACE_SET_SIZE, 0, width, height);
}
static inline void layer_surface_set_anchor(struct layer_surface *surface, uint32_t anchor) {
  LAYER_SURFACE_REQUEST(SURFACE_SET_ANCHOR, 0, anchor);
}
static inline void layer_surface_set_exclusive_zone(struct layer_surface *surface, int32_t zone) {
  LAYER_SURFACE_REQUEST(SURFACE_SET_EXCLUSIVE_ZONE, 0, zone);
}
static inline void layer_surface_set_margin(
    struct layer_surface *surface, int32_t top, int32_t right, int32_t bottom, int32_t left) {
  LAYER_SURFACE_REQUEST(SURFACE_SET_MARGIN, 0, top, right, bottom, left);
}
static inline void layer_surface_ack_configure(struct layer_surface *surface, uint32_t serial) {
  LAYER_SURFACE_REQUEST(SURFACE_ACK_CONFIGURE, 0, serial);
}
static inline void layer_surface_destroy(struct layer_surface *surface) {
  LAYER_SURFACE_REQUEST(SURFACE_DESTROY, WL_MARSHAL_FLAG_DESTROY);
}
static inline int layer_surface_add_listener(
    struct layer_surface *surface, const struct layer_surface_listener *listener, void *data) {
  return wl_proxy_add_listener((struct wl_proxy *)surface, (void (**)(void))listener, data);
}
