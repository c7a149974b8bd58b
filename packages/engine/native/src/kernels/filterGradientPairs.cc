// The filter gradient of a convolution of bfloat16 maps, for processors with AVX512-BF16.
//
//     dFilter[u, v, i, o] = Σ over n, y, x of  maps[n, y·stride + u − padding, x·stride + v − padding, i] · dy[n, y, x, o]
//
// VDPBF16PS multiplies pairs of bfloat16 and adds both products to a float. The pairs here are two images of the batch
// at one position, so that one packed copy of the maps serves every tap (u, v) of the filter, whatever its offset. A tap
// passes over the positions at which it would see the padding: of 4×4 maps and a 3×3 filter that is 31 % of the work.
// Sums are kept in float over the whole batch.
#include "filterGradient.h"
#include "scratch.h"
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

int64_t pairsOf(const Convolution& c) { return (c.batch + 1) / 2; }

// Channels are cut into tiles that stay in registers: 8 input channels by 16, 32 or 48 output channels.
constexpr int kRows = 8;

int vectorsOf(int64_t out) { return out % 48 == 0 ? 3 : out % 32 == 0 ? 2 : 1; }

// Packed maps and gradients of `pairs` pairs of images, as pairs of bfloat16:
//   maps [block of input channels][pair][row][column][rows of a tile]
//   dy   [block of output channels][pair][row][column][lanes of a tile]
// One line of cache lies between blocks: at distances of a power of two they would push each other out of the caches.
struct Panels {
  uint32_t* maps;
  uint32_t* dy;
  int64_t mapsBlock, dyBlock;  // distance between blocks

  static constexpr int64_t kApart = 16;
  static int64_t mapsBlockOf(const Convolution& g, int64_t pairs) { return pairs * g.pixels() * kRows + kApart; }
  static int64_t dyBlockOf(const Convolution& g, int64_t pairs) {
    return pairs * g.outPixels() * vectorsOf(g.out) * kLanes + kApart;
  }
  static size_t mapsLength(const Convolution& g, int64_t pairs) {
    return static_cast<size_t>((g.in + kRows - 1) / kRows * mapsBlockOf(g, pairs));
  }
  static size_t dyLength(const Convolution& g, int64_t pairs) {
    return static_cast<size_t>(g.out / (vectorsOf(g.out) * kLanes) * dyBlockOf(g, pairs));
  }

  Panels(const Convolution& g, int64_t pairs, uint32_t* memory)
      : maps(memory), dy(memory + mapsLength(g, pairs)), mapsBlock(mapsBlockOf(g, pairs)), dyBlock(dyBlockOf(g, pairs)) {}
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

APR_BF16 void packPair(const Convolution& g, int vectors, const uint16_t* maps, const uint16_t* dy, int64_t pair,
                       int64_t slot, const Panels& panels) {
  const bool isWhole = 2 * pair + 1 < g.batch;
  const auto pack = [&](const uint16_t* images, int64_t pixels, int64_t channels, int tile, int64_t block, uint32_t* to) {
    const int64_t image = pixels * channels;
    for (int64_t pixel = 0; pixel < pixels; pixel++) {
      const uint16_t* from = images + 2 * pair * image + pixel * channels;
      packPixels(from, isWhole ? from + image : nullptr, channels, tile, block, to + (slot * pixels + pixel) * tile);
    }
  };
  pack(maps, g.pixels(), g.in, kRows, panels.mapsBlock, panels.maps);
  pack(dy, g.outPixels(), g.out, vectors * kLanes, panels.dyBlock, panels.dy);
}

// Which pairs of images to sum over, [from, to), and whether their sum is added to what was there or is the first.
struct Share {
  int64_t from, to;
  bool isFirst;
};

// Sums into one tile of one tap of dFilter what some pairs contribute.
template <int kVectors>
APR_BF16 void accumulate(const Convolution& g, const uint32_t* maps, const uint32_t* dy, const Share& share, int64_t u,
                         int64_t v, int rows, float* target) {
  __m512 sums[kRows][kVectors];
  for (int i = 0; i < kRows; i++) {
    for (int k = 0; k < kVectors; k++) {
      sums[i][k] = i < rows && !share.isFirst ? _mm512_loadu_ps(target + i * g.out + k * kLanes) : _mm512_setzero_ps();
    }
  }
  const int64_t top = g.begin(u), bottom = g.end(u, g.height, g.outHeight);
  const int64_t left = g.begin(v), right = g.end(v, g.width, g.outWidth);
  for (int64_t pair = share.from; pair < share.to; pair++) {
    for (int64_t y = top; y < bottom; y++) {
      const int64_t row = y * g.stride + u - g.padding, column = left * g.stride + v - g.padding;
      const uint32_t* a = maps + (pair * g.pixels() + row * g.width + column) * kRows;
      const uint32_t* b = dy + (pair * g.outPixels() + y * g.outWidth + left) * kVectors * kLanes;
      for (int64_t x = left; x < right; x++, a += g.stride * kRows, b += kVectors * kLanes) {
        __m512bh factors[kVectors];
        for (int k = 0; k < kVectors; k++) factors[k] = (__m512bh)_mm512_loadu_si512(b + k * kLanes);
        for (int i = 0; i < kRows; i++) {
          const __m512bh value = (__m512bh)_mm512_set1_epi32(static_cast<int>(a[i]));
          for (int k = 0; k < kVectors; k++) sums[i][k] = _mm512_dpbf16_ps(sums[i][k], value, factors[k]);
        }
      }
    }
  }
  for (int i = 0; i < rows; i++) {
    for (int k = 0; k < kVectors; k++) _mm512_storeu_ps(target + i * g.out + k * kLanes, sums[i][k]);
  }
}

void accumulateTile(int vectors, const Convolution& g, const Panels& panels, int64_t inBlock, int64_t outBlock,
                    const Share& share, float* gradient) {
  const uint32_t* maps = panels.maps + inBlock * panels.mapsBlock;
  const uint32_t* dy = panels.dy + outBlock * panels.dyBlock;
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

// From here on one pair of images fills a tile's registers long enough, and the packed pair fits in the L2 cache.
constexpr int64_t kLargeMap = 256;
// Packed values that the taps of one tile read one after another: few enough for the caches, and enough to fill the
// registers for.
constexpr int64_t kPass = 1 << 14;

constexpr int64_t kMostSums = 16;
constexpr int64_t kSums = 1 << 22;  // floats in memory

// Into how many gradients the pairs are summed before these are added up. Neither that nor which pairs each takes
// depends on the threads, so equal inputs give equal bits.
int64_t sumsOf(const Convolution& g, size_t length) {
  return std::clamp<int64_t>(kSums / static_cast<int64_t>(length), 1, std::min(kMostSums, pairsOf(g)));
}

// Large maps, small filters: every task takes some pairs of images and sums into a gradient of its own.
void byImages(const Convolution& g, const uint16_t* maps, const uint16_t* dy, float* gradient) {
  static Scratch scratch;
  const int vectors = vectorsOf(g.out);
  const size_t length = static_cast<size_t>(g.size * g.size * g.in * g.out);
  const size_t share = Panels::mapsLength(g, 1) + Panels::dyLength(g, 1);
  const int64_t count = sumsOf(g, length);
  auto* memory = static_cast<uint32_t*>(scratch.atLeast((share * threads() + length * count) * sizeof(uint32_t)));
  float* sums = reinterpret_cast<float*>(memory + share * threads());
  const int64_t inBlocks = (g.in + kRows - 1) / kRows;
  const int64_t outBlocks = g.out / (vectors * kLanes);
  forEachTask(count, [&](int64_t task, int thread) {
    const Panels panels(g, 1, memory + thread * share);
    float* sum = sums + task * length;
    const int64_t first = pairsOf(g) * task / count;
    for (int64_t pair = first; pair < pairsOf(g) * (task + 1) / count; pair++) {
      packPair(g, vectors, maps, dy, pair, 0, panels);
      for (int64_t outBlock = 0; outBlock < outBlocks; outBlock++) {
        for (int64_t inBlock = 0; inBlock < inBlocks; inBlock++) {
          accumulateTile(vectors, g, panels, inBlock, outBlock, {0, 1, pair == first}, sum);
        }
      }
    }
  });
  sumUp(sums, count, length, gradient);
}

// Small maps, large filters: the whole batch is packed, then every thread takes blocks of the gradient.
void byChannels(const Convolution& g, const uint16_t* maps, const uint16_t* dy, float* gradient) {
  static Scratch scratch;
  const int vectors = vectorsOf(g.out);
  const size_t length = Panels::mapsLength(g, pairsOf(g)) + Panels::dyLength(g, pairsOf(g));
  const Panels panels(g, pairsOf(g), static_cast<uint32_t*>(scratch.atLeast(length * sizeof(uint32_t))));
  forEachTask(pairsOf(g), [&](int64_t pair, int) { packPair(g, vectors, maps, dy, pair, pair, panels); });

  const int64_t inBlocks = (g.in + kRows - 1) / kRows;
  const int64_t outBlocks = g.out / (vectors * kLanes);
  const int64_t perPair = g.outPixels() * vectors * kLanes + g.pixels() * kRows;
  const int64_t pass = std::clamp<int64_t>(kPass / perPair, 1, pairsOf(g));
  const int64_t groups = std::min(inBlocks, std::max<int64_t>(1, 4 * threads() / outBlocks));
  forEachTask(outBlocks * groups, [&](int64_t task, int) {
    const int64_t outBlock = task / groups;
    const int64_t group = task % groups;
    for (int64_t block = inBlocks * group / groups; block < inBlocks * (group + 1) / groups; block++) {
      for (int64_t from = 0; from < pairsOf(g); from += pass) {
        const Share share = {from, std::min(from + pass, pairsOf(g)), from == 0};
        accumulateTile(vectors, g, panels, block, outBlock, share, gradient);
      }
    }
  });
}

}  // namespace

void filterGradientOfPairs(const Convolution& g, const uint16_t* maps, const uint16_t* dy, float* gradient) {
  static std::mutex turn;
  const std::lock_guard<std::mutex> lock(turn);
  if (g.outPixels() >= kLargeMap) {
    byImages(g, maps, dy, gradient);
  } else {
    byChannels(g, maps, dy, gradient);
  }
}

#else

void filterGradientOfPairs(const Convolution&, const uint16_t*, const uint16_t*, float*) {}

#endif

}  // namespace apr::kernels
