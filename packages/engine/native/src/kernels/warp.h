// Affine maps of RGB bytes, bit for bit as Pillow has them.
#pragma once

#include "bytes.h"

#include <cstdint>

namespace apr::kernels {

constexpr int kChannels = 3;

// So many bytes after an image may be read, and written when it is a result.
constexpr int64_t kMargin = 64;

struct Size {
  int64_t height, width;
  int64_t bytes() const { return height * width * kChannels; }
};

// The pixel at (x, y) is that of the source at (a·x + b·y + c, d·x + e·y + f), centres of pixels at halves, bilinear,
// along x first, truncated; black where that lies outside.
void warp(const Byte* from, const Size& size, const double* matrix, Byte* to);

// The same, one pixel after another.
void warpByPixel(const Byte* from, const Size& size, const double* matrix, Byte* to);

}  // namespace apr::kernels
