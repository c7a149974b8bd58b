// Convolutions of bfloat16 maps on AMX tiles, and their input gradients: both are
//
//     result[n, y, x, o] = Σ over taps (u, v)  Σ over i  source[n, row(y, u), column(x, v), i] · filter[u, v, i, o]
//
// over the taps whose row and column exist; sums are float, the result is rounded once.
#pragma once

#include <cstdint>
#include <vector>

#include "convolution.h"

namespace apr::kernels {

// Along one axis: which place of the source a result meets at each tap, or -1.
class Meeting {
 public:
  // Of a convolution: place = result · stride + tap − padding.
  static Meeting forward(int64_t source, int64_t result, const Convolution& c);
  // Of its input gradient: the same solved for the result, which is then the source.
  static Meeting backward(int64_t source, int64_t result, const Convolution& c);

  int64_t operator()(int64_t result, int64_t tap) const { return places_[static_cast<size_t>(result * taps_ + tap)]; }
  int64_t taps() const { return taps_; }
  int64_t results() const { return static_cast<int64_t>(places_.size()) / taps_; }

 private:
  Meeting(int64_t results, int64_t taps) : taps_(taps), places_(static_cast<size_t>(results * taps), -1) {}

  int64_t taps_;
  std::vector<int64_t> places_;
};

// What is multiplied. The filter lies as [taps, in, out] of the convolution.
struct TileProduct {
  static TileProduct forward(const Convolution& c);
  static TileProduct backward(const Convolution& c);

  int64_t batch, height, width, channels;  // source
  int64_t results;                         // channels of the result
  Meeting rows, columns;
  bool isBackward;   // the filter's channels have changed places, and of its taps the last meets the first column
  int64_t stride;
  int64_t before;    // with stride 1: columns of padding before the source
};

// What is done to a sum before it is rounded.
struct Finish {
  const float* bias = nullptr;      // one for each channel
  const uint16_t* other = nullptr;  // of the result's shape
  bool relu = false;
};

void multiplyTiles(const TileProduct& product, const uint16_t* source, const uint16_t* filter, const Finish& finish,
                   uint16_t* result);

}  // namespace apr::kernels
