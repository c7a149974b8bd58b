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

// As untangle and tangle, but sixteen frequencies stand next to one another, and a row of them for each sequence: first
// sixteen left ones, then sixteen right ones, in blocks of frequencies that are `block` floats apart. Of an even length the
// numbers of frequency length/2, which are real, are the imaginary parts of frequency 0.
void untangleColumns(const Lanes& both, int64_t length, float scale, const Lanes& columns, int64_t block);
void tangleColumns(const Lanes& columns, int64_t block, int64_t length, const Lanes& both);

}  // namespace apr::kernels
