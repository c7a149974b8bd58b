// Batch normalisation by the statistics of the batch, together with what mostly follows it: the addition of a second
// tensor (the other branch of a residual block) and ReLU. With x̂ = (x − mean) · inverse, inverse = 1/√(variance + ε):
//
//     y = relu(x̂ · scale + offset + residual)
//
// Each pass over memory does all of it: two passes forward (statistics, output), two backward (sums, gradient).
// Sums are taken over pieces whose size depends on the shape alone, and joined in their order, in double: equal inputs
// give equal bits, whatever the number of threads.
#include "api.h"
#include "kernels.h"
#include "vectors.h"
#include "workers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace apr::kernels {

namespace {

// Elements of one piece: 64 KiB of bfloat16, so that passes over blocks of its channels find it in the L2 cache.
constexpr int64_t kPiece = 1 << 15;

// How [rows, channels] is walked. Where the channels do not fill vectors, several pixels are one row: 24 channels
// become rows of 48 lanes. A last row may be incomplete.
struct Walk {
  int64_t channels, lanes, rows, rest, piece;

  Walk(int64_t size, int64_t channelCount) : channels(channelCount) {
    lanes = channels * (kLanes / std::gcd<int64_t>(channels, kLanes));
    rows = size / lanes;
    rest = size % lanes;
    piece = std::max<int64_t>(1, kPiece / lanes);
  }
  int64_t pieces() const { return (rows + piece - 1) / piece + (rest > 0); }
  bool isRest(int64_t index) const { return rest > 0 && index == pieces() - 1; }
  int64_t begin(int64_t index) const { return std::min(index * piece, rows) * lanes; }
  int64_t rowsOf(int64_t index) const { return isRest(index) ? 1 : std::min(piece, rows - index * piece); }
  int64_t lanesOf(int64_t index) const { return isRest(index) ? rest : lanes; }
};

// One value per lane of a row, from one per channel.
std::vector<float> spread(const Walk& walk, const std::vector<double>& perChannel) {
  std::vector<float> values(static_cast<size_t>(walk.lanes));
  for (int64_t lane = 0; lane < walk.lanes; lane++) {
    values[lane] = static_cast<float>(perChannel[lane % walk.channels]);
  }
  return values;
}

// y = (x − mean) · gain + offset; one value per lane.
struct Map {
  std::vector<float> mean, gain, offset;
};

// One element. The loops below run over the lanes of rows, so that the compiler makes vectors of them, in the width of
// each generation of processors; vectors of our own would be cut up before they are inlined into the clones.
APR_INLINE float get(float x) { return x; }

APR_INLINE float get(Bfloat16 x) {
  const uint32_t bits = static_cast<uint32_t>(x.bits) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

APR_INLINE void put(float& to, float value) { to = value; }

// To nearest, ties to even; NaN stays NaN.
APR_INLINE void put(Bfloat16& to, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t high = bits >> 16;
  const uint32_t rounded = (bits + 0x7fff + (high & 1)) >> 16;
  to.bits = static_cast<uint16_t>((bits & 0x7fffffff) > 0x7f800000 ? high | 0x40 : rounded);
}

// NaN stays NaN.
APR_INLINE float rectified(float value) { return 0 > value ? 0 : value; }

// Sums of one piece about its first row, which keeps them exact where the mean is large: Σ (x − first), Σ (x − first)².
struct Moments {
  float *first, *sum, *square;
};

template <typename T>
APR_INLINE void momentsOf(const T* __restrict x, int64_t rows, int64_t lanes, const Moments& out) {
  float* __restrict first = out.first;
  float* __restrict sum = out.sum;
  float* __restrict square = out.square;
  for (int64_t i = 0; i < lanes; i++) {
    first[i] = get(x[i]);
    sum[i] = square[i] = 0;
  }
  int64_t row = 1;
  for (; row + 4 <= rows; row += 4) {  // four at a time: the sums are read and written less often
    const T* __restrict at = x + row * lanes;
    for (int64_t i = 0; i < lanes; i++) {
      const float a = get(at[i]) - first[i], b = get(at[i + lanes]) - first[i];
      const float c = get(at[i + 2 * lanes]) - first[i], d = get(at[i + 3 * lanes]) - first[i];
      sum[i] += (a + b) + (c + d);
      square[i] += (a * a + b * b) + (c * c + d * d);
    }
  }
  for (; row < rows; row++) {
    const T* __restrict at = x + row * lanes;
    for (int64_t i = 0; i < lanes; i++) {
      const float a = get(at[i]) - first[i];
      sum[i] += a;
      square[i] += a * a;
    }
  }
}

// Tensors of one pass, at a piece; null where there are none.
template <typename T>
struct Forward {
  const T *x, *residual;
  T* y;
};

template <typename T>
struct Backward {
  const T *dy, *x, *y;
  T *dx, *dResidual;
};

template <typename T, bool kRelu, bool kResidual>
APR_INLINE void mapPiece(const Forward<T>& piece, int64_t rows, int64_t lanes, const Map& map) {
  const float* __restrict mean = map.mean.data();
  const float* __restrict gain = map.gain.data();
  const float* __restrict offset = map.offset.data();
  for (int64_t row = 0; row < rows; row++) {
    const T* __restrict x = piece.x + row * lanes;
    const T* __restrict residual = kResidual ? piece.residual + row * lanes : nullptr;
    T* __restrict y = piece.y + row * lanes;
    for (int64_t i = 0; i < lanes; i++) {
      float value = (get(x[i]) - mean[i]) * gain[i] + offset[i];
      if (kResidual) value += get(residual[i]);
      put(y[i], kRelu ? rectified(value) : value);
    }
  }
}

// The gradient that reaches the normalisation. Without a residual ReLU's input is computed again, which is cheaper than
// reading its output.
template <typename T, bool kRelu, bool kResidual>
APR_INLINE float slopeAt(T dy, T y, float centred, float gain, float offset) {
  const float passed = kResidual ? get(y) : centred * gain + offset;
  return !kRelu || passed > 0 ? get(dy) : 0;
}

// Σ slope and Σ slope · (x − mean) of one piece.
template <typename T, bool kRelu, bool kResidual>
APR_INLINE void sumPiece(const Backward<T>& piece, int64_t rows, int64_t lanes, const Map& map,
                         float* __restrict sum, float* __restrict dot) {
  const float* __restrict mean = map.mean.data();
  const float* __restrict gain = map.gain.data();
  const float* __restrict offset = map.offset.data();
  for (int64_t i = 0; i < lanes; i++) sum[i] = dot[i] = 0;
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) {
    const T* __restrict dy = piece.dy + row * lanes;
    const T* __restrict x = piece.x + row * lanes;
    const T* __restrict y = kResidual ? piece.y + row * lanes : x;
    for (int64_t i = 0; i < lanes; i++) {
      const float a = get(x[i]) - mean[i], b = get(x[i + lanes]) - mean[i];
      const float slopeA = slopeAt<T, kRelu, kResidual>(dy[i], y[i], a, gain[i], offset[i]);
      const float slopeB = slopeAt<T, kRelu, kResidual>(dy[i + lanes], y[i + lanes], b, gain[i], offset[i]);
      sum[i] += slopeA + slopeB;
      dot[i] += slopeA * a + slopeB * b;
    }
  }
  for (; row < rows; row++) {
    const T* __restrict dy = piece.dy + row * lanes;
    const T* __restrict x = piece.x + row * lanes;
    const T* __restrict y = kResidual ? piece.y + row * lanes : x;
    for (int64_t i = 0; i < lanes; i++) {
      const float a = get(x[i]) - mean[i];
      const float slope = slopeAt<T, kRelu, kResidual>(dy[i], y[i], a, gain[i], offset[i]);
      sum[i] += slope;
      dot[i] += slope * a;
    }
  }
}

// dx = gain · slope + bend · (x − mean) + shift; one value per lane.
struct Fall {
  std::vector<float> bend, shift;
};

template <typename T, bool kRelu, bool kResidual>
APR_INLINE void gradientPiece(const Backward<T>& piece, int64_t rows, int64_t lanes, const Map& map, const Fall& fall) {
  const float* __restrict mean = map.mean.data();
  const float* __restrict gain = map.gain.data();
  const float* __restrict offset = map.offset.data();
  const float* __restrict bend = fall.bend.data();
  const float* __restrict shift = fall.shift.data();
  for (int64_t row = 0; row < rows; row++) {
    const T* __restrict dy = piece.dy + row * lanes;
    const T* __restrict x = piece.x + row * lanes;
    const T* __restrict y = kResidual ? piece.y + row * lanes : x;
    T* __restrict dx = piece.dx + row * lanes;
    T* __restrict dResidual = kResidual ? piece.dResidual + row * lanes : nullptr;
    for (int64_t i = 0; i < lanes; i++) {
      const float centred = get(x[i]) - mean[i];
      const float slope = slopeAt<T, kRelu, kResidual>(dy[i], y[i], centred, gain[i], offset[i]);
      if (kResidual) put(dResidual[i], slope);
      put(dx[i], gain[i] * slope + bend[i] * centred + shift[i]);
    }
  }
}

// The passes, compiled for each generation of processors.
#define APR_PASSES(T)                                                                                             \
  APR_VECTORISED void moments(const T* x, int64_t rows, int64_t lanes, const Moments& out) {                      \
    momentsOf(x, rows, lanes, out);                                                                               \
  }                                                                                                               \
  APR_VECTORISED void map(bool relu, const Forward<T>& at, int64_t rows, int64_t lanes, const Map& by) {          \
    if (relu && at.residual != nullptr) return mapPiece<T, true, true>(at, rows, lanes, by);                      \
    if (relu) return mapPiece<T, true, false>(at, rows, lanes, by);                                               \
    if (at.residual != nullptr) return mapPiece<T, false, true>(at, rows, lanes, by);                             \
    mapPiece<T, false, false>(at, rows, lanes, by);                                                               \
  }                                                                                                               \
  APR_VECTORISED void sums(bool relu, const Backward<T>& at, int64_t rows, int64_t lanes, const Map& by,          \
                           float* sum, float* dot) {                                                              \
    if (relu && at.y != nullptr) return sumPiece<T, true, true>(at, rows, lanes, by, sum, dot);                   \
    if (relu) return sumPiece<T, true, false>(at, rows, lanes, by, sum, dot);                                     \
    sumPiece<T, false, false>(at, rows, lanes, by, sum, dot);                                                     \
  }                                                                                                               \
  APR_VECTORISED void gradient(bool relu, const Backward<T>& at, int64_t rows, int64_t lanes, const Map& by,      \
                               const Fall& fall) {                                                                \
    if (relu && at.y != nullptr) return gradientPiece<T, true, true>(at, rows, lanes, by, fall);                  \
    if (relu) return gradientPiece<T, true, false>(at, rows, lanes, by, fall);                                    \
    gradientPiece<T, false, false>(at, rows, lanes, by, fall);                                                    \
  }
APR_PASSES(float)
APR_PASSES(Bfloat16)
#undef APR_PASSES

// Mean and biased variance of each channel.
template <typename T>
void statisticsOf(const Walk& walk, const T* x, std::vector<double>& mean, std::vector<double>& variance) {
  const int64_t pieces = walk.pieces();
  std::vector<float> memory(static_cast<size_t>(pieces * 3 * walk.lanes));
  const auto momentsAt = [&](int64_t index) {
    float* at = memory.data() + index * 3 * walk.lanes;
    return Moments{at, at + walk.lanes, at + 2 * walk.lanes};
  };
  forEachTask(pieces, [&](int64_t index, int) {
    moments(x + walk.begin(index), walk.rowsOf(index), walk.lanesOf(index), momentsAt(index));
  });
  const double count = static_cast<double>(walk.rows * walk.lanes + walk.rest) / static_cast<double>(walk.channels);
  const auto forEachSum = [&](const auto& body) {
    for (int64_t index = 0; index < pieces; index++) {
      const Moments at = momentsAt(index);
      const double rows = static_cast<double>(walk.rowsOf(index));
      for (int64_t base = 0; base < walk.lanesOf(index); base += walk.channels) {
        for (int64_t c = 0; c < walk.channels; c++) {
          body(c, rows, double{at.first[base + c]}, double{at.sum[base + c]}, double{at.square[base + c]});
        }
      }
    }
  };
  forEachSum([&](int64_t c, double rows, double first, double sum, double) { mean[c] += rows * first + sum; });
  for (double& value : mean) value /= count;
  forEachSum([&](int64_t c, double rows, double first, double sum, double square) {
    const double apart = mean[c] - first;
    variance[c] += square - 2 * apart * sum + rows * apart * apart;
  });
  for (double& value : variance) value = value < 0 ? 0 : value / count;  // NaN stays
}

std::vector<double> valuesOf(const Tensor& tensor) {
  const float* data = tensor.data<float>();
  return std::vector<double>(data, data + tensor.size());
}

void write(const Tensor& tensor, const std::vector<double>& values) {
  std::transform(values.begin(), values.end(), tensor.data<float>(), [](double value) { return static_cast<float>(value); });
}

Walk walkOver(const Tensor& x) {
  require(x.shape().size() == 4 && x.shape()[3] > 0, "x of rank 4 with at least one channel");
  return Walk(x.size(), x.shape()[3]);
}

Map mapOf(const Walk& walk, const std::vector<double>& mean, const std::vector<double>& inverse, const Tensor& scale,
          const Tensor& offset) {
  std::vector<double> gain = valuesOf(scale);
  for (size_t c = 0; c < gain.size(); c++) gain[c] *= inverse[c];
  return {spread(walk, mean), spread(walk, gain), spread(walk, valuesOf(offset))};
}

void requirePerChannel(const Walk& walk, std::initializer_list<const Tensor*> tensors) {
  for (const Tensor* tensor : tensors) require(tensor->shape() == Shape({walk.channels}), "one value per channel");
}

template <typename T>
void mapAll(const Walk& walk, const Map& by, bool relu, const Tensor& x, const Tensor* residual, const Tensor& y) {
  forEachTask(walk.pieces(), [&](int64_t index, int) {
    const int64_t begin = walk.begin(index);
    const T* other = residual == nullptr ? nullptr : residual->data<T>() + begin;
    map(relu, Forward<T>{x.data<T>() + begin, other, y.data<T>() + begin}, walk.rowsOf(index), walk.lanesOf(index), by);
  });
}

template <typename T>
class BatchNorm {
 public:
  explicit BatchNorm(const Attributes& attributes)
      : epsilon_(attributes.number("epsilon")), relu_(attributes.flag("relu")) {}

  void compute(const Execution& execution) const {
    const Tensor x = execution.input(0), scale = execution.input(1), offset = execution.input(2);
    const Walk walk = walkOver(x);
    const Shape perChannel = {walk.channels};
    requirePerChannel(walk, {&scale, &offset});
    const bool hasResidual = execution.inputs() == 4;
    const Tensor residual = execution.input(hasResidual ? 3 : 0);
    require(residual.shape() == x.shape(), "a residual of x's shape");

    std::vector<double> mean(walk.channels), variance(walk.channels), inverse(walk.channels);
    statisticsOf(walk, x.data<T>(), mean, variance);
    for (int64_t c = 0; c < walk.channels; c++) inverse[c] = 1 / std::sqrt(variance[c] + epsilon_);
    write(execution.output(1, TF_FLOAT, perChannel), mean);
    write(execution.output(2, TF_FLOAT, perChannel), variance);
    // Rounded here already, so that the gradient sees the numbers that were used.
    const Tensor kept = execution.output(3, TF_FLOAT, perChannel);
    write(kept, inverse);

    const Tensor y = execution.output(0, x.type(), x.shape());
    mapAll<T>(walk, mapOf(walk, mean, valuesOf(kept), scale, offset), relu_, x, hasResidual ? &residual : nullptr, y);
  }

 private:
  float epsilon_;
  bool relu_;
};

// By given statistics instead of the batch's.
template <typename T>
class BatchNormInference {
 public:
  explicit BatchNormInference(const Attributes& attributes)
      : epsilon_(attributes.number("epsilon")), relu_(attributes.flag("relu")) {}

  void compute(const Execution& execution) const {
    const Tensor x = execution.input(0), mean = execution.input(1), variance = execution.input(2),
                 scale = execution.input(3), offset = execution.input(4);
    const Walk walk = walkOver(x);
    requirePerChannel(walk, {&mean, &variance, &scale, &offset});
    std::vector<double> inverse = valuesOf(variance);
    for (double& value : inverse) value = 1 / std::sqrt(value + epsilon_);
    mapAll<T>(walk, mapOf(walk, valuesOf(mean), inverse, scale, offset), relu_, x, nullptr,
              execution.output(0, x.type(), x.shape()));
  }

 private:
  float epsilon_;
  bool relu_;
};

//     dx = gain · (slope − mean(slope) − x̂ · mean(slope · x̂)),   slope = dy where y > 0
template <typename T>
class BatchNormGradient {
 public:
  explicit BatchNormGradient(const Attributes& attributes) : relu_(attributes.flag("relu")) {}

  void compute(const Execution& execution) const {
    const Tensor dy = execution.input(0), x = execution.input(1), scale = execution.input(2),
                 offset = execution.input(3), mean = execution.input(4), inverse = execution.input(5);
    const Walk walk = walkOver(x);
    const Shape perChannel = {walk.channels};
    requirePerChannel(walk, {&scale, &offset, &mean, &inverse});
    const bool hasResidual = execution.inputs() == 7;
    const Tensor y = execution.input(hasResidual ? 6 : 1);
    require(dy.shape() == x.shape() && y.shape() == x.shape(), "dy, x and y of one shape");
    const Tensor dx = execution.output(0, x.type(), x.shape());
    const Tensor dScale = execution.output(1, TF_FLOAT, perChannel);
    const Tensor dOffset = execution.output(2, TF_FLOAT, perChannel);
    T* dResidual = nullptr;
    if (hasResidual) dResidual = execution.output(3, x.type(), x.shape()).template data<T>();

    const std::vector<double> inverses = valuesOf(inverse);
    const Map by = mapOf(walk, valuesOf(mean), inverses, scale, offset);
    const auto pieceAt = [&](int64_t index) {
      const int64_t begin = walk.begin(index);
      return Backward<T>{dy.data<T>() + begin, x.data<T>() + begin, hasResidual ? y.data<T>() + begin : nullptr,
                         dx.data<T>() + begin, hasResidual ? dResidual + begin : nullptr};
    };
    const int64_t pieces = walk.pieces();
    std::vector<float> memory(static_cast<size_t>(pieces * 2 * walk.lanes));
    forEachTask(pieces, [&](int64_t index, int) {
      float* sum = memory.data() + index * 2 * walk.lanes;
      sums(relu_, pieceAt(index), walk.rowsOf(index), walk.lanesOf(index), by, sum, sum + walk.lanes);
    });
    std::vector<double> total(walk.channels), dot(walk.channels);
    for (int64_t index = 0; index < pieces; index++) {
      const float* sum = memory.data() + index * 2 * walk.lanes;
      for (int64_t base = 0; base < walk.lanesOf(index); base += walk.channels) {
        for (int64_t c = 0; c < walk.channels; c++) {
          total[c] += sum[base + c];
          dot[c] += sum[walk.lanes + base + c];
        }
      }
    }
    write(dOffset, total);
    const double count = static_cast<double>(x.size()) / static_cast<double>(walk.channels);
    std::vector<double> bend(walk.channels), shift(walk.channels), dScales(walk.channels);
    const std::vector<double> scales = valuesOf(scale);
    for (int64_t c = 0; c < walk.channels; c++) {
      const double gain = scales[c] * inverses[c];
      dScales[c] = dot[c] * inverses[c];
      bend[c] = -gain * inverses[c] * dScales[c] / count;
      shift[c] = -gain * total[c] / count;
    }
    write(dScale, dScales);
    const Fall fall = {spread(walk, bend), spread(walk, shift)};
    forEachTask(pieces, [&](int64_t index, int) {
      gradient(relu_, pieceAt(index), walk.rowsOf(index), walk.lanesOf(index), by, fall);
    });
  }

 private:
  bool relu_;
};

}  // namespace

void registerBatchNorm() {
  registerOperation({"AprBatchNorm",
                     {"x: T", "scale: float", "offset: float", "residual: N * T"},
                     {"y: T", "mean: float", "variance: float", "inverse: float"},
                     {"T: {float, bfloat16}", "N: int >= 0", "epsilon: float", "relu: bool"}});
  registerCpuKernel<BatchNorm<float>>("AprBatchNorm", TF_FLOAT);
  registerCpuKernel<BatchNorm<Bfloat16>>("AprBatchNorm", TF_BFLOAT16);
  registerOperation({"AprBatchNormInference",
                     {"x: T", "mean: float", "variance: float", "scale: float", "offset: float"},
                     {"y: T"},
                     {"T: {float, bfloat16}", "epsilon: float", "relu: bool"}});
  registerCpuKernel<BatchNormInference<float>>("AprBatchNormInference", TF_FLOAT);
  registerCpuKernel<BatchNormInference<Bfloat16>>("AprBatchNormInference", TF_BFLOAT16);
  registerOperation({"AprBatchNormGradient",
                     {"dy: T", "x: T", "scale: float", "offset: float", "mean: float", "inverse: float", "y: N * T"},
                     {"dx: T", "dscale: float", "doffset: float", "dresidual: N * T"},
                     {"T: {float, bfloat16}", "N: int >= 0", "relu: bool"}});
  registerCpuKernel<BatchNormGradient<float>>("AprBatchNormGradient", TF_FLOAT);
  registerCpuKernel<BatchNormGradient<Bfloat16>>("AprBatchNormGradient", TF_BFLOAT16);
}

}  // namespace apr::kernels
