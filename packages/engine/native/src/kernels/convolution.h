// Sizes of a convolution whose filter, stride and padding are the same along both axes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "api.h"

namespace apr::kernels {

struct Convolution {
  int64_t batch, height, width, in;    // maps
  int64_t outHeight, outWidth, out;    // what the convolution makes of them
  int64_t size, stride, padding;       // filter

  int64_t pixels() const { return height * width; }
  int64_t outPixels() const { return outHeight * outWidth; }
  int64_t taps() const { return size * size; }

  // The outputs [begin, end) along one axis at which tap `u` sees the maps, not their padding.
  int64_t begin(int64_t u) const { return u >= padding ? 0 : (padding - u + stride - 1) / stride; }
  int64_t end(int64_t u, int64_t length, int64_t outLength) const {
    const int64_t last = length - 1 + padding - u;
    return last < 0 ? 0 : std::min(outLength, last / stride + 1);
  }
};

// How one filter walks; attributes of the operations.
class Walk {
 public:
  explicit Walk(const Attributes& attributes);

  // The convolution of `maps` to `out` channels. Fails with INVALID_ARGUMENT unless a window fits.
  Convolution over(const Shape& maps, int64_t out) const;
  // The same, which made `results`; fails unless these belong to the maps.
  Convolution between(const Shape& maps, const Shape& results) const;

 private:
  int64_t size_, stride_, padding_;
};

}  // namespace apr::kernels
