#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CGnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct buffer {
  char *bytes;
  size_t size, capacity;
};

struct pipes {
  int in[2], out[2], err[2];
};

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void close_fd(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void close_all(struct pipes *p) {
  for (int i = 0; i < 2; i++) {
    close_fd(&p->in[i]);
    close_fd(&p->out[i]);
    close_fd(&p->err[i]);
  }
}

/// A pipe that no other child inherits and whose ends avoid 0, 1 and 2, which the child reassigns.
static int open_pipe(int ends[2]) {
  int raw[2];
  if (pipe(raw) != 0) return -1;
  for (int i = 0; i < 2; i++) ends[i] = fcntl(raw[i], F_DUPFD_CLOEXEC, 3);
  close(raw[0]);
  close(raw[1]);
  return ends[0] < 0 || ends[1] < 0 ? -1 : 0;
}

static int open_pipes(struct pipes *p) {
  *p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
  if (open_pipe(p->in) || open_pipe(p->out) || open_pipe(p->err)) {
    int error = errno;
    close_all(p);
    errno = error;
    return -1;
  }
  fcntl(p->in[1], F_SETFL, O_NONBLOCK);
  fcntl(p->out[0], F_SETFL, O_NONBLOCK);
  fcntl(p->err[0], F_SETFL, O_NONBLOCK);
  return 0;
}

#ifndef POSIX_SPAWN_CLOEXEC_DEFAULT
#define POSIX_SPAWN_CLOEXEC_DEFAULT 0
#endif

/// Starts the program in a process group of its own (Ctrl-C is not for it), with default signals and
/// without this process's other files: a window may outlive us, and must not hold them open.
static int start(const char *const arguments[], struct pipes *p, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&actions) != 0) return ENOMEM;
  if (posix_spawnattr_init(&attributes) != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return ENOMEM;
  }
  posix_spawn_file_actions_adddup2(&actions, p->in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, p->out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, p->err[1], 2);
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  sigaddset(&usual, SIGINT);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes,
      POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
          POSIX_SPAWN_CLOEXEC_DEFAULT);
  int error = ETXTBSY;
  // A program just written is "busy" while another thread's new child still holds it open.
  for (int attempt = 0; error == ETXTBSY && attempt < 20; attempt++) {
    if (attempt) poll(NULL, 0, 10);
    error = posix_spawnp(
        pid, arguments[0], &actions, &attributes, (char *const *)arguments, environ);
  }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

/// Takes what is there. 1: more may come, 0: the other side closed, -1: no memory.
static int take(int fd, struct buffer *b) {
  for (;;) {
    if (b->capacity - b->size < 65536) {
      size_t capacity = b->capacity * 2 + 131072;
      char *bytes = realloc(b->bytes, capacity);
      if (!bytes) return -1;
      b->bytes = bytes;
      b->capacity = capacity;
    }
    ssize_t n = read(fd, b->bytes + b->size, b->capacity - b->size);
    if (n > 0) {
      b->size += (size_t)n;
    } else if (n == 0) {
      return 0;
    } else if (errno != EINTR) {
      return errno == EAGAIN ? 1 : 0;
    }
  }
}

/// Gives what fits. 1: more is left, 0: all given or nobody reads any more.
static int give(int fd, const char *input, size_t size, size_t *given) {
  while (*given < size) {
    ssize_t n = write(fd, input + *given, size - *given);
    if (n > 0) {
      *given += (size_t)n;
    } else if (n < 0 && errno == EAGAIN) {
      return 1;
    } else if (n < 0 && errno != EINTR) {
      return 0;
    }
  }
  return 0;
}

/// Talks to the program until it ends. Returns whether its status is known.
static enum gnuplot_end converse(
    pid_t pid, struct pipes *p, const char *input, size_t size, long long deadline,
    struct buffer *out, struct buffer *err, int *status) {
  size_t given = 0;
  int ended = 0;
  while (!ended) {
    if (now_ms() >= deadline) return GNUPLOT_TIMED_OUT;
    struct pollfd fds[3] = {
        {p->in[1], POLLOUT, 0}, {p->out[0], POLLIN, 0}, {p->err[0], POLLIN, 0}};
    // With both outputs closed only its end is left to wait for; a helper that keeps them open
    // after the program itself ended is why the wait is short.
    poll(fds, 3, 20);
    if (p->in[1] >= 0 && fds[0].revents && !give(p->in[1], input, size, &given))
      close_fd(&p->in[1]);
    pid_t done;
    do done = waitpid(pid, status, WNOHANG);
    while (done < 0 && errno == EINTR);
    ended = done != 0;
    if (done < 0) *status = 0;  // Someone else reaped it: its output must speak for it.
    // After its end everything it wrote is already in the pipes.
    int more_out = p->out[0] >= 0 ? take(p->out[0], out) : 0;
    int more_err = p->err[0] >= 0 ? take(p->err[0], err) : 0;
    if (more_out < 0 || more_err < 0) return GNUPLOT_NO_SYSTEM;
    if (!more_out) close_fd(&p->out[0]);
    if (!more_err) close_fd(&p->err[0]);
  }
  return WIFSIGNALED(*status) ? GNUPLOT_KILLED : GNUPLOT_EXITED;
}

/// Holds SIGPIPE back in this thread, and swallows the one a dead reader caused.
static int hold_pipe_signal(sigset_t *before) {
  sigset_t pipe_only, pending;
  sigpending(&pending);
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_only, before);
  return sigismember(&pending, SIGPIPE);
}

static void release_pipe_signal(const sigset_t *before, int was_pending) {
  sigset_t pipe_only, pending;
  sigpending(&pending);
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  if (!was_pending && sigismember(&pending, SIGPIPE)) {
    int signal;
    sigwait(&pipe_only, &signal);
  }
  pthread_sigmask(SIG_SETMASK, before, NULL);
}

struct gnuplot_result gnuplot_run(
    const char *const arguments[], const void *input, size_t input_size, int timeout_ms) {
  struct gnuplot_result result = {GNUPLOT_NO_SYSTEM, 0, NULL, 0, NULL, 0};
  struct pipes p;
  pid_t pid = 0;
  if (open_pipes(&p) != 0) {
    result.code = errno;
    return result;
  }
  int error = start(arguments, &p, &pid);
  if (error != 0) {
    close_all(&p);
    int no_memory = error == ENOMEM || error == EAGAIN;
    result.end = no_memory ? GNUPLOT_NO_SYSTEM : GNUPLOT_NO_PROGRAM;
    result.code = error;
    return result;
  }
  close_fd(&p.in[0]);
  close_fd(&p.out[1]);
  close_fd(&p.err[1]);
  sigset_t before;
  int was_pending = hold_pipe_signal(&before);
  struct buffer out = {NULL, 0, 0}, err = {NULL, 0, 0};
  int status = 0;
  result.end =
      converse(pid, &p, input, input_size, now_ms() + timeout_ms, &out, &err, &status);
  release_pipe_signal(&before, was_pending);
  close_all(&p);
  if (result.end == GNUPLOT_TIMED_OUT || result.end == GNUPLOT_NO_SYSTEM) {
    result.code = result.end == GNUPLOT_NO_SYSTEM ? ENOMEM : 0;
    kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
  } else {
    result.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  }
  result.output = out.bytes;
  result.output_size = out.size;
  result.errors = err.bytes;
  result.errors_size = err.size;
  return result;
}

void gnuplot_free(struct gnuplot_result *result) {
  free(result->output);
  free(result->errors);
  result->output = NULL;
  result->errors = NULL;
  result->output_size = result->errors_size = 0;
}
