#define _GNU_SOURCE
#include "CLibc.h"

static int argument_count;
static char **arguments;

__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
}

int c_argc(void) { return argument_count; }
char **c_argv(void) { return arguments; }
char **c_environ(void) { return environ; }
int c_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
