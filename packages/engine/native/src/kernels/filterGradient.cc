// The filter gradient of a convolution of bfloat16 maps, for processors with AVX512-BF16.
//
//     dFilter[u, v, i, o] = Σ over n, y, x of  maps[n, y·stride + u − padding, x·stride + v − padding, i] · dy[n, y, x, o]
//
// VDPBF16PS multiplies pairs of bfloat16 and adds both products to a float. The pairs here are two images of the batch
// at one position, so that one packed copy of the maps serves every tap (u, v) of the filter, whatever its offset; zeros
// around the packed maps stand for the padding. Sums are kept in float over the whole batch.
#include "api.h"
#include "kernels.h"
#include "vectors.h"
#include "workers.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <mutex>

namespace apr::kernels {

#if defined(__x86_64__)

namespace {

#define APR_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

// Sizes of one convolution.
struct Geometry {
  int64_t batch, height, width, in;        // maps
  int64_t outHeight, outWidth, out;        // dy
  int64_t size, stride, padding;           // filter
  int64_t rows, columns;                   // packed maps: with their zeros
  int64_t pairs() const { return (batch + 1) / 2; }
};

// Channels are cut into tiles that stay in registers: 8 input channels by 16, 32 or 48 output channels.
constexpr int kRows = 8;

int vectorsOf(int64_t out) { return out % 48 == 0 ? 3 : out % 32 == 0 ? 2 : 1; }

// Packed maps and gradients of `pairs` pairs of images, as pairs of bfloat16:
//   maps [block of input channels][pair][row][column][rows of a tile]
//   dy   [block of output channels][pair][row][column][lanes of a tile]
struct Panels {
  uint32_t* maps;
  uint32_t* dy;
  int64_t pairs;
};

// maps: spreads pixels into tiles of `tile` channels; the last tile is filled with zeros.
APR_BF16 void packPixels(const uint16_t* a, const uint16_t* b, int64_t channels, int tile, int64_t blockStride,
                         uint32_t* out) {
  const auto put = [&](int64_t channel, uint32_t value) {
    out[channel / tile * blockStride + channel % tile] = value;
  };
  int64_t channel = 0;
  for (; channel + kLanes <= channels; channel += kLanes) {
    const __m256i left = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + channel));
    const __m256i right = b == nullptr ? _mm256_setzero_si256()
                                       : _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + channel));
    const __m512i pair = _mm512_or_si512(_mm512_cvtepu16_epi32(left),
                                         _mm512_slli_epi32(_mm512_cvtepu16_epi32(right), 16));
    if (tile == kRows) {
      uint32_t* to = out + channel / kRows * blockStride;
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_castsi512_si256(pair));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + blockStride), _mm512_extracti64x4_epi64(pair, 1));
    } else {
      _mm512_storeu_si512(out + channel / tile * blockStride + channel % tile, pair);
    }
  }
  for (; channel < channels; channel++) {
    put(channel, a[channel] | (b == nullptr ? 0u : static_cast<uint32_t>(b[channel]) << 16));
  }
  for (; channel % tile != 0; channel++) put(channel, 0);
}

APR_BF16 void packPair(const Geometry& g, int vectors, const uint16_t* maps, const uint16_t* dy, int64_t pair,
                       int64_t slot, const Panels& panels) {
  const bool isWhole = 2 * pair + 1 < g.batch;
  const int64_t image = g.height * g.width * g.in;
  const uint16_t* a = maps + 2 * pair * image;
  const int64_t plane = g.rows * g.columns * kRows;
  const int64_t blocks = (g.in + kRows - 1) / kRows;
  for (int64_t row = 0; row < g.rows; row++) {
    const int64_t y = row - g.padding;
    for (int64_t column = 0; column < g.columns; column++) {
      const int64_t x = column - g.padding;
      uint32_t* to = panels.maps + slot * plane + (row * g.columns + column) * kRows;
      if (y < 0 || y >= g.height || x < 0 || x >= g.width) {
        for (int64_t block = 0; block < blocks; block++) {
          std::fill_n(to + block * panels.pairs * plane, kRows, 0u);
        }
        continue;
      }
      const uint16_t* from = a + (y * g.width + x) * g.in;
      packPixels(from, isWhole ? from + image : nullptr, g.in, kRows, panels.pairs * plane, to);
    }
  }
  const int lanes = vectors * kLanes;
  const int64_t outImage = g.outHeight * g.outWidth * g.out;
  const uint16_t* d = dy + 2 * pair * outImage;
  const int64_t outPlane = g.outHeight * g.outWidth * lanes;
  for (int64_t pixel = 0; pixel < g.outHeight * g.outWidth; pixel++) {
    const uint16_t* from = d + pixel * g.out;
    packPixels(from, isWhole ? from + outImage : nullptr, g.out, lanes, panels.pairs * outPlane,
               panels.dy + slot * outPlane + pixel * lanes);
  }
}

// Which pairs of images to sum over, [from, to), and whether their sum is added to what was there or is the first.
struct Share {
  int64_t from, to;
  bool isFirst;
};

// Sums into one tile of one tap of dFilter what some pairs contribute.
template <int kVectors>
APR_BF16 void accumulate(const Geometry& g, const uint32_t* maps, const uint32_t* dy, const Share& share, int64_t u,
                         int64_t v, int rows, float* target) {
  __m512 sums[kRows][kVectors];
  for (int i = 0; i < kRows; i++) {
    for (int k = 0; k < kVectors; k++) {
      sums[i][k] = i < rows && !share.isFirst ? _mm512_loadu_ps(target + i * g.out + k * kLanes) : _mm512_setzero_ps();
    }
  }
  for (int64_t pair = share.from; pair < share.to; pair++) {
    const uint32_t* b = dy + pair * g.outHeight * g.outWidth * kVectors * kLanes;
    const uint32_t* plane = maps + pair * g.rows * g.columns * kRows;
    for (int64_t y = 0; y < g.outHeight; y++) {
      const uint32_t* a = plane + ((y * g.stride + u) * g.columns + v) * kRows;
      for (int64_t x = 0; x < g.outWidth; x++, a += g.stride * kRows, b += kVectors * kLanes) {
        __m512bh right[kVectors];
        for (int k = 0; k < kVectors; k++) right[k] = (__m512bh)_mm512_loadu_si512(b + k * kLanes);
        for (int i = 0; i < kRows; i++) {
          const __m512bh left = (__m512bh)_mm512_set1_epi32(static_cast<int>(a[i]));
          for (int k = 0; k < kVectors; k++) sums[i][k] = _mm512_dpbf16_ps(sums[i][k], left, right[k]);
        }
      }
    }
  }
  for (int i = 0; i < rows; i++) {
    for (int k = 0; k < kVectors; k++) _mm512_storeu_ps(target + i * g.out + k * kLanes, sums[i][k]);
  }
}

void accumulateTile(int vectors, const Geometry& g, const Panels& panels, int64_t inBlock, int64_t outBlock,
                    const Share& share, float* gradient) {
  const uint32_t* maps = panels.maps + inBlock * panels.pairs * g.rows * g.columns * kRows;
  const uint32_t* dy = panels.dy + outBlock * panels.pairs * g.outHeight * g.outWidth * vectors * kLanes;
  const int rows = static_cast<int>(std::min<int64_t>(kRows, g.in - inBlock * kRows));
  for (int64_t u = 0; u < g.size; u++) {
    for (int64_t v = 0; v < g.size; v++) {
      float* target = gradient + ((u * g.size + v) * g.in + inBlock * kRows) * g.out +
                      outBlock * vectors * kLanes;
      if (vectors == 3) accumulate<3>(g, maps, dy, share, u, v, rows, target);
      if (vectors == 2) accumulate<2>(g, maps, dy, share, u, v, rows, target);
      if (vectors == 1) accumulate<1>(g, maps, dy, share, u, v, rows, target);
    }
  }
}

// Memory for panels, kept from call to call; one call at a time.
class Scratch {
 public:
  uint32_t* atLeast(size_t count) {
    if (count > size_) {
      memory_.reset(static_cast<uint32_t*>(std::aligned_alloc(64, (count * 4 + 63) / 64 * 64)));
      if (memory_ == nullptr) {
        size_ = 0;
        throw std::bad_alloc();
      }
      size_ = count;
    }
    return memory_.get();
  }

 private:
  struct Free {
    void operator()(uint32_t* memory) const { std::free(memory); }
  };
  std::unique_ptr<uint32_t, Free> memory_;
  size_t size_ = 0;
};

class FilterGradient {
 public:
  explicit FilterGradient(const Attributes& attributes)
      : size_(attributes.whole("size")),
        stride_(attributes.whole("stride")),
        padding_(attributes.whole("padding")) {}

  void compute(const Execution& execution) const {
    const Tensor maps = execution.input(0);
    const Tensor dy = execution.input(1);
    require(maps.shape().size() == 4 && dy.shape().size() == 4, "maps and dy of rank 4");
    const Geometry g = geometry(maps.shape(), dy.shape());
    const Tensor output = execution.output(0, TF_FLOAT, {size_, size_, g.in, g.out});
    float* gradient = output.data<float>();
    if (output.size() == 0 || dy.size() == 0) {
      std::fill_n(gradient, output.size(), 0.0f);
      return;
    }
    static std::mutex turn;
    const std::lock_guard<std::mutex> lock(turn);
    if (g.outHeight * g.outWidth >= kLargeMap) {
      byImages(g, maps.data<uint16_t>(), dy.data<uint16_t>(), gradient);
    } else {
      byChannels(g, maps.data<uint16_t>(), dy.data<uint16_t>(), gradient);
    }
  }

 private:
  // From here on one pair of images fills a tile's registers long enough, and the packed pair fits in the L2 cache.
  static constexpr int64_t kLargeMap = 256;
  // Packed values that the taps of one tile read one after another: half of an L1 cache of 32 KiB.
  static constexpr int64_t kPass = 1 << 12;

  Geometry geometry(const Shape& maps, const Shape& dy) const {
    Geometry g = {maps[0], maps[1], maps[2], maps[3], dy[1], dy[2], dy[3], size_, stride_, padding_, 0, 0};
    require(dy[0] == g.batch, "dy and maps of one batch");
    require(g.out % kLanes == 0, "output channels in multiples of 16");
    const auto windows = [&](int64_t length) { return (length + 2 * padding_ - size_) / stride_ + 1; };
    require(size_ >= 1 && stride_ >= 1 && padding_ >= 0, "a size and a stride of at least 1, a padding of at least 0");
    require(windows(g.height) == g.outHeight && windows(g.width) == g.outWidth, "dy of the output's shape");
    g.rows = g.height + 2 * g.padding;
    g.columns = g.width + 2 * g.padding;
    return g;
  }

  static size_t mapsLength(const Geometry& g, int64_t pairs) {
    const int64_t blocks = (g.in + kRows - 1) / kRows;
    return static_cast<size_t>((blocks * pairs * g.rows * g.columns * kRows + 15) / 16 * 16);
  }

  // How many gradients the pairs are summed into before these are added up: as many as fit in the memory below. Neither
  // that nor which pairs each takes depends on the threads, so equal inputs give equal bits.
  static int64_t sumsOf(const Geometry& g, size_t length) {
    return std::clamp<int64_t>(kSums / static_cast<int64_t>(length), 1, g.pairs());
  }
  static constexpr int64_t kSums = 1 << 21;

  // Large maps, small filters: every task takes some pairs of images and sums into a gradient of its own.
  static void byImages(const Geometry& g, const uint16_t* maps, const uint16_t* dy, float* gradient) {
    static Scratch scratch;
    const int vectors = vectorsOf(g.out);
    const size_t length = static_cast<size_t>(g.size * g.size * g.in * g.out);
    const size_t mapsSize = mapsLength(g, 1);
    const size_t dySize = static_cast<size_t>(g.outHeight * g.outWidth * g.out);
    const size_t share = mapsSize + dySize;
    const int64_t count = sumsOf(g, length);
    uint32_t* memory = scratch.atLeast(share * threads() + length * count);
    float* sums = reinterpret_cast<float*>(memory + share * threads());
    const int64_t inBlocks = (g.in + kRows - 1) / kRows;
    const int64_t outBlocks = g.out / (vectors * kLanes);
    forEachTask(count, [&](int64_t task, int thread) {
      const Panels panels = {memory + thread * share, memory + thread * share + mapsSize, 1};
      float* sum = sums + task * length;
      const int64_t first = g.pairs() * task / count;
      for (int64_t pair = first; pair < g.pairs() * (task + 1) / count; pair++) {
        packPair(g, vectors, maps, dy, pair, 0, panels);
        for (int64_t outBlock = 0; outBlock < outBlocks; outBlock++) {
          for (int64_t inBlock = 0; inBlock < inBlocks; inBlock++) {
            accumulateTile(vectors, g, panels, inBlock, outBlock, {0, 1, pair == first}, sum);
          }
        }
      }
    });
    forEachRange(static_cast<int64_t>(length), 1 << 10, [&](int64_t begin, int64_t end) {
      std::copy(sums + begin, sums + end, gradient + begin);
      for (int64_t task = 1; task < count; task++) {
        const float* sum = sums + task * length;
        for (int64_t i = begin; i < end; i++) gradient[i] += sum[i];
      }
    });
  }

  // Small maps, large filters: the whole batch is packed, then every thread takes blocks of the gradient.
  static void byChannels(const Geometry& g, const uint16_t* maps, const uint16_t* dy, float* gradient) {
    static Scratch scratch;
    const int vectors = vectorsOf(g.out);
    const size_t mapsSize = mapsLength(g, g.pairs());
    const size_t dySize = static_cast<size_t>(g.pairs() * g.outHeight * g.outWidth * g.out);
    uint32_t* memory = scratch.atLeast(mapsSize + dySize);
    const Panels panels = {memory, memory + mapsSize, g.pairs()};
    forEachTask(g.pairs(), [&](int64_t pair, int) { packPair(g, vectors, maps, dy, pair, pair, panels); });

    const int64_t inBlocks = (g.in + kRows - 1) / kRows;
    const int64_t outBlocks = g.out / (vectors * kLanes);
    const int64_t perPair = g.outHeight * g.outWidth * vectors * kLanes + g.rows * g.columns * kRows;
    const int64_t pass = std::clamp<int64_t>(kPass / perPair, 1, g.pairs());
    const int64_t groups = std::min(inBlocks, std::max<int64_t>(1, 4 * threads() / outBlocks));
    forEachTask(outBlocks * groups, [&](int64_t task, int) {
      const int64_t outBlock = task / groups;
      const int64_t group = task % groups;
      for (int64_t block = inBlocks * group / groups; block < inBlocks * (group + 1) / groups; block++) {
        for (int64_t from = 0; from < g.pairs(); from += pass) {
          const Share share = {from, std::min(from + pass, g.pairs()), from == 0};
          accumulateTile(vectors, g, panels, block, outBlock, share, gradient);
        }
      }
    });
  }

  int64_t size_, stride_, padding_;
};

}  // namespace

void registerFilterGradient() {
  registerOperation({"AprFilterGradient",
                     {"maps: bfloat16", "dy: bfloat16"},
                     {"gradient: float"},
                     {"size: int", "stride: int", "padding: int"}});
  registerCpuKernel<FilterGradient>("AprFilterGradient");
}

bool hasBfloat16Units() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("amx-bf16")) return false;  // oneDNN multiplies matrices there, this file does not
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
}

#else

void registerFilterGradient() {}

bool hasBfloat16Units() { return false; }

#endif

}  // namespace apr::kernels
