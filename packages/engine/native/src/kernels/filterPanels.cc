#include "filterPanels.h"

#if defined(APR_HAS_TILES)

#include <algorithm>

#include "workers.h"

namespace apr::kernels {

namespace {

// filter[term][sum], rows `apart`, → [pair of terms][sum][2]
APR_TILES void packStraight(const uint16_t* filter, int64_t apart, int terms, int sums, uint16_t* tile) {
  const __mmask16 mask = static_cast<__mmask16>((1u << sums) - 1);
  const auto load = [&](int term) APR_TILES {
    return _mm512_cvtepu16_epi32(term < terms ? _mm256_maskz_loadu_epi16(mask, filter + term * apart)
                                              : _mm256_setzero_si256());
  };
  for (int row = 0; row < kTileRows; row++) {
    const __m512i odd = _mm512_slli_epi32(load(2 * row + 1), 16);
    _mm512_store_si512(tile + row * kTerms, _mm512_or_si512(load(2 * row), odd));
  }
}

// filter[sum][term], rows `apart`, → [pair of terms][sum][2]
APR_TILES void packTransposed(const uint16_t* filter, int64_t apart, int terms, int sums, uint16_t* tile) {
  const __mmask32 mask = firstLanes(terms);
  __m512i rows[kTileRows];
  for (int sum = 0; sum < kTileRows; sum++) {
    rows[sum] = sum < sums ? _mm512_maskz_loadu_epi16(mask, filter + sum * apart) : _mm512_setzero_si512();
  }
  transposeWords(rows);
  for (int row = 0; row < kTileRows; row++) _mm512_store_si512(tile + row * kTerms, rows[row]);
}

}  // namespace

void FilterPanels::pack(const uint16_t* filter, uint16_t* panels) const {
  forEachTask(blocks_ * taps_, [&](int64_t index, int) {
    const int64_t block = index / taps_, tap = index % taps_;
    const uint16_t* from = filter + tap * p_.channels * p_.results;
    for (int64_t term = 0; term < terms_; term++) {
      packTile(from, term * kTerms, block * kSums, panels + at(block, tap) + term * kTileValues);
    }
  });
}

void FilterPanels::packTile(const uint16_t* filter, int64_t term, int64_t sum, uint16_t* tile) const {
  const int terms = static_cast<int>(std::min<int64_t>(p_.channels - term, kTerms));
  const int sums = static_cast<int>(std::min<int64_t>(p_.results - sum, kSums));
  if (p_.isBackward) {
    packTransposed(filter + sum * p_.channels + term, p_.channels, terms, sums, tile);
  } else {
    packStraight(filter + term * p_.results + sum, p_.results, terms, sums, tile);
  }
}

}  // namespace apr::kernels

#endif
