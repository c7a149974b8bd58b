#include "fourier.h"

#include <cmath>
#include <map>
#include <mutex>
#include <utility>

namespace apr::kernels {

namespace {

// From this length on the results of a pass do not stay in the nearest cache until the next one reads them.
constexpr int64_t kLong = 128;

struct Complex {
  Floats re, im;
};

APR_INLINE Complex add(const Complex& a, const Complex& b) { return {a.re + b.re, a.im + b.im}; }
APR_INLINE Complex subtract(const Complex& a, const Complex& b) { return {a.re - b.re, a.im - b.im}; }
// a - i·b and a + i·b
APR_INLINE Complex behind(const Complex& a, const Complex& b) { return {a.re + b.im, a.im - b.re}; }
APR_INLINE Complex ahead(const Complex& a, const Complex& b) { return {a.re - b.im, a.im + b.re}; }

APR_INLINE void butterfly2(Complex* x) {
  const Complex a = x[0], b = x[1];
  x[0] = add(a, b);
  x[1] = subtract(a, b);
}

APR_INLINE void butterfly4(Complex* x) {
  const Complex even = add(x[0], x[2]), odd = add(x[1], x[3]);
  const Complex evenTurn = subtract(x[0], x[2]), oddTurn = subtract(x[1], x[3]);
  x[0] = add(even, odd);
  x[1] = behind(evenTurn, oddTurn);
  x[2] = subtract(even, odd);
  x[3] = ahead(evenTurn, oddTurn);
}

APR_INLINE void butterfly8(Complex* x) {
  const float half = 0.70710678118654752f;
  Complex even[4] = {x[0], x[2], x[4], x[6]}, odd[4] = {x[1], x[3], x[5], x[7]};
  butterfly4(even);
  butterfly4(odd);
  const Complex turned1 = {(odd[1].re + odd[1].im) * half, (odd[1].im - odd[1].re) * half};
  const Complex turned3 = {(odd[3].im - odd[3].re) * half, -(odd[3].re + odd[3].im) * half};
  x[0] = add(even[0], odd[0]);
  x[4] = subtract(even[0], odd[0]);
  x[1] = add(even[1], turned1);
  x[5] = subtract(even[1], turned1);
  x[2] = behind(even[2], odd[2]);
  x[6] = ahead(even[2], odd[2]);
  x[3] = add(even[3], turned3);
  x[7] = subtract(even[3], turned3);
}

// Elements j and radix - j meet the same cosine and opposite sines.
APR_INLINE void butterflyOdd(int radix, const float* roots, Complex* x) {
  const int half = (radix - 1) / 2;
  Complex sum[(kLargestPrime - 1) / 2], difference[(kLargestPrime - 1) / 2];
  const Complex first = x[0];
  Complex total = first;
#pragma GCC unroll 4
  for (int j = 1; j <= half; j++) {
    sum[j - 1] = add(x[j], x[radix - j]);
    difference[j - 1] = subtract(x[j], x[radix - j]);
    total = add(total, sum[j - 1]);
  }
  x[0] = total;
#pragma GCC unroll 4
  for (int k = 1; k <= half; k++) {
    Complex cosines = first, sines = {};
#pragma GCC unroll 4
    for (int j = 1; j <= half; j++) {
      const float* root = roots + 2 * (j * k % radix);
      cosines.re += sum[j - 1].re * root[0];
      cosines.im += sum[j - 1].im * root[0];
      sines.re += difference[j - 1].re * root[1];  // of negative angles
      sines.im += difference[j - 1].im * root[1];
    }
    x[k] = ahead(cosines, sines);
    x[radix - k] = behind(cosines, sines);
  }
}

APR_INLINE void walk(int radix, const Fourier::Walk& pass, const Lanes& from, const Lanes& to) {
  const int64_t stride = pass.stride, groups = pass.groups;
  const int64_t fromStep = stride * groups * from.stride, toStep = pass.toStep * to.stride;
  const float* fromRe = from.re;
  const float* fromIm = from.im;
  for (int64_t group = 0; group < groups; group++) {
    const float* twiddles = pass.twiddles + group * (radix - 1) * 2;
    float* toRe = to.re + group * pass.toGroup * to.stride;
    float* toIm = to.im + group * pass.toGroup * to.stride;
    for (int64_t q = 0; q < stride; q++) {
      Complex x[kLargestPrime];
#pragma GCC unroll 8
      for (int k = 0; k < radix; k++) {
        std::memcpy(&x[k].re, fromRe + k * fromStep, sizeof(Floats));
        std::memcpy(&x[k].im, fromIm + k * fromStep, sizeof(Floats));
      }
      if (radix == 2) butterfly2(x);
      else if (radix == 4) butterfly4(x);
      else if (radix == 8) butterfly8(x);
      else butterflyOdd(radix, pass.roots, x);
#pragma GCC unroll 8
      for (int k = 0; k < radix; k++) {
        Complex y = x[k];
        if (k > 0 && group > 0) {
          const float re = twiddles[2 * k - 2], im = twiddles[2 * k - 1];
          y = {x[k].re * re - x[k].im * im, x[k].re * im + x[k].im * re};
        }
        std::memcpy(toRe + k * toStep, &y.re, sizeof(Floats));
        std::memcpy(toIm + k * toStep, &y.im, sizeof(Floats));
      }
      fromRe += from.stride;
      fromIm += from.stride;
      toRe += to.stride;
      toIm += to.stride;
    }
  }
}

APR_VECTORISED void runPass(const Fourier::Walk& pass, const Lanes& from, const Lanes& to) {
  switch (pass.radix) {
    case 2: return walk(2, pass, from, to);
    case 3: return walk(3, pass, from, to);
    case 4: return walk(4, pass, from, to);
    case 5: return walk(5, pass, from, to);
    case 7: return walk(7, pass, from, to);
    case 8: return walk(8, pass, from, to);
    default: return walk(pass.radix, pass, from, to);
  }
}

std::vector<int> factorsOf(int64_t length) {
  std::vector<int> factors;
  for (int factor = kLargestPrime; factor > 2; factor -= 2) {
    while (length % factor == 0 && factor % 2 == 1) {
      bool isPrime = true;
      for (int divisor = 3; divisor * divisor <= factor; divisor += 2) isPrime = isPrime && factor % divisor != 0;
      if (!isPrime) break;
      factors.push_back(factor);
      length /= factor;
    }
  }
  int twos = 0;
  for (; length % 2 == 0; length /= 2) twos++;
  for (; twos >= 3 && twos != 4; twos -= 3) factors.push_back(8);
  for (; twos >= 2; twos -= 2) factors.push_back(4);
  if (twos == 1) factors.push_back(2);
  if (length != 1) factors.clear();
  return factors;
}

void pushRoot(std::vector<float>& numbers, int64_t numerator, int64_t denominator) {
  const double angle = -2 * M_PI * static_cast<double>(numerator % denominator) / static_cast<double>(denominator);
  numbers.push_back(static_cast<float>(std::cos(angle)));
  numbers.push_back(static_cast<float>(std::sin(angle)));
}

}  // namespace

bool isTransformable(int64_t length) { return length == 1 || (length > 1 && !factorsOf(length).empty()); }

std::shared_ptr<const Fourier> Fourier::of(int64_t length) {
  static std::mutex mutex;
  static auto* const known = new std::map<int64_t, std::shared_ptr<const Fourier>>();
  const std::lock_guard<std::mutex> lock(mutex);
  auto& entry = (*known)[length];
  if (!entry) entry = std::make_shared<const Fourier>(length);
  return entry;
}

Fourier::Fourier(int64_t length) : length_(length) {
  const std::vector<int> factors = factorsOf(length);
  const bool isLong = factors.size() > 2 && length >= kLong;
  int64_t stride = 1, rest = length;
  for (const int radix : factors) {
    Pass pass = {radix, stride, rest / radix, {}, {}};
    for (int64_t group = 0; group < pass.groups; group++) {
      for (int k = 1; k < radix; k++) pushRoot(pass.twiddles, group * k, rest);
    }
    for (int j = 0; j < radix; j++) pushRoot(pass.roots, j, radix);
    stride *= radix;
    rest /= radix;
    passes_.push_back(std::move(pass));
    if (isLong) break;
  }
  if (isLong) rest_ = std::make_unique<const Fourier>(rest);
}

void Fourier::transform(const Lanes& from, const Lanes& scratchA, const Lanes& scratchB, const Lanes& to) const {
  if (passes_.empty()) {
    std::memmove(to.re, from.re, sizeof(Floats));
    std::memmove(to.im, from.im, sizeof(Floats));
    return;
  }
  if (rest_) {
    const Pass& pass = passes_.front();
    runPass(pass.inPlace(), from, from);
    for (int first = 0; first < pass.radix; first++) {
      const Lanes part = from.at(first * pass.groups * from.stride), target = to.at(first * to.stride);
      rest_->transform(part, scratchA, scratchB, {target.re, target.im, pass.radix * to.stride});
    }
    return;
  }
  Lanes source = from;
  for (size_t i = 0; i < passes_.size(); i++) {
    const Lanes& target = i + 1 == passes_.size() ? to : i % 2 == 0 ? scratchA : scratchB;
    runPass(passes_[i].inOrder(), source, target);
    source = target;
  }
}

}  // namespace apr::kernels
