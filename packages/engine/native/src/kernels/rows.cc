#include "rows.h"

#include <cstring>

namespace apr::kernels {

namespace {

typedef float Quad __attribute__((vector_size(16)));
typedef int32_t QuadInts __attribute__((vector_size(16)));

// Four rows of four numbers from one matrix into another, rows as columns.
APR_INLINE void turn4(const float* from, int64_t fromStride, float* to, int64_t toStride) {
  Quad a, b, c, d;
  std::memcpy(&a, from, sizeof a);
  std::memcpy(&b, from + fromStride, sizeof b);
  std::memcpy(&c, from + 2 * fromStride, sizeof c);
  std::memcpy(&d, from + 3 * fromStride, sizeof d);
  const QuadInts low = {0, 4, 1, 5}, high = {2, 6, 3, 7}, first = {0, 1, 4, 5}, second = {2, 3, 6, 7};
  const Quad ab = __builtin_shuffle(a, b, low), ab2 = __builtin_shuffle(a, b, high);
  const Quad cd = __builtin_shuffle(c, d, low), cd2 = __builtin_shuffle(c, d, high);
  const Quad columns[4] = {__builtin_shuffle(ab, cd, first), __builtin_shuffle(ab, cd, second),
                           __builtin_shuffle(ab2, cd2, first), __builtin_shuffle(ab2, cd2, second)};
  for (int i = 0; i < 4; i++) std::memcpy(to + i * toStride, &columns[i], sizeof(Quad));
}

}  // namespace

APR_VECTORISED void gatherRows(const float* rows, int64_t stride, int64_t width, float* lanes) {
  int64_t x = 0;
  for (; x + 4 <= width; x += 4) {
    for (int y = 0; y < kLanes; y += 4) turn4(rows + y * stride + x, stride, lanes + x * kLanes + y, kLanes);
  }
  for (; x < width; x++) {
    for (int y = 0; y < kLanes; y++) lanes[x * kLanes + y] = rows[y * stride + x];
  }
}

APR_VECTORISED void scatterRows(const float* lanes, int64_t width, float* rows, int64_t stride) {
  int64_t x = 0;
  for (; x + 4 <= width; x += 4) {
    for (int y = 0; y < kLanes; y += 4) turn4(lanes + x * kLanes + y, kLanes, rows + y * stride + x, stride);
  }
  for (; x < width; x++) {
    for (int y = 0; y < kLanes; y++) rows[y * stride + x] = lanes[x * kLanes + y];
  }
}

APR_VECTORISED void untangle(const Lanes& both, int64_t length, int64_t lanes, const Lanes& left, const Lanes& right) {
  for (int64_t k = 0; 2 * k <= length; k++) {
    const int64_t mirror = k == 0 ? 0 : length - k;
    Floats aRe, aIm, bRe, bIm;
    load(aRe, both.re + k * both.stride, kLanes);
    load(aIm, both.im + k * both.stride, kLanes);
    load(bRe, both.re + mirror * both.stride, kLanes);
    load(bIm, both.im + mirror * both.stride, kLanes);
    const int count = static_cast<int>(lanes);
    store((aRe + bRe) * 0.5f, left.re + k * left.stride, count);
    store((aIm - bIm) * 0.5f, left.im + k * left.stride, count);
    store((aIm + bIm) * 0.5f, right.re + k * right.stride, kLanes);
    store((bRe - aRe) * 0.5f, right.im + k * right.stride, kLanes);
  }
}

APR_VECTORISED void tangle(const Lanes& left, const Lanes& right, int64_t length, const Lanes& both) {
  for (int64_t k = 0; 2 * k <= length; k++) {
    const int64_t mirror = length - k;
    Floats aRe, aIm, bRe, bIm;
    load(aRe, left.re + k * left.stride, kLanes);
    load(aIm, left.im + k * left.stride, kLanes);
    load(bRe, right.re + k * right.stride, kLanes);
    load(bIm, right.im + k * right.stride, kLanes);
    if (k == 0 || k == mirror) {  // real, but for rounding
      store(aRe, both.re + k * both.stride, kLanes);
      store(bRe, both.im + k * both.stride, kLanes);
      continue;
    }
    store(aRe - bIm, both.re + k * both.stride, kLanes);
    store(aIm + bRe, both.im + k * both.stride, kLanes);
    store(aRe + bIm, both.re + mirror * both.stride, kLanes);
    store(bRe - aIm, both.im + mirror * both.stride, kLanes);
  }
}

}  // namespace apr::kernels
