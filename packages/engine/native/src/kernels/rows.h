// Between rows of numbers and lanes, and two real sequences in one complex one.
#pragma once

#include "fourier.h"

#include <cstdint>

namespace apr::kernels {

// Sixteen rows of `width` numbers become `width` rows of sixteen.
void gatherRows(const float* rows, int64_t stride, int64_t width, float* lanes);

// And back.
void scatterRows(const float* lanes, int64_t width, float* rows, int64_t stride);

// The spectrum of left + i·right, both real and of `length`, comes apart by its symmetry, into the frequencies
// 0..length/2 of each. Of left only so many `lanes` are written.
void untangle(const Lanes& both, int64_t length, int64_t lanes, const Lanes& left, const Lanes& right);

// And together again, into all frequencies. An imaginary part that real sequences cannot have does not count.
void tangle(const Lanes& left, const Lanes& right, int64_t length, const Lanes& both);

}  // namespace apr::kernels
