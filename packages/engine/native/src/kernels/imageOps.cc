// Pillow's operations on RGB bytes, one or more in turn for each image, bit for bit.
#include "api.h"
#include "bytes.h"
#include "kernels.h"
#include "vectors.h"
#include "warp.h"
#include "workers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <vector>

// On arithmetic whose roundings matter: no product is joined to a sum.
#if defined(__GNUC__) && !defined(__clang__)
#define APR_EXACT __attribute__((optimize("fp-contract=off")))
#else
#define APR_EXACT
#endif

namespace apr::kernels {

namespace {

#if defined(__clang__)
#pragma clang fp contract(off)
#endif

constexpr int kLevels = 256;
constexpr int kValues = 6;  // numbers that say how strong an operation is

// The order is known to the package apr-augment.
enum Op : int32_t {
  kNothing,
  kAutocontrast,
  kEqualize,
  kPosterize,   // mask
  kSolarize,    // threshold
  kWarp,        // matrix of six
  kColor,       // factor
  kContrast,    // factor
  kBrightness,  // factor
  kSharpness,   // factor
  kOps
};

// From `from` to `to` and beyond, float at every step.
APR_EXACT Byte blendByte(int from, int to, float factor) {
  const float step = factor * static_cast<float>(to - from);
  const float value = static_cast<float>(from) + step;
  return value <= 0 ? 0 : value >= 255 ? 255 : static_cast<Byte>(value);
}

// ITU-R BT.601 in fixed point.
int luminance(const Byte* pixel) { return (pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16; }

using Table = Byte[kChannels][kLevels];
using Counts = int32_t[kChannels][kLevels];

void countLevels(const Byte* from, int64_t bytes, Counts& counts) {
  std::memset(counts, 0, sizeof counts);
  for (int64_t i = 0; i < bytes; i += kChannels) {
    for (int c = 0; c < kChannels; c++) counts[c][from[i + c]]++;
  }
}

APR_EXACT void stretch(const int32_t* counts, Byte* table) {
  int lowest = 0, highest = kLevels - 1;
  while (lowest < highest && counts[lowest] == 0) lowest++;
  while (highest > lowest && counts[highest] == 0) highest--;
  const double scale = 255.0 / (highest - lowest), offset = -lowest * scale;
  for (int level = 0; level < kLevels; level++) {
    const double value = level * scale + offset;
    table[level] = static_cast<Byte>(highest == lowest ? level : std::clamp(value, 0.0, 255.0));
  }
}

void flatten(const int32_t* counts, int64_t pixels, Byte* table) {
  int highest = kLevels - 1;
  while (highest > 0 && counts[highest] == 0) highest--;
  const int64_t step = (pixels - counts[highest]) / 255;
  int64_t below = step / 2;
  for (int level = 0; level < kLevels; level++) {
    table[level] = static_cast<Byte>(step == 0 ? level : std::min<int64_t>(255, below / step));
    below += counts[level];
  }
}

template <typename TValue>
void fillTable(Table& table, const TValue& value) {
  for (int level = 0; level < kLevels; level++) table[0][level] = value(level);
  for (int c = 1; c < kChannels; c++) std::memcpy(table[c], table[0], kLevels);
}

void makeTable(int32_t op, const double* values, const Byte* from, const Size& size, Table& table) {
  const auto factor = static_cast<float>(values[0]);
  switch (op) {
    case kAutocontrast:
    case kEqualize: {
      Counts counts;
      countLevels(from, size.bytes(), counts);
      for (int c = 0; c < kChannels; c++) {
        if (op == kAutocontrast) stretch(counts[c], table[c]);
        else flatten(counts[c], size.height * size.width, table[c]);
      }
      return;
    }
    case kPosterize:
      return fillTable(table, [&](int level) { return static_cast<Byte>(level & static_cast<int>(values[0])); });
    case kSolarize:
      return fillTable(table, [&](int level) { return static_cast<Byte>(level < values[0] ? level : 255 - level); });
    case kContrast: {
      int64_t sum = 0;
      for (int64_t i = 0; i < size.bytes(); i += kChannels) sum += luminance(from + i);
      const double mean = static_cast<double>(sum) / static_cast<double>(size.height * size.width);
      const int grey = static_cast<int>(mean + 0.5);
      return fillTable(table, [&](int level) { return blendByte(grey, level, factor); });
    }
    default:
      return fillTable(table, [&](int level) { return blendByte(0, level, factor); });
  }
}

// The average with weights 5/13 for the pixel and 1/13 for its neighbours, rounded; the border is copied.
void smooth(const Byte* from, const Size& size, Byte* to) {
  const int64_t stride = size.width * kChannels;
  std::memcpy(to, from, static_cast<size_t>(size.bytes()));
  for (int64_t y = 1; y + 1 < size.height; y++) {
    for (int64_t i = y * stride + kChannels; i < (y + 1) * stride - kChannels; i++) {
      int sum = 4 * from[i];
      for (const int64_t line : {i - stride, i, i + stride}) sum += from[line - kChannels] + from[line] + from[line + kChannels];
      to[i] = static_cast<Byte>(sum / 13.0 + 0.5);
    }
  }
}

void applyOp(int32_t op, const double* values, const Byte* from, const Size& size, Byte* to) {
  const int64_t bytes = size.bytes();
  const auto factor = static_cast<float>(values[0]);
  switch (op) {
    case kWarp:
      return warp(from, size, values, to);
    case kColor:
      for (int64_t i = 0; i < bytes; i += kChannels) {
        const int grey = luminance(from + i);
        for (int c = 0; c < kChannels; c++) to[i + c] = blendByte(grey, from[i + c], factor);
      }
      return;
    case kSharpness:
      smooth(from, size, to);
      for (int64_t i = 0; i < bytes; i++) to[i] = blendByte(to[i], from[i], factor);
      return;
    default:
      Table table;
      makeTable(op, values, from, size, table);
      for (int64_t i = 0; i < bytes; i += kChannels) {
        for (int c = 0; c < kChannels; c++) to[i + c] = table[c][from[i + c]];
      }
  }
}

void putView(const Byte* view, int64_t bytes, float* to) { toFloats(view, bytes, to); }
void putView(const Byte* view, int64_t bytes, Byte* to) { toBytes(view, bytes, to); }

template <typename T, typename TView>
class ImageOps {
 public:
  explicit ImageOps(const Attributes&) {}

  void compute(const Execution& execution) const {
    const Tensor images = execution.input(0), places = execution.input(1);
    const Tensor ops = execution.input(2), values = execution.input(3);
    const Shape& shape = images.shape();
    require(shape.size() == 4 && shape[3] == kChannels, "images of shape [batch, height, width, 3]");
    const int64_t count = places.size();
    require(ops.shape().size() == 2 && ops.shape()[0] == count, "a row of operations for each place");
    const int64_t turns = ops.shape()[1];
    require(values.size() == count * turns * kValues, "six values for each operation");
    const int32_t* const place = places.data<int32_t>();
    const int32_t* const op = ops.data<int32_t>();
    for (int64_t i = 0; i < count; i++) require(place[i] >= 0 && place[i] < shape[0], "places within the images");
    for (int64_t i = 0; i < count * turns; i++) require(op[i] >= 0 && op[i] < kOps, "known operations");
    const Size size = {shape[1], shape[2]};
    const int64_t bytes = size.bytes();
    const Tensor out = execution.output(0, std::is_same_v<TView, Byte> ? TF_UINT8 : TF_FLOAT, {count, shape[1], shape[2], shape[3]});
    const int64_t desk = bytes + kMargin;
    std::vector<Byte> desks(static_cast<size_t>(2 * desk * threads()));
    forEachTask(count, [&](int64_t i, int thread) {
      Byte* now = desks.data() + 2 * desk * thread;
      Byte* next = now + desk;
      toBytes(images.data<T>() + place[i] * bytes, bytes, now);
      for (int64_t turn = i * turns; turn < (i + 1) * turns; turn++) {
        if (op[turn] == kNothing) continue;
        applyOp(op[turn], values.data<double>() + turn * kValues, now, size, next);
        std::swap(now, next);
      }
      putView(now, bytes, out.data<TView>() + i * bytes);
    });
  }
};

}  // namespace

void registerImageOps() {
  registerOperation({"AprImageOps",
                     {"images: T", "places: int32", "ops: int32", "values: double"},
                     {"views: V"},
                     {"T: {float, uint8}", "V: {float, uint8} = DT_FLOAT"}});
  registerCpuKernel<ImageOps<float, float>>("AprImageOps", {{"T", TF_FLOAT}, {"V", TF_FLOAT}});
  registerCpuKernel<ImageOps<float, Byte>>("AprImageOps", {{"T", TF_FLOAT}, {"V", TF_UINT8}});
  registerCpuKernel<ImageOps<Byte, float>>("AprImageOps", {{"T", TF_UINT8}, {"V", TF_FLOAT}});
  registerCpuKernel<ImageOps<Byte, Byte>>("AprImageOps", {{"T", TF_UINT8}, {"V", TF_UINT8}});
}

}  // namespace apr::kernels
