#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTerminal.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

// Signals only set flags and write a byte into a pipe that the editor polls: the handler may run on
// any thread, so interrupting a system call of the editing thread would not be enough.
static int wakeup[2] = {-1, -1};
static volatile sig_atomic_t interrupt_wish, resize_wish, stop_wish;
static volatile sig_atomic_t presses, reading, ending;
static void (*volatile interrupted)(void *);
static void *volatile interrupted_context;

static void say(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0) { /* Nobody is left to tell. */
  }
}

static void count_press(void) {
  presses = presses + 1;
  if (presses == 2)
    say("\r\nstopping at the next safe point; Ctrl-C once more leaves at once, without saving\r\n");
  if (presses >= 3) {
    say("\r\nleft at once\r\n");
    _exit(130);
  }
}

static void on_signal(int signal) {
  int error = errno;
  switch (signal) {
    case SIGINT:
      if (reading) {
        interrupt_wish = 1;
      } else {
        count_press();
        if (interrupted) interrupted(interrupted_context);
      }
      break;
    case SIGTERM:
    case SIGHUP:
      // A queue's time is up, the machine goes down or the terminal was closed: as Ctrl-C, so that what is
      // finished is kept and started programs are stopped; asked again, at once.
      if (ending) _exit(128 + signal);
      ending = signal;
      if (interrupted) interrupted(interrupted_context);
      break;
    case SIGWINCH: resize_wish = 1; break;
    case SIGTSTP: stop_wish = 1; break;
  }
  if (write(wakeup[1], "", 1) < 0) { /* Full: the editor will wake up anyway. */
  }
  errno = error;
}

static void handle(int signal, int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}

// Who starts a program with nohup wants it to go on.
static void handle_ending(int signal) {
  struct sigaction before;
  if (sigaction(signal, NULL, &before) == 0 && before.sa_handler == SIG_IGN) return;
  handle(signal, SA_RESTART);
}

void terminal_default_endings(void) {
  const int endings[] = {SIGTERM, SIGHUP};
  for (int i = 0; i < 2; i++) {
    struct sigaction before;
    if (sigaction(endings[i], NULL, &before) == 0 && before.sa_handler == on_signal)
      signal(endings[i], SIG_DFL);
  }
}

int terminal_catch_interrupts(void (*handler)(void *), void *context) {
  if (wakeup[0] < 0) {
    if (pipe(wakeup) != 0) return -1;
    for (int i = 0; i < 2; i++) {
      fcntl(wakeup[i], F_SETFD, FD_CLOEXEC);
      fcntl(wakeup[i], F_SETFL, O_NONBLOCK);
    }
  }
  interrupted = NULL;
  interrupted_context = context;
  interrupted = handler;
  return 0;
}

void terminal_begin_work(void) {
  presses = 0;
  // SA_RESTART: work's own reads and writes go on; they look at the flag at their safe points.
  if (!interrupted) return;
  handle(SIGINT, SA_RESTART);
  handle_ending(SIGTERM);
  handle_ending(SIGHUP);
}

int terminal_ending_signal(void) { return ending; }

int terminal_interrupts(void) { return presses; }

int terminal_wakeup_fd(void) { return wakeup[0]; }

struct terminal_wishes terminal_take_wishes(void) {
  char bytes[64];
  while (read(wakeup[0], bytes, sizeof bytes) > 0) {
  }
  struct terminal_wishes wishes = {interrupt_wish, resize_wish, stop_wish};
  interrupt_wish = resize_wish = stop_wish = 0;
  return wishes;
}

void terminal_set_reading(int now) {
  reading = now;
  // Outside editing Ctrl-Z and size changes do what they do anywhere.
  if (now) {
    // Nothing is at work that would have to be stopped.
    terminal_default_endings();
    handle(SIGINT, SA_RESTART);
    handle(SIGWINCH, SA_RESTART);
    handle(SIGTSTP, SA_RESTART);
  } else {
    signal(SIGWINCH, SIG_DFL);
    signal(SIGTSTP, SIG_DFL);
  }
}
