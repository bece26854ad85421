#include "CFaultyVFS.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct vfs {
  sqlite3_vfs base;
  sqlite3_vfs *real;
  struct faulty faulty;
};

struct file {
  sqlite3_file base;
  struct vfs *vfs;
  sqlite3_file *real;
};

static int check(struct vfs *vfs, int kind) {
  struct faulty *faulty = &vfs->faulty;
  while (kind & __atomic_load_n(&faulty->hangs, __ATOMIC_SEQ_CST)) usleep(1000);
  if (kind & (FAULTY_WRITE | FAULTY_SYNC) && faulty->sleep_ms) usleep(faulty->sleep_ms * 1000);
  if (!(kind & faulty->kinds)) return SQLITE_OK;
  int number = ++faulty->count;
  if (!faulty->fails_at || number < faulty->fails_at) return SQLITE_OK;
  return number == faulty->fails_at || faulty->fails_on ? faulty->error : SQLITE_OK;
}

#define FILE_OF(raw) struct file *f = (struct file *)(raw)
#define REAL f->real->pMethods
#define CHECK(kind) { int error = check(f->vfs, kind); if (error) return error; }

static int f_close(sqlite3_file *raw) {
  FILE_OF(raw);
  int result = f->real->pMethods ? REAL->xClose(f->real) : SQLITE_OK;
  free(f->real);
  return result;
}
static int f_read(sqlite3_file *raw, void *to, int n, sqlite3_int64 at) {
  FILE_OF(raw); CHECK(FAULTY_READ);
  return REAL->xRead(f->real, to, n, at);
}
static int f_write(sqlite3_file *raw, const void *from, int n, sqlite3_int64 at) {
  FILE_OF(raw); CHECK(FAULTY_WRITE);
  return REAL->xWrite(f->real, from, n, at);
}
static int f_truncate(sqlite3_file *raw, sqlite3_int64 size) {
  FILE_OF(raw); CHECK(FAULTY_TRUNCATE);
  return REAL->xTruncate(f->real, size);
}
static int f_sync(sqlite3_file *raw, int flags) {
  FILE_OF(raw); CHECK(FAULTY_SYNC);
  return REAL->xSync(f->real, flags);
}
static int f_size(sqlite3_file *raw, sqlite3_int64 *size) { FILE_OF(raw); return REAL->xFileSize(f->real, size); }
static int f_lock(sqlite3_file *raw, int level) {
  FILE_OF(raw); CHECK(FAULTY_LOCK);
  return REAL->xLock(f->real, level);
}
static int f_unlock(sqlite3_file *raw, int level) { FILE_OF(raw); return REAL->xUnlock(f->real, level); }
static int f_reserved(sqlite3_file *raw, int *out) { FILE_OF(raw); return REAL->xCheckReservedLock(f->real, out); }
static int f_control(sqlite3_file *raw, int op, void *arg) { FILE_OF(raw); return REAL->xFileControl(f->real, op, arg); }
static int f_sector(sqlite3_file *raw) { FILE_OF(raw); return REAL->xSectorSize(f->real); }
static int f_device(sqlite3_file *raw) { FILE_OF(raw); return REAL->xDeviceCharacteristics(f->real); }
static int f_shm_map(sqlite3_file *raw, int a, int b, int c, void volatile **d) {
  FILE_OF(raw);
  return REAL->xShmMap(f->real, a, b, c, d);
}
static int f_shm_lock(sqlite3_file *raw, int a, int b, int c) { FILE_OF(raw); return REAL->xShmLock(f->real, a, b, c); }
static void f_shm_barrier(sqlite3_file *raw) { FILE_OF(raw); REAL->xShmBarrier(f->real); }
static int f_shm_unmap(sqlite3_file *raw, int a) { FILE_OF(raw); return REAL->xShmUnmap(f->real, a); }

static const sqlite3_io_methods methods = {
    2, f_close, f_read, f_write, f_truncate, f_sync, f_size, f_lock, f_unlock, f_reserved,
    f_control, f_sector, f_device, f_shm_map, f_shm_lock, f_shm_barrier, f_shm_unmap};

static int v_open(sqlite3_vfs *raw, const char *name, sqlite3_file *file, int flags, int *out) {
  struct vfs *vfs = (struct vfs *)raw;
  struct file *f = (struct file *)file;
  f->base.pMethods = NULL;
  int error = check(vfs, FAULTY_OPEN);
  if (error) return error;
  f->vfs = vfs;
  f->real = calloc(1, (size_t)vfs->real->szOsFile);
  error = vfs->real->xOpen(vfs->real, name, f->real, flags, out);
  if (error) {
    if (f->real->pMethods) REAL->xClose(f->real);
    free(f->real);
    return error;
  }
  f->base.pMethods = &methods;
  return SQLITE_OK;
}
static int v_delete(sqlite3_vfs *raw, const char *name, int sync) {
  struct vfs *vfs = (struct vfs *)raw;
  int error = check(vfs, FAULTY_DELETE);
  return error ? error : vfs->real->xDelete(vfs->real, name, sync);
}

struct faulty *faulty_register(const char *name) {
  struct vfs *vfs = calloc(1, sizeof *vfs);
  vfs->real = sqlite3_vfs_find(NULL);
  vfs->base = *vfs->real;
  vfs->base.pNext = NULL;
  vfs->base.zName = strdup(name);
  vfs->base.szOsFile = sizeof(struct file);
  vfs->base.xOpen = v_open;
  vfs->base.xDelete = v_delete;
  sqlite3_vfs_register(&vfs->base, 0);
  return &vfs->faulty;
}
