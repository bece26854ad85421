// A pointer that a test moves, by wlr-virtual-pointer-unstable-v1. Blocking, for tests only.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct virtual_pointer;

/// NULL when the compositor does not serve `path` or has no virtual pointers.
struct virtual_pointer *virtual_pointer_create(const char *path);
/// In logical pixels of a layout that is `width` by `height`.
bool virtual_pointer_move(struct virtual_pointer *, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
/// `code` as in linux/input-event-codes.h.
bool virtual_pointer_button(struct virtual_pointer *, uint32_t code, bool pressed);
void virtual_pointer_destroy(struct virtual_pointer *);
