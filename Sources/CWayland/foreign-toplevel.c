#include "foreign-toplevel.h"

static const struct wl_interface *untyped[5];
static const struct wl_interface *toplevel_type[] = {&toplevel_interface};
static const struct wl_interface *output_type[] = {&wl_output_interface};
static const struct wl_interface *seat_type[] = {&wl_seat_interface};
static const struct wl_interface *rectangle_types[] = {&wl_surface_interface, NULL, NULL, NULL, NULL};

static const struct wl_message manager_requests[] = {
    {"stop", "", untyped},
};

static const struct wl_message manager_events[] = {
    {"toplevel", "n", toplevel_type},
    {"finished", "", untyped},
};

const struct wl_interface toplevel_manager_interface = {
    "zwlr_foreign_toplevel_manager_v1", TOPLEVEL_MANAGER_NEWEST, 1, manager_requests, 2, manager_events};

static const struct wl_message toplevel_requests[] = {
    {"set_maximized", "", untyped},
    {"unset_maximized", "", untyped},
    {"set_minimized", "", untyped},
    {"unset_minimized", "", untyped},
    {"activate", "o", seat_type},
    {"close", "", untyped},
    {"set_rectangle", "oiiii", rectangle_types},
    {"destroy", "", untyped},
    {"set_fullscreen", "2?o", output_type},
    {"unset_fullscreen", "2", untyped},
};

static const struct wl_message toplevel_events[] = {
    {"title", "s", untyped},
    {"app_id", "s", untyped},
    {"output_enter", "o", output_type},
    {"output_leave", "o", output_type},
    {"state", "a", untyped},
    {"done", "", untyped},
    {"closed", "", untyped},
    {"parent", "3?o", toplevel_type},
};

const struct wl_interface toplevel_interface = {
    "zwlr_foreign_toplevel_handle_v1", TOPLEVEL_MANAGER_NEWEST, 10, toplevel_requests, 8, toplevel_events};
