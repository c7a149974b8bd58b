#include "rows.h"

#include <algorithm>
#include <cstring>

namespace apr::kernels {

namespace {

typedef float Quad __attribute__((vector_size(16)));
typedef float Oct __attribute__((vector_size(32)));

#if defined(__clang__) || __GNUC__ >= 12
APR_INLINE Oct join(const float* low, const float* high) {
  Quad a, b;
  std::memcpy(&a, low, sizeof a);
  std::memcpy(&b, high, sizeof b);
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
}

// Eight rows of four numbers become four of eight: rows y and y + 4 are the halves of a vector from the start, so that
// nothing crosses its middle.
APR_INLINE void turn8(const float* from, int64_t fromStride, float* to, int64_t toStride) {
  Oct rows[4];
  for (int y = 0; y < 4; y++) rows[y] = join(from + y * fromStride, from + (y + 4) * fromStride);
  const Oct a = __builtin_shufflevector(rows[0], rows[1], 0, 8, 1, 9, 4, 12, 5, 13);
  const Oct b = __builtin_shufflevector(rows[0], rows[1], 2, 10, 3, 11, 6, 14, 7, 15);
  const Oct c = __builtin_shufflevector(rows[2], rows[3], 0, 8, 1, 9, 4, 12, 5, 13);
  const Oct d = __builtin_shufflevector(rows[2], rows[3], 2, 10, 3, 11, 6, 14, 7, 15);
  const Oct columns[4] = {__builtin_shufflevector(a, c, 0, 1, 8, 9, 4, 5, 12, 13),
                          __builtin_shufflevector(a, c, 2, 3, 10, 11, 6, 7, 14, 15),
                          __builtin_shufflevector(b, d, 0, 1, 8, 9, 4, 5, 12, 13),
                          __builtin_shufflevector(b, d, 2, 3, 10, 11, 6, 7, 14, 15)};
  for (int x = 0; x < 4; x++) std::memcpy(to + x * toStride, &columns[x], sizeof(Oct));
}
#else
APR_INLINE void turn8(const float* from, int64_t fromStride, float* to, int64_t toStride) {
  for (int x = 0; x < 4; x++) {
    for (int y = 0; y < 8; y++) to[x * toStride + y] = from[y * fromStride + x];
  }
}
#endif

APR_INLINE void turnTile(const float* from, float* to) {
  for (int x = 0; x < kLanes; x += 4) {
    for (int y = 0; y < kLanes; y += 8) turn8(from + y * kLanes + x, kLanes, to + x * kLanes + y, kLanes);
  }
}

}  // namespace

APR_VECTORISED void gatherRows(const float* rows, int64_t stride, int64_t width, float* lanes) {
  int64_t x = 0;
  for (; x + 4 <= width; x += 4) {
    for (int y = 0; y < kLanes; y += 8) turn8(rows + y * stride + x, stride, lanes + x * kLanes + y, kLanes);
  }
  for (; x < width; x++) {
    for (int y = 0; y < kLanes; y++) lanes[x * kLanes + y] = rows[y * stride + x];
  }
}

APR_VECTORISED void scatterRows(const float* lanes, int64_t width, float* rows, int64_t stride) {
  int64_t x = 0;
  for (; x + 8 <= width; x += 8) {
    for (int y = 0; y < kLanes; y += 4) turn8(lanes + x * kLanes + y, kLanes, rows + y * stride + x, stride);
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

APR_VECTORISED void untangleColumns(const Lanes& both, int64_t length, float scale, const Lanes& columns, int64_t block) {
  alignas(64) float tiles[4][kLanes * kLanes] = {};
  const float half = 0.5f * scale;
  const int64_t count = (length + 1) / 2;
  for (int64_t first = 0; first < count; first += kLanes) {
    for (int64_t i = 0; i < std::min<int64_t>(kLanes, count - first); i++) {
      const int64_t k = first + i, mirror = k == 0 ? length / 2 : length - k;
      Floats aRe, aIm, bRe, bIm;
      load(aRe, both.re + k * both.stride, kLanes);
      load(aIm, both.im + k * both.stride, kLanes);
      load(bRe, both.re + mirror * both.stride, kLanes);
      load(bIm, both.im + mirror * both.stride, kLanes);
      const bool isReal = k == 0;
      const float last = length % 2 == 0 ? scale : 0.0f;
      store(isReal ? aRe * scale : (aRe + bRe) * half, tiles[0] + i * kLanes, kLanes);
      store(isReal ? bRe * last : (aIm - bIm) * half, tiles[1] + i * kLanes, kLanes);
      store(isReal ? aIm * scale : (aIm + bIm) * half, tiles[2] + i * kLanes, kLanes);
      store(isReal ? bIm * last : (bRe - aRe) * half, tiles[3] + i * kLanes, kLanes);
    }
    const Lanes to = columns.at(first / kLanes * block);
    turnTile(tiles[0], to.re);
    turnTile(tiles[1], to.im);
    turnTile(tiles[2], to.re + kLanes * kLanes);
    turnTile(tiles[3], to.im + kLanes * kLanes);
  }
}

APR_VECTORISED void tangleColumns(const Lanes& columns, int64_t block, int64_t length, const Lanes& both) {
  alignas(64) float tiles[4][kLanes * kLanes];
  const int64_t count = (length + 1) / 2;
  for (int64_t first = 0; first < count; first += kLanes) {
    const Lanes from = columns.at(first / kLanes * block);
    turnTile(from.re, tiles[0]);
    turnTile(from.im, tiles[1]);
    turnTile(from.re + kLanes * kLanes, tiles[2]);
    turnTile(from.im + kLanes * kLanes, tiles[3]);
    for (int64_t i = 0; i < std::min<int64_t>(kLanes, count - first); i++) {
      const int64_t k = first + i, mirror = length - k;
      Floats aRe, aIm, bRe, bIm;
      load(aRe, tiles[0] + i * kLanes, kLanes);
      load(aIm, tiles[1] + i * kLanes, kLanes);
      load(bRe, tiles[2] + i * kLanes, kLanes);
      load(bIm, tiles[3] + i * kLanes, kLanes);
      if (k == 0) {
        store(aRe, both.re, kLanes);
        store(bRe, both.im, kLanes);
        if (length % 2 == 1) continue;
        store(aIm, both.re + length / 2 * both.stride, kLanes);
        store(bIm, both.im + length / 2 * both.stride, kLanes);
        continue;
      }
      store(aRe - bIm, both.re + k * both.stride, kLanes);
      store(aIm + bRe, both.im + k * both.stride, kLanes);
      store(aRe + bIm, both.re + mirror * both.stride, kLanes);
      store(bRe - aIm, both.im + mirror * both.stride, kLanes);
    }
  }
}

}  // namespace apr::kernels
