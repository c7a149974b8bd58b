// Convolutions of bfloat16 maps on AMX tiles, and their input gradients: both are
//
//     result[n, y, x, o] = Σ over taps (u, v)  Σ over i  source[n, row(y, u), column(x, v), i] · filter[u, v, i, o]
//
// over the taps whose row and column exist; sums are float, the result is rounded once.
#pragma once

#include <cstdint>

#include "tileProduct.h"

namespace apr::kernels {

// What is done to a sum before it is rounded.
struct Finish {
  const float* bias = nullptr;      // one for each channel
  const uint16_t* other = nullptr;  // of the result's shape
  bool relu = false;
};

void multiplyTiles(const TileProduct& product, const uint16_t* source, const uint16_t* filter, const Finish& finish,
                   uint16_t* result);

}  // namespace apr::kernels
