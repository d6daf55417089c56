#pragma once
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Interrupts (signals.c)

/// Prepares for Ctrl-C: during work SIGINT will call `handler(context)` instead of ending the process.
/// The handler runs as a signal handler: it may set an atomic flag and little else.
/// Returns 0, or -1 with errno where no pipe could be had.
int terminal_catch_interrupts(void (*handler)(void *context), void *context);

/// Work begins: from now on SIGINT is caught, and presses are counted anew. The second tells on
/// standard error how to leave at once, the third leaves with exit code 130, for work that never
/// comes to a safe point.
void terminal_begin_work(void);

/// SIGTERM or SIGHUP if one came during work, which then calls the handler as Ctrl-C does; else 0. The process
/// should end when its work has stopped.
int terminal_ending_signal(void);

/// Presses since `terminal_begin_work`.
int terminal_interrupts(void);

// MARK: One line of input (editor.c)

/// How reading a line ended.
enum terminal_line {
  TERMINAL_LINE = 0,         ///< A line was read.
  TERMINAL_END = 1,          ///< Ctrl-D on an empty line, or the end of the input.
  TERMINAL_INTERRUPTED = 2,  ///< Ctrl-C; what was typed is gone.
  TERMINAL_FAILED = 3,       ///< Reading failed; errno tells why.
};

/// Collects what could stand at the cursor.
struct terminal_candidates;

/// Sets the first byte of the line that a candidate replaces (up to the cursor).
void terminal_replace_from(struct terminal_candidates *candidates, int start);

/// Adds a candidate: the text that replaces.
void terminal_add_candidate(struct terminal_candidates *candidates, const char *text);

/// Prepares line editing. `complete` is asked when Tab is pressed, with the line and the bytes of it
/// before the cursor. Call once, after `terminal_catch_interrupts`.
void terminal_start_editor(
    const char *name,
    void (*complete)(
        void *context, const char *line, int cursor, struct terminal_candidates *candidates),
    void *context);

/// Reads a line from a terminal with editing, history and completion. `*line` is to be freed.
/// A paste may hold several lines.
enum terminal_line terminal_edit_line(const char *prompt, char **line);

/// Reads a line from standard input that is not a terminal. `*line` is to be freed. Meanwhile SIGINT
/// ends the process, as it does any program that waits for its input.
enum terminal_line terminal_plain_line(char **line);

/// Forgets the history, then knows these entries, oldest first.
void terminal_set_history(const char *const entries[], int count);

// MARK: The terminal itself (size.c)

/// Whether this file descriptor is a terminal.
int terminal_is_terminal(int fd);

/// Columns of the terminal at this file descriptor, or 0 when unknown.
int terminal_columns(int fd);

/// Rows of the terminal at this file descriptor, or 0 when unknown.
int terminal_rows(int fd);

/// Starts a program on a new pseudo-terminal of this size.
/// Returns the file descriptor of the other side, or -1 with errno.
int terminal_spawn(
    const char *const arguments[], const char *const environment[], int rows, int columns,
    pid_t *pid);

#ifdef __cplusplus
}
#endif
