// A small caching allocator: freed blocks are kept by size class and handed out again.
#include "CKernels.h"

#include <pthread.h>
#include <stdlib.h>

enum { SMALLEST_BITS = 12, CLASSES = 30, STEPS = 4, KEPT_PER_CLASS = 64 };
// Blocks larger than this go back to the system at once, and the cache holds no more than this.
static const size_t largest_kept = (size_t)1 << 28;
static const size_t cache_limit = (size_t)1 << 30;

static struct {
  void *blocks[CLASSES * STEPS][KEPT_PER_CLASS];
  int count[CLASSES * STEPS];
  size_t bytes;
} cache;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// Four classes per power of two: at most a quarter of a block is wasted.
static int size_class(size_t bytes, size_t *rounded) {
  int bits = 64 - __builtin_clzll((unsigned long long)bytes - 1);  // bytes <= 2^bits
  size_t quarter = (size_t)1 << (bits - 3);
  size_t base = (size_t)1 << (bits - 1);
  size_t step = (bytes - base + quarter - 1) / quarter;  // 1...4
  if (step == 0) step = 1;
  *rounded = base + step * quarter;
  return (bits - SMALLEST_BITS) * STEPS + (int)step - 1;
}

static void *system_block(size_t bytes) {
  void *block = NULL;
  return posix_memalign(&block, 64, bytes) == 0 ? block : NULL;
}

void *lbo_allocate(size_t bytes) {
  if (bytes <= (1 << SMALLEST_BITS)) return system_block(bytes == 0 ? 64 : bytes);
  size_t rounded;
  int class = size_class(bytes, &rounded);
  if (rounded > largest_kept) return system_block(bytes);
  void *block = NULL;
  pthread_mutex_lock(&lock);
  if (cache.count[class] > 0) {
    block = cache.blocks[class][--cache.count[class]];
    cache.bytes -= rounded;
  }
  pthread_mutex_unlock(&lock);
  return block ? block : system_block(rounded);
}

void lbo_free(void *block, size_t bytes) {
  if (!block) return;
  if (bytes > (1 << SMALLEST_BITS)) {
    size_t rounded;
    int class = size_class(bytes, &rounded);
    if (rounded <= largest_kept) {
      pthread_mutex_lock(&lock);
      int keep = cache.count[class] < KEPT_PER_CLASS && cache.bytes + rounded <= cache_limit;
      if (keep) {
        cache.blocks[class][cache.count[class]++] = block;
        cache.bytes += rounded;
      }
      pthread_mutex_unlock(&lock);
      if (keep) return;
    }
  }
  free(block);
}
