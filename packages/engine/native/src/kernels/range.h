#pragma once

#include <cstdint>

namespace apr::kernels {

inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
inline int64_t roundUp(int64_t count, int64_t unit) { return ceilDiv(count, unit) * unit; }

struct Range {
  int64_t begin, end;

  int64_t size() const { return end - begin; }
  // Piece `index` of `count` nearly equal ones.
  Range piece(int64_t index, int64_t count) const {
    return {begin + size() * index / count, begin + size() * (index + 1) / count};
  }
};

}  // namespace apr::kernels
