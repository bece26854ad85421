#include "CTestClients.h"
#include <stdlib.h>
#include <string.h>
#include <wayland-client.h>

// The requests in the order of their opcodes.
static const struct wl_interface pointer_interface;
static const struct wl_interface *untyped[5];
static const struct wl_interface *create_types[] = {&wl_seat_interface, &pointer_interface};
static const struct wl_message manager_requests[] = {
    {"create_virtual_pointer", "?on", create_types}, {"destroy", "", untyped}};
static const struct wl_interface manager_interface = {
    "zwlr_virtual_pointer_manager_v1", 1, 2, manager_requests, 0, NULL};
static const struct wl_message pointer_requests[] = {
    {"motion", "uff", untyped},      {"motion_absolute", "uuuuu", untyped}, {"button", "uuu", untyped},
    {"axis", "uuf", untyped},        {"frame", "", untyped},                {"axis_source", "u", untyped},
    {"axis_stop", "uu", untyped},    {"axis_discrete", "uufi", untyped},    {"destroy", "", untyped}};
static const struct wl_interface pointer_interface = {"zwlr_virtual_pointer_v1", 1, 9, pointer_requests, 0, NULL};
enum { CREATE = 0 };
enum { MOTION_ABSOLUTE = 1, BUTTON = 2, FRAME = 4 };

struct virtual_pointer {
  struct wl_display *display;
  struct wl_proxy *manager, *pointer;
  uint32_t time;
};

static void announced(void *data, struct wl_registry *registry, uint32_t name, const char *interface, uint32_t version) {
  (void)version;
  struct virtual_pointer *p = data;
  if (!strcmp(interface, manager_interface.name)) p->manager = wl_registry_bind(registry, name, &manager_interface, 1);
}
static void removed(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}
static const struct wl_registry_listener listener = {announced, removed};

struct virtual_pointer *virtual_pointer_create(const char *path) {
  struct virtual_pointer *p = calloc(1, sizeof *p);
  p->display = wl_display_connect(path);
  if (p->display) {
    wl_registry_add_listener(wl_display_get_registry(p->display), &listener, p);
    wl_display_roundtrip(p->display);
  }
  if (!p->manager) {
    virtual_pointer_destroy(p);
    return NULL;
  }
  p->pointer = wl_proxy_marshal_flags(p->manager, CREATE, &pointer_interface, 1, 0, NULL, NULL);
  wl_display_roundtrip(p->display);
  return p;
}

static bool sent(struct virtual_pointer *p) {
  wl_proxy_marshal_flags(p->pointer, FRAME, NULL, 1, 0);
  return wl_display_roundtrip(p->display) >= 0;
}

bool virtual_pointer_move(struct virtual_pointer *p, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  wl_proxy_marshal_flags(p->pointer, MOTION_ABSOLUTE, NULL, 1, 0, ++p->time, x, y, width, height);
  return sent(p);
}

bool virtual_pointer_button(struct virtual_pointer *p, uint32_t code, bool pressed) {
  wl_proxy_marshal_flags(p->pointer, BUTTON, NULL, 1, 0, ++p->time, code, (uint32_t)pressed);
  return sent(p);
}

void virtual_pointer_destroy(struct virtual_pointer *p) {
  if (p->display) wl_display_disconnect(p->display);
  free(p);
}
