// What a convolution of bfloat16 maps and its input gradient have in common.
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
  int64_t& at(int64_t result, int64_t tap) { return places_[static_cast<size_t>(result * taps_ + tap)]; }

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

}  // namespace apr::kernels
