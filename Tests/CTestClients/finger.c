#include "CTestClients.h"
#include <stdlib.h>
#include <string.h>
#include <wayland-client.h>

// org_kde_kwin_fake_input, its requests in the order of their opcodes.
static const struct wl_interface *untyped[3];
static const struct wl_message requests[] = {
    {"authenticate", "ss", untyped},  {"pointer_motion", "ff", untyped}, {"button", "uu", untyped},
    {"axis", "uf", untyped},          {"touch_down", "2uff", untyped},   {"touch_motion", "2uff", untyped},
    {"touch_up", "2u", untyped},      {"touch_cancel", "2", untyped},    {"touch_frame", "2", untyped}};
static const struct wl_interface interface = {"org_kde_kwin_fake_input", 2, 9, requests, 0, NULL};
enum { AUTHENTICATE = 0, TOUCH_DOWN = 4, TOUCH_MOTION, TOUCH_UP, TOUCH_CANCEL, TOUCH_FRAME };

struct finger {
  struct wl_display *display;
  struct wl_proxy *input;
};

static void announced(void *data, struct wl_registry *registry, uint32_t name, const char *offered, uint32_t version) {
  struct finger *f = data;
  if (!strcmp(offered, interface.name) && version >= 2) f->input = wl_registry_bind(registry, name, &interface, 2);
}
static void removed(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}
static const struct wl_registry_listener listener = {announced, removed};

struct finger *finger_create(const char *path) {
  struct finger *f = calloc(1, sizeof *f);
  f->display = wl_display_connect(path);
  if (f->display) {
    wl_registry_add_listener(wl_display_get_registry(f->display), &listener, f);
    wl_display_roundtrip(f->display);
  }
  if (!f->input) {
    finger_destroy(f);
    return NULL;
  }
  wl_proxy_marshal_flags(f->input, AUTHENTICATE, NULL, 2, 0, "test", "test");
  wl_display_roundtrip(f->display);
  return f;
}

static bool sent(struct finger *f) {
  wl_proxy_marshal_flags(f->input, TOUCH_FRAME, NULL, 2, 0);
  return wl_display_roundtrip(f->display) >= 0;
}

bool finger_down(struct finger *f, uint32_t id, int32_t x, int32_t y) {
  wl_proxy_marshal_flags(f->input, TOUCH_DOWN, NULL, 2, 0, id, wl_fixed_from_int(x), wl_fixed_from_int(y));
  return sent(f);
}
bool finger_move(struct finger *f, uint32_t id, int32_t x, int32_t y) {
  wl_proxy_marshal_flags(f->input, TOUCH_MOTION, NULL, 2, 0, id, wl_fixed_from_int(x), wl_fixed_from_int(y));
  return sent(f);
}
bool finger_up(struct finger *f, uint32_t id) {
  wl_proxy_marshal_flags(f->input, TOUCH_UP, NULL, 2, 0, id);
  return sent(f);
}
bool finger_cancel(struct finger *f) {
  wl_proxy_marshal_flags(f->input, TOUCH_CANCEL, NULL, 2, 0);
  return sent(f);
}

void finger_destroy(struct finger *f) {
  if (f->display) wl_display_disconnect(f->display);
  free(f);
}
