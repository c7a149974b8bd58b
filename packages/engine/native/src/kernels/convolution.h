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

// How one filter walks; the attributes of the operations.
struct Walk {
  explicit Walk(const Attributes& attributes)
      : size(attributes.whole("size")), stride(attributes.whole("stride")), padding(attributes.whole("padding")) {}

  int64_t size, stride, padding;

  // Fails with INVALID_ARGUMENT unless `maps` and `results` belong together.
  Convolution over(const Shape& maps, const Shape& results) const {
    require(maps.size() == 4 && results.size() == 4, "maps and dy of rank 4");
    require(results[0] == maps[0], "dy and maps of one batch");
    require(size >= 1 && stride >= 1 && padding >= 0, "a size and a stride of at least 1, a padding of at least 0");
    const auto windows = [&](int64_t length) { return (length + 2 * padding - size) / stride + 1; };
    require(windows(maps[1]) == results[1] && windows(maps[2]) == results[2], "dy of the output's shape");
    return {maps[0], maps[1], maps[2], maps[3], results[1], results[2], results[3], size, stride, padding};
  }
};

}  // namespace apr::kernels
