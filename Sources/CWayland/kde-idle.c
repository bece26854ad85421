#include "kde-idle.h"

static const struct wl_interface *untyped[1];
static const struct wl_interface *get_timeout[] = {&kde_idle_timeout_interface, &wl_seat_interface, NULL};

static const struct wl_message idle_requests[] = {
    {"get_idle_timeout", "nou", get_timeout},
};

const struct wl_interface kde_idle_interface = {"org_kde_kwin_idle", 1, 1, idle_requests, 0, NULL};

static const struct wl_message timeout_requests[] = {
    {"release", "", untyped},
    {"simulate_user_activity", "", untyped},
};

static const struct wl_message timeout_events[] = {
    {"idle", "", untyped},
    {"resumed", "", untyped},
};

const struct wl_interface kde_idle_timeout_interface = {
    "org_kde_kwin_idle_timeout", 1, 2, timeout_requests, 2, timeout_events};
