#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTerminal.h"
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <readline/readline.h>
#include <readline/history.h>

struct terminal_candidates {
  int start, count, capacity;
  // texts[0] is left for readline's list display, which starts at 1.
  char **texts;
};

typedef void (*complete_function)(
    void *context, const char *line, int cursor, struct terminal_candidates *candidates);

static complete_function complete;
static void *complete_context;
static char *finished_line;
static int is_finished;
// Bytes that were waiting before the prompt was shown, and bytes read since: see `on_nul`.
static int typed_ahead, bytes_read;
static int is_end_typed_ahead;

// MARK: Completion

void terminal_replace_from(struct terminal_candidates *candidates, int start) {
  candidates->start = start;
}

void terminal_add_candidate(struct terminal_candidates *candidates, const char *text) {
  if (candidates->count + 3 > candidates->capacity) {
    int capacity = candidates->capacity * 2 + 16;
    char **texts = realloc(candidates->texts, sizeof(char *) * (size_t)capacity);
    if (!texts) return;
    candidates->texts = texts;
    candidates->capacity = capacity;
    if (candidates->count == 0) texts[0] = NULL;
  }
  char *copy = strdup(text);
  if (!copy) return;
  candidates->texts[++candidates->count] = copy;
  candidates->texts[candidates->count + 1] = NULL;
}

/// Bytes that all candidates begin with, not ending inside a UTF-8 character.
static int common_prefix(const struct terminal_candidates *c) {
  const char *first = c->texts[1];
  int length = (int)strlen(first);
  for (int i = 2; i <= c->count; i++) {
    int same = 0;
    while (same < length && first[same] == c->texts[i][same]) same++;
    length = same;
  }
  while (length > 0 && ((unsigned char)first[length] & 0xC0) == 0x80) length--;
  return length;
}

static void replace(int start, const char *text, int length) {
  char *part = strndup(text, (size_t)length);
  if (!part) return;
  rl_begin_undo_group();
  rl_delete_text(start, rl_point);
  rl_point = start;
  rl_insert_text(part);
  rl_end_undo_group();
  free(part);
}

static void list(struct terminal_candidates *c) {
  int widest = 0;
  for (int i = 1; i <= c->count; i++) {
    int width = (int)strlen(c->texts[i]);
    if (width > widest) widest = width;
  }
  rl_display_match_list(c->texts, c->count, widest);
  rl_forced_update_display();
}

static int is_blank_before_cursor(void) {
  for (int i = 0; i < rl_point; i++)
    if (rl_line_buffer[i] != ' ' && rl_line_buffer[i] != '\n') return 0;
  return 1;
}

/// Tab: indents at a line's beginning, completes as far as it is sure, lists when pressed again.
static int on_tab(int count, int key) {
  (void)count;
  (void)key;
  if (is_blank_before_cursor()) {
    rl_insert_text("    ");
    return 0;
  }
  struct terminal_candidates c = {rl_point, 0, 0, NULL};
  if (complete) complete(complete_context, rl_line_buffer, rl_point, &c);
  if (c.count == 0 || c.start < 0 || c.start > rl_point) {
    rl_ding();
  } else {
    int length = common_prefix(&c);
    int typed = rl_point - c.start;
    int same = length == typed && strncmp(rl_line_buffer + c.start, c.texts[1], (size_t)typed) == 0;
    if (!same && length >= typed) replace(c.start, c.texts[1], length);
    if (c.count > 1) {
      if (rl_last_func == on_tab && same)
        list(&c);
      else
        rl_ding();
    }
  }
  for (int i = 1; i <= c.count; i++) free(c.texts[i]);
  free(c.texts);
  return 0;
}

// MARK: Editing

static int read_byte(FILE *stream) {
  int byte = rl_getc(stream);
  bytes_read++;
  return byte;
}

/// Called when the terminal is ready for editing and the prompt not yet shown.
static int on_begin(void) {
  is_end_typed_ahead = bytes_read = typed_ahead = 0;
  ioctl(fileno(rl_instream), FIONREAD, &typed_ahead);
  return 0;
}

/// Between two lines the terminal collects whole lines, and a Ctrl-D pressed there arrives as a NUL.
/// So one that was typed ahead on an empty line leaves; any other is Ctrl-Space, which sets the mark.
static int on_nul(int count, int key) {
  if (rl_end == 0 && bytes_read <= typed_ahead) {
    is_end_typed_ahead = 1;
    return 0;
  }
  return rl_set_mark(count, key);
}

void terminal_start_editor(const char *name, complete_function function, void *context) {
  complete = function;
  complete_context = context;
  rl_readline_name = name;
  // Signals are this module's: readline's own handling loses typed characters.
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_initialize();
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_variable_bind("page-completions", "off");
  rl_bind_key_in_map('\t', on_tab, rl_get_keymap_by_name("emacs-standard"));
  rl_bind_key_in_map('\t', on_tab, rl_get_keymap_by_name("vi-insert"));
  rl_bind_key_in_map(0, on_nul, rl_get_keymap_by_name("emacs-standard"));
  rl_bind_key_in_map(0, on_nul, rl_get_keymap_by_name("vi-insert"));
  rl_getc_function = read_byte;
  rl_startup_hook = on_begin;
  using_history();
}

void terminal_set_history(const char *const entries[], int count) {
  clear_history();
  for (int i = 0; i < count; i++) add_history(entries[i]);
}

static void on_line(char *line) {
  finished_line = line;
  is_finished = 1;
  // Removed here, so that nothing typed ahead is read as a part of this line.
  rl_callback_handler_remove();
}

static void abandon_line(void) {
  rl_point = rl_end;
  rl_redisplay();
  fputs("^C\n", rl_outstream);
  fflush(rl_outstream);
  rl_callback_sigcleanup();
  rl_free_line_state();
  rl_replace_line("", 0);
  rl_callback_handler_remove();
}

/// Ctrl-Z: the terminal is given back as it was, and taken again afterwards.
static void suspend(void) {
  rl_deprep_terminal();
  terminal_set_reading(0);
  kill(0, SIGTSTP);
  terminal_set_reading(1);
  rl_prep_terminal(1);
  rl_resize_terminal();
  rl_forced_update_display();
}

static enum terminal_line edit(void) {
  for (;;) {
    struct pollfd fds[2] = {
        {fileno(rl_instream), POLLIN, 0}, {terminal_wakeup_fd(), POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) return TERMINAL_FAILED;
    struct terminal_wishes wishes = terminal_take_wishes();
    if (wishes.interrupt) {
      abandon_line();
      return TERMINAL_INTERRUPTED;
    }
    if (wishes.resize) rl_resize_terminal();
    if (wishes.stop) suspend();
    if (fds[0].revents & (POLLIN | POLLHUP | POLLERR)) {
      rl_callback_read_char();
      if (is_finished) return finished_line ? TERMINAL_LINE : TERMINAL_END;
      if (is_end_typed_ahead) {
        rl_callback_handler_remove();
        return TERMINAL_END;
      }
    }
  }
}

enum terminal_line terminal_edit_line(const char *prompt, char **line) {
  finished_line = NULL;
  is_finished = 0;
  terminal_take_wishes();
  terminal_set_reading(1);
  rl_resize_terminal();  // Its size may have changed during work.
  rl_callback_handler_install(prompt, on_line);
  enum terminal_line end = edit();
  if (end == TERMINAL_FAILED) rl_callback_handler_remove();
  if (end == TERMINAL_END) {
    fputs("\n", rl_outstream);
    fflush(rl_outstream);
  }
  terminal_set_reading(0);
  *line = finished_line;
  return end;
}

enum terminal_line terminal_plain_line(char **line) {
  size_t capacity = 0;
  *line = NULL;
  signal(SIGINT, SIG_DFL);
  terminal_default_endings();
  errno = 0;
  ssize_t length = getline(line, &capacity, stdin);
  if (length < 0) {
    free(*line);
    *line = NULL;
    return errno != 0 && !feof(stdin) ? TERMINAL_FAILED : TERMINAL_END;
  }
  if (length > 0 && (*line)[length - 1] == '\n') (*line)[length - 1] = 0;
  return TERMINAL_LINE;
}
