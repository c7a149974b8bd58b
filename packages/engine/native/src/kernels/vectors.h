// Vectors of 16 numbers, whose arithmetic the compiler turns into the instructions of each generation of processors.
#pragma once

#include <cstdint>
#include <cstring>

// On a function: compiled for AVX-512, AVX2 and the baseline; the loader picks one when the addon is loaded.
// (The address sanitizer cannot stand that choice. Clones for a processor by name, such as "skylake-avx512", would leave AMD with the baseline.)
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__clang__) && __GNUC__ >= 12
#define APR_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define APR_VECTORISED
#endif

// On what such a function calls.
#define APR_INLINE __attribute__((always_inline)) inline

namespace apr::kernels {

constexpr int kLanes = 16;

typedef float Floats __attribute__((vector_size(64)));
typedef int32_t Ints __attribute__((vector_size(64)));
typedef uint32_t Words __attribute__((vector_size(64)));
typedef uint16_t Halves __attribute__((vector_size(32)));
typedef uint8_t Bytes16 __attribute__((vector_size(16)));

// Number formats of the maps that kernels read and write; arithmetic is in float.
struct Bfloat16 {
  uint16_t bits;
};

// Reads `lanes` elements, 16 at most; the other lanes are 0.
template <typename TVector, typename T>
APR_INLINE void loadLanes(TVector& vector, const T* from, int lanes) {
  if (lanes == kLanes) {
    std::memcpy(&vector, from, sizeof vector);
  } else {
    T values[kLanes] = {};
    std::memcpy(values, from, static_cast<size_t>(lanes) * sizeof(T));
    std::memcpy(&vector, values, sizeof vector);
  }
}

template <typename TVector, typename T>
APR_INLINE void storeLanes(const TVector& vector, T* to, int lanes) {
  if (lanes == kLanes) {
    std::memcpy(to, &vector, sizeof vector);
  } else {
    std::memcpy(to, &vector, static_cast<size_t>(lanes) * sizeof(T));  // a call
  }
}

APR_INLINE void load(Floats& vector, const float* from, int lanes) { loadLanes(vector, from, lanes); }

APR_INLINE void load(Floats& vector, const Bfloat16* from, int lanes) {
  Halves halves;
  loadLanes(halves, from, lanes);
  const Words bits = __builtin_convertvector(halves, Words) << 16;
  std::memcpy(&vector, &bits, sizeof vector);
}

APR_INLINE void store(const Floats& vector, float* to, int lanes) { storeLanes(vector, to, lanes); }

// To nearest, ties to even; NaN stays NaN.
APR_INLINE void store(const Floats& vector, Bfloat16* to, int lanes) {
  Words bits;
  std::memcpy(&bits, &vector, sizeof bits);
  const Words high = bits >> 16;
  const Words rounded = (bits + 0x7fff + (high & 1)) >> 16;
  const Words result = ((bits & 0x7fffffff) > 0x7f800000) ? (high | 0x40) : rounded;
  const Halves halves = __builtin_convertvector(result, Halves);
  storeLanes(halves, to, lanes);
}

}  // namespace apr::kernels
