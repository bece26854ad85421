#define _GNU_SOURCE
#include "CTestClients.h"
#include <CWayland.h>
#include <generated/xdg-shell.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct test_window {
  struct wl_display *display;
  struct wl_compositor *compositor;
  struct wl_shm *shm;
  struct xdg_wm_base *base;
  struct xdg_activation_v1 *activation;
  struct wl_surface *surface;
  bool configured;
};

static void announced(void *data, struct wl_registry *registry, uint32_t name, const char *interface, uint32_t version) {
  (void)version;
  struct test_window *w = data;
  if (!strcmp(interface, wl_compositor_interface.name))
    w->compositor = wl_registry_bind(registry, name, &wl_compositor_interface, 4);
  else if (!strcmp(interface, wl_shm_interface.name))
    w->shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
  else if (!strcmp(interface, xdg_wm_base_interface.name))
    w->base = wl_registry_bind(registry, name, &xdg_wm_base_interface, 1);
  else if (!strcmp(interface, xdg_activation_v1_interface.name))
    w->activation = wl_registry_bind(registry, name, &xdg_activation_v1_interface, 1);
}
static void removed(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}
static const struct wl_registry_listener registry_listener = {announced, removed};

static void configured(void *data, struct xdg_surface *surface, uint32_t serial) {
  struct test_window *w = data;
  xdg_surface_ack_configure(surface, serial);
  if (w->configured) wl_surface_commit(w->surface);
  w->configured = true;
}
static const struct xdg_surface_listener surface_listener = {configured};

struct test_window *test_window_create(const char *path, const char *app_id) {
  struct test_window *w = calloc(1, sizeof *w);
  w->display = wl_display_connect(path);
  if (!w->display) goto failed;
  wl_registry_add_listener(wl_display_get_registry(w->display), &registry_listener, w);
  wl_display_roundtrip(w->display);
  if (!w->compositor || !w->shm || !w->base) goto failed;

  w->surface = wl_compositor_create_surface(w->compositor);
  struct xdg_surface *shell_surface = xdg_wm_base_get_xdg_surface(w->base, w->surface);
  xdg_surface_add_listener(shell_surface, &surface_listener, w);
  xdg_toplevel_set_app_id(xdg_surface_get_toplevel(shell_surface), app_id);
  wl_surface_commit(w->surface);
  while (!w->configured)
    if (wl_display_dispatch(w->display) < 0) goto failed;

  int memory = memfd_create("window", MFD_CLOEXEC);
  if (ftruncate(memory, 4) < 0 || write(memory, (uint32_t[]){0xff808080}, 4) != 4) goto failed;
  struct wl_shm_pool *pool = wl_shm_create_pool(w->shm, memory, 4);
  struct wl_buffer *buffer = wl_shm_pool_create_buffer(pool, 0, 1, 1, 4, WL_SHM_FORMAT_XRGB8888);
  close(memory);
  wl_surface_attach(w->surface, buffer, 0, 0);
  wl_surface_commit(w->surface);
  if (wl_display_roundtrip(w->display) >= 0) return w;
failed:
  test_window_destroy(w);
  return NULL;
}

bool test_window_settle(struct test_window *w) {
  return wl_display_roundtrip(w->display) >= 0 && wl_display_roundtrip(w->display) >= 0;
}

bool test_window_activate(struct test_window *w, const char *token) {
  if (!w->activation) return false;
  xdg_activation_v1_activate(w->activation, token, w->surface);
  return wl_display_roundtrip(w->display) >= 0;
}

void test_window_destroy(struct test_window *w) {
  if (w->display) wl_display_disconnect(w->display);
  free(w);
}
