#include "layer-shell.h"

static const struct wl_interface *untyped[4];
static const struct wl_interface *get_layer_surface[] = {
    &layer_surface_interface, &wl_surface_interface, &wl_output_interface, NULL, NULL};

static const struct wl_message shell_requests[] = {
    {"get_layer_surface", "no?ous", get_layer_surface},
    {"destroy", "3", untyped},
};

const struct wl_interface layer_shell_interface = {
    "zwlr_layer_shell_v1", LAYER_SHELL_NEWEST, 2, shell_requests, 0, NULL};

static const struct wl_message surface_requests[] = {
    {"set_size", "uu", untyped},
    {"set_anchor", "u", untyped},
    {"set_exclusive_zone", "i", untyped},
    {"set_margin", "iiii", untyped},
    {"set_keyboard_interactivity", "u", untyped},
    {"get_popup", "o", untyped},
    {"ack_configure", "u", untyped},
    {"destroy", "", untyped},
    {"set_layer", "2u", untyped},
};

static const struct wl_message surface_events[] = {
    {"configure", "uuu", untyped},
    {"closed", "", untyped},
};

const struct wl_interface layer_surface_interface = {
    "zwlr_layer_surface_v1", LAYER_SHELL_NEWEST, 9, surface_requests, 2, surface_events};
