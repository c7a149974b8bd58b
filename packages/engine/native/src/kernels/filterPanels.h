// The filter of a TileProduct as tiles [block of result channels][tap][block of terms]; channels that are none are 0.
#pragma once

#include "range.h"
#include "tileProduct.h"
#include "tiles.h"

#if defined(APR_HAS_TILES)

namespace apr::kernels {

constexpr int kSums = kTileRows;  // channels of the result in a tile
constexpr int kTerms = 32;        // channels of the source in a tile

class FilterPanels {
 public:
  explicit FilterPanels(const TileProduct& p)
      : p_(p), taps_(p.rows.taps() * p.columns.taps()), terms_(ceilDiv(p.channels, kTerms)), blocks_(ceilDiv(p.results, kSums)) {}

  int64_t blocks() const { return blocks_; }
  int64_t terms() const { return terms_; }
  int64_t blockTiles() const { return taps_ * terms_; }
  int64_t values() const { return blocks_ * blockTiles() * kTileValues; }
  int64_t at(int64_t block, int64_t tap) const { return (block * taps_ + tap) * terms_ * kTileValues; }

  // On all threads.
  void pack(const uint16_t* filter, uint16_t* panels) const;

 private:
  void packTile(const uint16_t* filter, int64_t term, int64_t sum, uint16_t* tile) const;

  const TileProduct& p_;
  int64_t taps_, terms_, blocks_;
};

}  // namespace apr::kernels

#endif
