#include "rows.h"

#include <cstring>

namespace apr::kernels {

namespace {

typedef float Oct __attribute__((vector_size(32)));
typedef int32_t OctInts __attribute__((vector_size(32)));

// Eight rows of eight numbers from one matrix into another, rows as columns: pairs, then fours, then eights of rows.
APR_INLINE void turn8(const float* from, int64_t fromStride, float* to, int64_t toStride) {
  const OctInts lowPairs = {0, 8, 1, 9, 4, 12, 5, 13}, highPairs = {2, 10, 3, 11, 6, 14, 7, 15};
  const OctInts lowFours = {0, 1, 8, 9, 4, 5, 12, 13}, highFours = {2, 3, 10, 11, 6, 7, 14, 15};
  const OctInts lowEights = {0, 1, 2, 3, 8, 9, 10, 11}, highEights = {4, 5, 6, 7, 12, 13, 14, 15};
  Oct rows[8], pairs[8], fours[8];
  for (int i = 0; i < 8; i++) std::memcpy(&rows[i], from + i * fromStride, sizeof(Oct));
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shuffle(rows[i], rows[i + 1], lowPairs);
    pairs[i + 1] = __builtin_shuffle(rows[i], rows[i + 1], highPairs);
  }
  for (int i = 0; i < 8; i += 4) {
    fours[i] = __builtin_shuffle(pairs[i], pairs[i + 2], lowFours);
    fours[i + 1] = __builtin_shuffle(pairs[i], pairs[i + 2], highFours);
    fours[i + 2] = __builtin_shuffle(pairs[i + 1], pairs[i + 3], lowFours);
    fours[i + 3] = __builtin_shuffle(pairs[i + 1], pairs[i + 3], highFours);
  }
  for (int i = 0; i < 4; i++) {
    const Oct low = __builtin_shuffle(fours[i], fours[i + 4], lowEights);
    const Oct high = __builtin_shuffle(fours[i], fours[i + 4], highEights);
    std::memcpy(to + i * toStride, &low, sizeof(Oct));
    std::memcpy(to + (i + 4) * toStride, &high, sizeof(Oct));
  }
}

}  // namespace

APR_VECTORISED void gatherRows(const float* rows, int64_t stride, int64_t width, float* lanes) {
  int64_t x = 0;
  for (; x + 8 <= width; x += 8) {
    for (int y = 0; y < kLanes; y += 8) turn8(rows + y * stride + x, stride, lanes + x * kLanes + y, kLanes);
  }
  for (; x < width; x++) {
    for (int y = 0; y < kLanes; y++) lanes[x * kLanes + y] = rows[y * stride + x];
  }
}

APR_VECTORISED void scatterRows(const float* lanes, int64_t width, float* rows, int64_t stride) {
  int64_t x = 0;
  for (; x + 8 <= width; x += 8) {
    for (int y = 0; y < kLanes; y += 8) turn8(lanes + x * kLanes + y, kLanes, rows + y * stride + x, stride);
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
