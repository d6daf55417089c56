#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How a run of gnuplot ended.
enum gnuplot_end {
  GNUPLOT_EXITED = 0,    ///< It ended by itself; `code` is its exit code.
  GNUPLOT_KILLED = 1,    ///< A signal ended it; `code` is the signal.
  GNUPLOT_TIMED_OUT = 2, ///< It did not end in time and was killed.
  GNUPLOT_NO_PROGRAM = 3,///< The program could not be started; `code` is errno.
  GNUPLOT_NO_SYSTEM = 4, ///< A pipe, memory or a process could not be had; `code` is errno.
};

/// What a run of gnuplot gave. Release with `gnuplot_free`.
struct gnuplot_result {
  enum gnuplot_end end;
  int code;
  char *output;        ///< What it wrote to standard output (the picture), or NULL.
  size_t output_size;
  char *errors;        ///< What it wrote to standard error, or NULL; not terminated by a NUL.
  size_t errors_size;
};

/// Runs `arguments[0]` (found through PATH) with `input` as its standard input, and waits until it
/// ends, at most `timeout_ms`.
///
/// Neither a program that dies early nor one that never reads or never ends can block or kill the
/// caller. Where a helper of the program stays alive after it (a window), nothing waits for it.
struct gnuplot_result gnuplot_run(
    const char *const arguments[], const void *input, size_t input_size, int timeout_ms);

/// Releases what a result holds.
void gnuplot_free(struct gnuplot_result *result);

#ifdef __cplusplus
}
#endif
