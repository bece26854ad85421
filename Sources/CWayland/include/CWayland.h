#pragma once
#include <wayland-client.h>
#include <wayland-cursor.h>

// libwayland never says what is behind its handles. Completed as empty structs, each is a pointer type
// of its own in Swift, so that the compiler keeps a surface from passing for an output.
struct wl_display {};
struct wl_registry {};
struct wl_callback {};
struct wl_compositor {};
struct wl_shm {};
struct wl_shm_pool {};
struct wl_buffer {};
struct wl_surface {};
struct wl_region {};
struct wl_output {};
struct wl_seat {};
struct wl_pointer {};
struct wl_touch {};
struct wl_cursor_theme {};
struct wp_viewporter {};
struct wp_viewport {};
struct wp_fractional_scale_manager_v1 {};
struct wp_fractional_scale_v1 {};
struct xdg_activation_v1 {};
struct xdg_activation_token_v1 {};
struct ext_idle_notifier_v1 {};
struct ext_idle_notification_v1 {};

#include "foreign-toplevel.h"
#include "kde-idle.h"
#include "layer-shell.h"

#include "generated/ext-idle-notify-v1.h"
#include "generated/fractional-scale-v1.h"
#include "generated/viewporter.h"
#include "generated/xdg-activation-v1.h"

/// A connected, non-blocking, close-on-exec socket, or the negated errno.
int cwl_connect(const char *path);

/// A constant of C is no `inout` argument in Swift, and libwayland keeps the interface's address.
#define CWL_BIND(type)                                                                              \
  static inline struct type *cwl_bind_##type(struct wl_registry *registry, uint32_t name, uint32_t version) { \
    return (struct type *)wl_registry_bind(registry, name, &type##_interface, version);             \
  }
CWL_BIND(wl_compositor)
CWL_BIND(wl_shm)
CWL_BIND(wl_output)
CWL_BIND(wl_seat)
CWL_BIND(layer_shell)
CWL_BIND(wp_viewporter)
CWL_BIND(wp_fractional_scale_manager_v1)
CWL_BIND(xdg_activation_v1)
CWL_BIND(toplevel_manager)
CWL_BIND(ext_idle_notifier_v1)
CWL_BIND(kde_idle)
#undef CWL_BIND

/// linux/input-event-codes.h
enum cwl_button { CWL_BUTTON_LEFT = 0x110, CWL_BUTTON_RIGHT = 0x111, CWL_BUTTON_MIDDLE = 0x112 };
