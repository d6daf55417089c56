// How a kernel is compiled: once per instruction set, the best one chosen at load time.
#pragma once

// ThreadSanitizer's runtime is not up yet when the loader resolves the clones, and crashes.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LBO_NO_CLONES 1
#endif
#endif

#if defined(__x86_64__) && defined(__linux__) && !defined(LBO_NO_CLONES)
#define LBO_KERNEL \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LBO_KERNEL
#endif

// A helper must be inlined into every clone, or it would run without its instruction set.
#define LBO_INLINE static inline __attribute__((always_inline))

// A multiply and an add may become one fused operation: faster and more exact.
#pragma clang fp contract(fast)

#define LBO_PASTE_(a, b, c) a##_##b##_##c
#define LBO_PASTE(a, b, c) LBO_PASTE_(a, b, c)
// FN(exp) is lbo_exp_f32 or lbo_exp_f64, by the REAL_NAME in force.
#define FN(name) LBO_PASTE(lbo, name, REAL_NAME)
