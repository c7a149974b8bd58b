// Roundings matter here: no product is joined to a sum, in intrinsics either.
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#include "warp.h"

#include <cmath>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace apr::kernels {

namespace {

void shift(const Byte* from, const Size& size, int64_t right, int64_t down, Byte* to) {
  std::memset(to, 0, static_cast<size_t>(size.bytes()));
  const int64_t kept = size.width - std::abs(right);
  if (kept <= 0) return;
  const int64_t last = std::min(size.height, size.height - down);
  for (int64_t y = std::max<int64_t>(0, -down); y < last; y++) {
    std::memcpy(to + (y * size.width + std::max<int64_t>(0, -right)) * kChannels,
                from + ((y + down) * size.width + std::max<int64_t>(0, right)) * kChannels,
                static_cast<size_t>(kept * kChannels));
  }
}

#if defined(__x86_64__)

#define APR_WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

bool canWarpWide(const Size& size) {
  static const bool hasUnits = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                               __builtin_cpu_supports("avx512vl");
  return hasUnits && size.bytes() < INT32_MAX;
}

// Where eight pixels lie along one axis of the source: the one before, how far it is to the next, and whether there are two.
struct Places {
  __m256i first;
  __m512d distance;
  __mmask8 isInside, isSingle;
};

APR_WIDE inline Places placesOf(__m512d source, double length) {
  const __m512d half = _mm512_set1_pd(0.5);
  const __mmask8 isInside = _mm512_cmp_pd_mask(source, _mm512_setzero_pd(), _CMP_GE_OQ) &
                            _mm512_cmp_pd_mask(source, _mm512_set1_pd(length), _CMP_LT_OQ);
  const __m512d inside = _mm512_mask_mov_pd(half, isInside, source);  // any place will do for the others
  const __mmask8 isBefore = _mm512_cmp_pd_mask(inside, half, _CMP_LT_OQ);
  const __m512d past = _mm512_sub_pd(inside, half);
  const __m256i index = _mm256_mask_mov_epi32(_mm512_cvttpd_epi32(past), isBefore, _mm256_set1_epi32(-1));
  const __m512d distance = _mm512_sub_pd(past, _mm512_cvtepi32_pd(index));
  const __mmask8 isLast = _mm256_cmpeq_epi32_mask(index, _mm256_set1_epi32(static_cast<int32_t>(length) - 1));
  return {_mm256_max_epi32(index, _mm256_setzero_si256()), distance, isInside, static_cast<__mmask8>(isBefore | isLast)};
}

APR_WIDE inline __m512d between(__m512d a, __m512d b, __m512d distance) {
  return _mm512_add_pd(a, _mm512_mul_pd(_mm512_sub_pd(b, a), distance));
}

// One colour of pixels, each in the lowest bytes of its eight.
APR_WIDE inline __m512d colour(__m512i pixels, int channel) {
  const __m512i byte = _mm512_and_si512(_mm512_srli_epi64(pixels, 8u * static_cast<unsigned>(channel)), _mm512_set1_epi64(255));
  return _mm512_cvtepi64_pd(byte);
}

// Eight pixels at a time, the last ones of a row into the margin or the next one.
APR_WIDE void warpWide(const Byte* from, const Size& size, const double* matrix, Byte* to) {
  const auto width = static_cast<double>(size.width), height = static_cast<double>(size.height);
  const __m512d a = _mm512_set1_pd(matrix[0]), c = _mm512_set1_pd(matrix[2]);
  const __m512d d = _mm512_set1_pd(matrix[3]), f = _mm512_set1_pd(matrix[5]);
  const __m256i stride = _mm256_set1_epi32(static_cast<int32_t>(size.width * kChannels));
  const __m256i three = _mm256_set1_epi32(kChannels);
  const __m256i threeOfFour = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  const __m512d centres = _mm512_setr_pd(0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5);
  for (int64_t y = 0; y < size.height; y++, to += size.width * kChannels) {
    const double centreY = static_cast<double>(y) + 0.5;
    const __m512d fromYToX = _mm512_set1_pd(matrix[1] * centreY), fromYToY = _mm512_set1_pd(matrix[4] * centreY);
    for (int64_t x = 0; x < size.width; x += 8) {
      const __m512d centreX = _mm512_add_pd(centres, _mm512_set1_pd(static_cast<double>(x)));
      const Places columns = placesOf(_mm512_add_pd(_mm512_add_pd(_mm512_mul_pd(a, centreX), fromYToX), c), width);
      const Places rows = placesOf(_mm512_add_pd(_mm512_add_pd(_mm512_mul_pd(d, centreX), fromYToY), f), height);
      const __m256i top = _mm256_add_epi32(_mm256_mullo_epi32(rows.first, stride),
                                           _mm256_mullo_epi32(columns.first, three));
      const __m512i topLeft = _mm512_i32gather_epi64(top, from, 1);  // and its right neighbour
      const __m512i topRight = _mm512_mask_mov_epi64(_mm512_srli_epi64(topLeft, 24), columns.isSingle, topLeft);
      __m512i pixels = _mm512_setzero_si512();
      const bool isOneRow = _mm512_cmp_pd_mask(rows.distance, _mm512_setzero_pd(), _CMP_NEQ_OQ) == 0;
      __m512i bottomLeft = topLeft, bottomRight = topRight;
      if (!isOneRow) {
        const __m256i bottom = _mm256_mask_add_epi32(top, static_cast<__mmask8>(~rows.isSingle), top, stride);
        bottomLeft = _mm512_i32gather_epi64(bottom, from, 1);
        bottomRight = _mm512_mask_mov_epi64(_mm512_srli_epi64(bottomLeft, 24), columns.isSingle, bottomLeft);
      }
      for (int channel = kChannels - 1; channel >= 0; channel--) {
        __m512d value = between(colour(topLeft, channel), colour(topRight, channel), columns.distance);
        if (!isOneRow) {
          const __m512d lower = between(colour(bottomLeft, channel), colour(bottomRight, channel), columns.distance);
          value = between(value, lower, rows.distance);
        }
        pixels = _mm512_or_si512(_mm512_slli_epi64(pixels, 8), _mm512_cvttpd_epi64(value));
      }
      const __m256i words = _mm512_maskz_cvtepi64_epi32(columns.isInside & rows.isInside, pixels);
      const __m256i bytes = _mm256_shuffle_epi8(words, threeOfFour);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + x * kChannels), _mm256_castsi256_si128(bytes));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + (x + 4) * kChannels), _mm256_extracti128_si256(bytes, 1));
    }
  }
}

#else

bool canWarpWide(const Size&) { return false; }
void warpWide(const Byte*, const Size&, const double*, Byte*) {}

#endif

}  // namespace

void warp(const Byte* from, const Size& size, const double* matrix, Byte* to) {
  const double a = matrix[0], b = matrix[1], c = matrix[2], d = matrix[3], e = matrix[4], f = matrix[5];
  const bool isShift = a == 1 && b == 0 && d == 0 && e == 1 && c == std::floor(c) && f == std::floor(f);
  if (isShift && std::fabs(c) < 1e9 && std::fabs(f) < 1e9) {
    return shift(from, size, static_cast<int64_t>(c), static_cast<int64_t>(f), to);
  }
  return canWarpWide(size) ? warpWide(from, size, matrix, to) : warpByPixel(from, size, matrix, to);
}

void warpByPixel(const Byte* from, const Size& size, const double* matrix, Byte* to) {
  const double a = matrix[0], b = matrix[1], c = matrix[2], d = matrix[3], e = matrix[4], f = matrix[5];
  const int64_t stride = size.width * kChannels;
  const auto width = static_cast<double>(size.width), height = static_cast<double>(size.height);
  for (int64_t y = 0; y < size.height; y++) {
    const double centreY = static_cast<double>(y) + 0.5;
    const double fromYToX = b * centreY, fromYToY = e * centreY;
    for (int64_t x = 0; x < size.width; x++, to += kChannels) {
      const double centreX = static_cast<double>(x) + 0.5;
      const double sourceX = a * centreX + fromYToX + c;
      const double sourceY = d * centreX + fromYToY + f;
      if (!(sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height)) {
        to[0] = to[1] = to[2] = 0;
        continue;
      }
      const int32_t column = sourceX < 0.5 ? -1 : static_cast<int32_t>(sourceX - 0.5);
      const int32_t row = sourceY < 0.5 ? -1 : static_cast<int32_t>(sourceY - 0.5);
      const double dx = sourceX - 0.5 - static_cast<double>(column);
      const double dy = sourceY - 0.5 - static_cast<double>(row);
      const int64_t left = column < 0 ? 0 : column * kChannels;
      const int64_t right = column + 1 == size.width ? left : (column + 1) * kChannels;
      const Byte* const top = from + (row < 0 ? 0 : row * stride);
      const Byte* const bottom = row + 1 == size.height ? top : from + (row + 1) * stride;
      if (dy == 0) {  // as all of a horizontal shear: the row below does not count
        for (int channel = 0; channel < kChannels; channel++) {
          const double upperLeft = top[left + channel];
          to[channel] = static_cast<Byte>(upperLeft + (top[right + channel] - upperLeft) * dx);
        }
        continue;
      }
      if (dx == 0) {  // a vertical one
        for (int channel = 0; channel < kChannels; channel++) {
          const double upper = top[left + channel];
          to[channel] = static_cast<Byte>(upper + (bottom[left + channel] - upper) * dy);
        }
        continue;
      }
      for (int channel = 0; channel < kChannels; channel++) {
        const double upperLeft = top[left + channel], lowerLeft = bottom[left + channel];
        const double upper = upperLeft + (top[right + channel] - upperLeft) * dx;
        const double lower = lowerLeft + (bottom[right + channel] - lowerLeft) * dx;
        to[channel] = static_cast<Byte>(upper + (lower - upper) * dy);
      }
    }
  }
}

}  // namespace apr::kernels
