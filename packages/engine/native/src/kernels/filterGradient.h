// Two ways to the filter gradient of bfloat16 maps; equal inputs give equal bits on any number of threads.
#pragma once

#include "convolution.h"

namespace apr::kernels {

// With VDPBF16PS of AVX512-BF16; output channels in multiples of 16.
void filterGradientOfPairs(const Convolution& c, const uint16_t* maps, const uint16_t* dy, float* gradient);

// With AMX tiles; any number of channels.
void filterGradientOfTiles(const Convolution& c, const uint16_t* maps, const uint16_t* dy, float* gradient);

// gradient[i] = Σ of sums[k · length + i] over k in [0, count), in this order.
void sumUp(const float* sums, int64_t count, size_t length, float* gradient);

}  // namespace apr::kernels
