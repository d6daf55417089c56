#pragma once
#include <signal.h>

/// What signals ask of a line being edited.
struct terminal_wishes {
  int interrupt, resize, stop;
};

/// The side of the wake-up pipe to poll, or -1 before `terminal_catch_interrupts`.
int terminal_wakeup_fd(void);

/// Takes the wishes that came since the last call, and empties the pipe.
struct terminal_wishes terminal_take_wishes(void);

/// Whether a line is being read: then Ctrl-C is for the line, not for work.
void terminal_set_reading(int reading);

/// From now on SIGTERM and SIGHUP do what they do to any program, if work had caught them.
void terminal_default_endings(void);
