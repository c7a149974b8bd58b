#include "bytes.h"

#include "vectors.h"

#include <cstring>

namespace apr::kernels {

namespace {

APR_VECTORISED void widen(const Byte* __restrict from, int64_t count, float* __restrict to) {
  for (int64_t i = 0; i < count; i++) to[i] = from[i];
}

APR_VECTORISED void narrow(const float* __restrict from, int64_t count, Byte* __restrict to) {
  for (int64_t i = 0; i < count; i++) to[i] = static_cast<Byte>(static_cast<int32_t>(from[i]));
}

}  // namespace

void toFloats(const Byte* from, int64_t count, float* to) { widen(from, count, to); }

void toFloats(const float* from, int64_t count, float* to) {
  std::memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
}

void toBytes(const float* from, int64_t count, Byte* to) { narrow(from, count, to); }

void toBytes(const Byte* from, int64_t count, Byte* to) { std::memcpy(to, from, static_cast<size_t>(count)); }

}  // namespace apr::kernels
