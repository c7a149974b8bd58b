#include "stream.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace apr::kernels {

#if defined(__x86_64__)

namespace {

__attribute__((target("avx512f"))) void streamWide(const float* from, int64_t floats, float* to) {
  for (int64_t i = 0; i < floats; i += kLanes) _mm512_stream_ps(to + i, _mm512_loadu_ps(from + i));
}

}  // namespace

__attribute__((target("prfchw"))) void prefetchForWriting(const float* to, int64_t floats) {
  for (int64_t i = 0; i < floats; i += kLanes) __builtin_prefetch(to + i, 1, 3);
}

void streamLines(const float* from, int64_t floats, float* to) {
  static const bool isWide = __builtin_cpu_supports("avx512f");
  if (isWide) return streamWide(from, floats, to);
  for (int64_t i = 0; i < floats; i += 4) _mm_stream_ps(to + i, _mm_loadu_ps(from + i));
}

void endStream() { _mm_sfence(); }

#else

void prefetchForWriting(const float*, int64_t) {}

void streamLines(const float* from, int64_t floats, float* to) {
  std::memcpy(to, from, static_cast<size_t>(floats) * sizeof(float));
}

void endStream() {}

#endif

}  // namespace apr::kernels
