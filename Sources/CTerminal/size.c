#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTerminal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

int terminal_is_terminal(int fd) { return isatty(fd); }

static struct winsize size(int fd) {
  struct winsize size;
  memset(&size, 0, sizeof size);
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) memset(&size, 0, sizeof size);
  return size;
}

int terminal_columns(int fd) { return size(fd).ws_col; }

int terminal_rows(int fd) { return size(fd).ws_row; }

int terminal_spawn(
    const char *const arguments[], const char *const environment[], int rows, int columns,
    pid_t *pid) {
  struct winsize wanted;
  memset(&wanted, 0, sizeof wanted);
  wanted.ws_row = (unsigned short)rows;
  wanted.ws_col = (unsigned short)columns;
  int side = -1;
  long limit = sysconf(_SC_OPEN_MAX);
  int most = limit > 0 && limit < 4096 ? (int)limit : 4096;
  *pid = forkpty(&side, NULL, NULL, &wanted);
  if (*pid < 0) return -1;
  if (*pid == 0) {
    // Only calls that are safe after a fork of one among many threads.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    // What the caller has open is not for it; a copy kept here would hide that the caller closed it.
    for (int fd = 3; fd < most; fd++) close(fd);
    execve(arguments[0], (char *const *)arguments, (char *const *)environment);
    _exit(127);
  }
  return side;
}
