// The parts of Linux that Glibc's module map leaves out, and wrappers where C is variadic or a macro.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

// accept4(2) is behind _GNU_SOURCE, which the Glibc module does not set.
int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

// So is syncfs(2).
int syncfs(int descriptor);

static inline int sluice_open(const char *path, int flags, unsigned int mode) { return open(path, flags, mode); }
static inline int sluice_openat(int folder, const char *path, int flags, unsigned int mode) {
    return openat(folder, path, flags, mode);
}

/// Cores that this process may run on.
int sluice_core_count(void);
/// Names the calling thread; 15 bytes are kept.
void sluice_name_thread(const char *name);
