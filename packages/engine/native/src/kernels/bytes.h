// Bytes and the same numbers in float.
#pragma once

#include <cstdint>

namespace apr::kernels {

using Byte = uint8_t;

void toFloats(const Byte* from, int64_t count, float* to);
void toFloats(const float* from, int64_t count, float* to);

// Whole numbers in [0, 255] are expected.
void toBytes(const float* from, int64_t count, Byte* to);
void toBytes(const Byte* from, int64_t count, Byte* to);

}  // namespace apr::kernels
