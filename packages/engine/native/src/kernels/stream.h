// Memory that is read ahead, and memory that is written past the caches.
#pragma once

#include "vectors.h"

#include <cstdint>

namespace apr::kernels {

// Begins to read what will be needed. It may lie beyond the end of an array.
APR_INLINE void prefetch(const float* from, int64_t floats) {
  const auto start = reinterpret_cast<uintptr_t>(from);
  for (int64_t i = 0; i < floats; i += kLanes) {
    __builtin_prefetch(reinterpret_cast<const void*>(start + static_cast<uintptr_t>(i) * sizeof(float)), 0, 2);
  }
}

// The same for memory that will be written.
void prefetchForWriting(const float* to, int64_t floats);

// Copies whole lines of sixteen numbers, to memory that starts with a line.
void streamLines(const float* from, int64_t floats, float* to);

// What this thread has streamed is seen by others from here on.
void endStream();

}  // namespace apr::kernels
