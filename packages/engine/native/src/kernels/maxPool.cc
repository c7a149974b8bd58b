// Max pooling that stores which element of its window won, so that the gradient need not look for it again.
#include "api.h"
#include "kernels.h"
#include "vectors.h"
#include "workers.h"

#include <algorithm>

namespace apr::kernels {

namespace {

// The number of an element in its window fits in a byte.
constexpr int kLargest = 15;

// Sizes of one pooling.
struct Walk {
  int64_t size, stride, padding;
  int64_t windows(int64_t length) const { return (length + 2 * padding - size) / stride + 1; }
};

// Where the elements of one window lie: offset of the pixel, number of the element in the window.
struct Window {
  int count = 0;
  int64_t pixels[kLargest * kLargest];
  int places[kLargest * kLargest];

  Window(const Walk& walk, int64_t height, int64_t width, int64_t y, int64_t x) {
    for (int64_t u = 0; u < walk.size; u++) {
      for (int64_t v = 0; v < walk.size; v++) {
        const int64_t row = y * walk.stride - walk.padding + u, column = x * walk.stride - walk.padding + v;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        pixels[count] = row * width + column;
        places[count++] = static_cast<int>(u * walk.size + v);
      }
    }
  }
};

// Whole numbers in the order of the floats, both zeros equal, NaN above all. (GCC 12 compares whole numbers sixteen at
// a time, floats one by one.)
APR_INLINE Ints orderOf(const Floats& values) {
  const Floats one = values + 0.0f;  // −0 becomes 0
  Ints bits;
  std::memcpy(&bits, &one, sizeof bits);
  const Ints magnitude = bits & 0x7fffffff;
  const Ints ordered = bits ^ ((bits >> 31) & 0x7fffffff);
  return (magnitude > 0x7f800000) ? magnitude : ordered;
}

// `lanes` channels of one output. Ties go to the first in row-major order; NaN wins, as in PyTorch.
template <typename T>
APR_INLINE void poolBlock(const Window& window, const T* image, int64_t channels, int lanes, T* out, uint8_t* winner) {
  Floats best;
  load(best, image + window.pixels[0] * channels, lanes);
  Ints top = orderOf(best);
  Ints which = Ints{} + window.places[0];
  for (int i = 1; i < window.count; i++) {
    Floats value;
    load(value, image + window.pixels[i] * channels, lanes);
    const Ints order = orderOf(value);
    which = (order > top) ? Ints{} + window.places[i] : which;
    best = (order > top) ? value : best;
    top = (order > top) ? order : top;
  }
  store(best, out, lanes);
  const Halves half = __builtin_convertvector(which, Halves);  // in two steps: GCC 12 makes scalars of one
  const Bytes16 narrow = __builtin_convertvector(half, Bytes16);
  storeLanes(narrow, winner, lanes);
}

// One row of outputs.
template <typename T>
APR_INLINE void poolRow(const Walk& walk, const T* image, const Shape& shape, int64_t y,
                                                   int64_t outWidth, T* out, uint8_t* winner) {
  const int64_t channels = shape[3];
  for (int64_t x = 0; x < outWidth; x++, out += channels, winner += channels) {
    const Window window(walk, shape[1], shape[2], y, x);
    int64_t c = 0;
    for (; c + kLanes <= channels; c += kLanes) poolBlock(window, image + c, channels, kLanes, out + c, winner + c);
    const int rest = static_cast<int>(channels - c);
    if (rest > 0) poolBlock(window, image + c, channels, rest, out + c, winner + c);
  }
}

// `lanes` channels of one window's gradient. Where windows do not overlap, each pixel is written once.
template <typename T>
APR_INLINE void spreadBlock(const Window& window, const T* dy, const uint8_t* winner, int64_t channels, int lanes,
                            bool overlaps, T* dx) {
  Floats slope;
  load(slope, dy, lanes);
  Bytes16 narrow;
  loadLanes(narrow, winner, lanes);
  const Ints which = __builtin_convertvector(narrow, Ints);
  for (int i = 0; i < window.count; i++) {
    T* to = dx + window.pixels[i] * channels;
    Floats before = {};
    if (overlaps) load(before, to, lanes);
    const Floats after = (which == window.places[i]) ? before + slope : before;
    store(after, to, lanes);
  }
}

// One image's gradient.
template <typename T>
APR_INLINE void spreadImage(const Walk& walk, const Shape& shape, int64_t outHeight,
                                                       int64_t outWidth, const T* dy, const uint8_t* winner, T* dx) {
  const int64_t height = shape[1], width = shape[2], channels = shape[3];
  const bool overlaps = walk.size > walk.stride;
  const bool isCovered = walk.size == walk.stride && outHeight * walk.size == height && outWidth * walk.size == width;
  if (!isCovered) std::memset(dx, 0, static_cast<size_t>(height * width * channels) * sizeof(T));
  for (int64_t y = 0; y < outHeight; y++) {
    for (int64_t x = 0; x < outWidth; x++, dy += channels, winner += channels) {
      const Window window(walk, height, width, y, x);
      int64_t c = 0;
      for (; c + kLanes <= channels; c += kLanes) {
        spreadBlock(window, dy + c, winner + c, channels, kLanes, overlaps, dx + c);
      }
      const int rest = static_cast<int>(channels - c);
      if (rest > 0) spreadBlock(window, dy + c, winner + c, channels, rest, overlaps, dx + c);
    }
  }
}

APR_VECTORISED void poolRowOf(const Walk& walk, const float* image, const Shape& shape, int64_t y, int64_t outWidth,
                              float* out, uint8_t* winner) {
  poolRow(walk, image, shape, y, outWidth, out, winner);
}

APR_VECTORISED void poolRowOf(const Walk& walk, const Bfloat16* image, const Shape& shape, int64_t y,
                              int64_t outWidth, Bfloat16* out, uint8_t* winner) {
  poolRow(walk, image, shape, y, outWidth, out, winner);
}

APR_VECTORISED void spreadImageOf(const Walk& walk, const Shape& shape, int64_t outHeight, int64_t outWidth,
                                  const float* dy, const uint8_t* winner, float* dx) {
  spreadImage(walk, shape, outHeight, outWidth, dy, winner, dx);
}

APR_VECTORISED void spreadImageOf(const Walk& walk, const Shape& shape, int64_t outHeight, int64_t outWidth,
                                  const Bfloat16* dy, const uint8_t* winner, Bfloat16* dx) {
  spreadImage(walk, shape, outHeight, outWidth, dy, winner, dx);
}

Walk readWalk(const Attributes& attributes) {
  const Walk walk = {attributes.whole("size"), attributes.whole("stride"), attributes.whole("padding")};
  require(walk.size >= 1 && walk.size <= kLargest, "a window of 1 to 15");
  require(walk.stride >= 1 && walk.padding >= 0 && walk.padding < walk.size, "a stride and a padding that fit it");
  return walk;
}

template <typename T>
class MaxPool {
 public:
  explicit MaxPool(const Attributes& attributes) : walk_(readWalk(attributes)) {}

  void compute(const Execution& execution) const {
    const Tensor x = execution.input(0);
    require(x.shape().size() == 4, "x of rank 4");
    const Shape& shape = x.shape();
    const int64_t channels = shape[3];
    const int64_t outHeight = walk_.windows(shape[1]), outWidth = walk_.windows(shape[2]);
    require(outHeight >= 1 && outWidth >= 1, "a window that fits into the padded image");
    const Shape outShape = {shape[0], outHeight, outWidth, channels};
    const Tensor y = execution.output(0, x.type(), outShape);
    const Tensor winner = execution.output(1, TF_UINT8, outShape);
    const int64_t image = shape[1] * shape[2] * channels, row = outWidth * channels;
    const T* from = x.data<T>();
    forEachRange(shape[0] * outHeight, 1 + (1 << 14) / std::max<int64_t>(1, row), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        poolRowOf(walk_, from + i / outHeight * image, shape, i % outHeight, outWidth, y.data<T>() + i * row,
                  winner.data<uint8_t>() + i * row);
      }
    });
  }

 private:
  Walk walk_;
};

template <typename T>
class MaxPoolGradient {
 public:
  explicit MaxPoolGradient(const Attributes& attributes)
      : walk_(readWalk(attributes)), shape_(attributes.shape4("input_shape")) {}

  void compute(const Execution& execution) const {
    const Tensor dy = execution.input(0);
    const Tensor winner = execution.input(1);
    const int64_t outHeight = walk_.windows(shape_[1]), outWidth = walk_.windows(shape_[2]);
    require(dy.shape() == Shape({shape_[0], outHeight, outWidth, shape_[3]}), "dy of the output's shape");
    require(winner.shape() == dy.shape(), "winner of dy's shape");
    const Tensor dx = execution.output(0, dy.type(), shape_);
    const int64_t image = shape_[1] * shape_[2] * shape_[3], outImage = outHeight * outWidth * shape_[3];
    forEachRange(shape_[0], 1 + (1 << 14) / std::max<int64_t>(1, image), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        spreadImageOf(walk_, shape_, outHeight, outWidth, dy.data<T>() + i * outImage,
                      winner.data<uint8_t>() + i * outImage, dx.data<T>() + i * image);
      }
    });
  }

 private:
  Walk walk_;
  Shape shape_;
};

}  // namespace

void registerMaxPool() {
  registerOperation({"AprMaxPool",
                     {"x: T"},
                     {"y: T", "winner: uint8"},
                     {"T: {float, bfloat16}", "size: int", "stride: int", "padding: int"}});
  registerCpuKernel<MaxPool<float>>("AprMaxPool", TF_FLOAT);
  registerCpuKernel<MaxPool<Bfloat16>>("AprMaxPool", TF_BFLOAT16);
  registerOperation({"AprMaxPoolGradient",
                     {"dy: T", "winner: uint8"},
                     {"dx: T"},
                     {"T: {float, bfloat16}", "size: int", "stride: int", "padding: int", "input_shape: list(int)"}});
  registerCpuKernel<MaxPoolGradient<float>>("AprMaxPoolGradient", TF_FLOAT);
  registerCpuKernel<MaxPoolGradient<Bfloat16>>("AprMaxPoolGradient", TF_BFLOAT16);
}

}  // namespace apr::kernels
