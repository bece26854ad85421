// Wayland clients that a test plays the user and other programs with. They block.
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

struct test_window;

/// A window of one grey pixel, mapped. NULL when the compositor does not serve `path`.
struct test_window *test_window_create(const char *path, const char *app_id);
/// Answers what the compositor has asked of it, which waits for that before it changes the screen.
bool test_window_settle(struct test_window *);
/// Asks to come forward.
bool test_window_activate(struct test_window *, const char *token);
void test_window_destroy(struct test_window *);

struct finger;

/// A finger on KWin's touch screen. NULL when the compositor does not serve `path` or lends none.
struct finger *finger_create(const char *path);
bool finger_down(struct finger *, uint32_t id, int32_t x, int32_t y);
bool finger_move(struct finger *, uint32_t id, int32_t x, int32_t y);
bool finger_up(struct finger *, uint32_t id);
bool finger_cancel(struct finger *);
void finger_destroy(struct finger *);
