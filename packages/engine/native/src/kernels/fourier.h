// Discrete Fourier transforms of sixteen sequences at a time, one in each lane of a vector.
#pragma once

#include "vectors.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace apr::kernels {

// Sequences side by side: the elements of one stand `stride` floats apart, those of sixteen next to one another.
struct Lanes {
  float* re;
  float* im;
  int64_t stride;

  Lanes at(int64_t offset) const { return {re + offset, im + offset, stride}; }
  // The transform of numbers with their parts swapped is the inverse one, parts swapped, times the length.
  Lanes swapped() const { return {im, re, stride}; }
};

// The largest prime factor of a length that can be transformed.
constexpr int kLargestPrime = 31;

bool isTransformable(int64_t length);

// One length: which factors are taken in turn, with the numbers they need.
class Fourier {
 public:
  // Shared by all callers of a length.
  static std::shared_ptr<const Fourier> of(int64_t length);

  explicit Fourier(int64_t length);

  int64_t length() const { return length_; }

  // to[k] = sum over x of from[x] · exp(-2πi·k·x / length). `from` and both scratches are overwritten; `to` is none of them.
  void transform(const Lanes& from, const Lanes& scratchA, const Lanes& scratchB, const Lanes& to) const;

  // One pass over all elements.
  struct Walk {
    int radix;
    int64_t stride, groups;   // elements from one butterfly of a group to the next; groups
    int64_t toGroup, toStep;  // elements between the results of two groups, and of one butterfly
    const float *twiddles, *roots;
  };

 private:
  struct Pass {
    int radix;
    int64_t stride, groups;
    std::vector<float> twiddles;  // [group][radix - 1][re, im]
    std::vector<float> roots;     // [radix][re, im] of exp(-2πi·j / radix)

    // Stockham's algorithm puts the results in order as it goes.
    Walk inOrder() const { return {radix, stride, groups, stride * radix, stride, twiddles.data(), roots.data()}; }
    // Results take the places of the elements they come from.
    Walk inPlace() const { return {radix, stride, groups, stride, stride * groups, twiddles.data(), roots.data()}; }
  };

  int64_t length_;
  std::vector<Pass> passes_;
  std::unique_ptr<const Fourier> rest_;  // of a long one, whose first pass leaves that many transforms one after another
};

}  // namespace apr::kernels
