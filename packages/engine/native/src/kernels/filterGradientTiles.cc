// The filter gradient on AMX tiles. What a tile multiplies and adds is 32 images of the batch at one position of the maps:
//
//     dFilter[u, v, i, o] = Σ over positions  Σ over 32 images  maps[image, y·stride + u − padding, …, i] · dy[image, y, x, o]
//
// so any tap, stride and padding only chooses which tile of the maps meets which tile of dy. A task takes some rows of
// dy ("units": a row of 32 images) and some channels, packs the rows that they meet, pass by pass, into memory that the
// caches hold, and sums in float.
#include "filterGradient.h"
#include "range.h"
#include "scratch.h"
#include "tiles.h"
#include "workers.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace apr::kernels {

#if defined(APR_HAS_TILES)

namespace {

constexpr int kImages = 32;
constexpr int kChannels = kTileRows;  // of one tile, of the maps as of dy
constexpr int64_t kPositions = 32;    // to multiply between loading sums and storing them

constexpr int64_t kMostSums = 16;
constexpr int64_t kSums = 1 << 20;        // floats, over all partial sums
constexpr int64_t kSumTiles = 288;        // of one task
constexpr int64_t kPackedTiles = 384;     // of one task's maps, and of its dy

// How the work is cut. Which bits come out depends on `slices` alone, and that on the sizes alone.
struct Plan {
  explicit Plan(const Convolution& c)
      : inBlocks(ceilDiv(c.in, kChannels)),
        outBlocks(ceilDiv(c.out, kChannels)),
        units(ceilDiv(c.batch, kImages) * c.outHeight),
        pass(std::min(units, std::max<int64_t>(1, kPositions / c.outWidth))),
        slots(slotsOf(c, pass)) {
    const int64_t length = c.taps() * c.in * c.out;
    while (slices < kMostSums && 2 * slices * length <= kSums && 2 * slices <= units) slices *= 2;
    const int64_t outsAtOnce = std::clamp<int64_t>(kPackedTiles / (pass * c.outWidth), 1, 8);
    const int64_t insAtOnce = std::clamp<int64_t>(
        std::min(kPackedTiles / (slots * c.width), kSumTiles / (c.taps() * outsAtOnce)), 1, inBlocks);
    outGroups = ceilDiv(outBlocks, outsAtOnce);
    inGroups = ceilDiv(inBlocks, insAtOnce);
    while (tasks() < 2 * threads() && inGroups < inBlocks) inGroups = std::min(inBlocks, 2 * inGroups);
  }

  int64_t tasks() const { return slices * inGroups * outGroups; }
  int64_t mostIns() const { return ceilDiv(inBlocks, inGroups); }
  int64_t mostOuts() const { return ceilDiv(outBlocks, outGroups); }

  int64_t inBlocks, outBlocks, units;
  int64_t pass;   // units at once
  int64_t slots;  // rows of maps that a pass may meet
  int64_t slices = 1, inGroups = 1, outGroups = 1;

 private:
  static int64_t slotsOf(const Convolution& c, int64_t pass);
};

// The rows of maps that units meet, counted over the whole batch: row y of the images 32·n … is n·height + y.
Range rowsOf(const Convolution& c, Range units) {
  const auto first = [&](int64_t unit) {
    return unit / c.outHeight * c.height + std::max<int64_t>(0, unit % c.outHeight * c.stride - c.padding);
  };
  const auto last = [&](int64_t unit) {
    return unit / c.outHeight * c.height +
           std::min(c.height, unit % c.outHeight * c.stride - c.padding + c.size);
  };
  return {first(units.begin), std::max(first(units.begin), last(units.end - 1))};
}

int64_t Plan::slotsOf(const Convolution& c, int64_t pass) {
  int64_t most = 1;
  for (int64_t unit = 0; unit < c.outHeight; unit++) {
    most = std::max(most, rowsOf(c, {unit, unit + pass}).size());
  }
  return most;
}

// 32 images of one map: where the first one's pixel lies, and the distance between images. Those beyond the batch are 0.
struct Images {
  const uint16_t* first;
  int64_t apart;
  int count;
};

// Packs 32 channels at most of one pixel: words of two images' values, [pair of images][channel].
APR_TILES void loadPairs(const Images& images, int channels, __m512i (&left)[16], __m512i (&right)[16]) {
  const __mmask32 mask = firstLanes(channels);
  const __m512i firstHalf = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
  const __m512i secondHalf = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  const auto load = [&](int image) APR_TILES {
    return image < images.count ? _mm512_maskz_loadu_epi16(mask, images.first + image * images.apart)
                                : _mm512_setzero_si512();
  };
  for (int pair = 0; pair < 16; pair++) {
    const __m512i even = load(2 * pair), odd = load(2 * pair + 1);
    const __m512i low = _mm512_unpacklo_epi16(even, odd), high = _mm512_unpackhi_epi16(even, odd);
    left[pair] = _mm512_permutex2var_epi64(low, firstHalf, high);
    right[pair] = _mm512_permutex2var_epi64(low, secondHalf, high);
  }
}

APR_TILES void storeTile(const __m512i (&rows)[16], uint16_t* tile) {
  for (int row = 0; row < 16; row++) _mm512_store_si512(tile + row * 32, rows[row]);
}

// Packs a row of `width` pixels of 32 images, tiles [block of channels][pixel]: as they are, or with channels as rows.
template <bool kTransposed>
APR_TILES void packRow(Images images, int64_t pixelApart, int64_t width, int64_t channels, int64_t blocks,
                       uint16_t* tiles) {
  __m512i left[16], right[16];
  for (int64_t x = 0; x < width; x++, images.first += pixelApart) {
    for (int64_t block = 0; block < blocks; block += 2) {
      const Images here = {images.first + block * kChannels, images.apart, images.count};
      loadPairs(here, static_cast<int>(std::min<int64_t>(32, channels - block * kChannels)), left, right);
      if (kTransposed) transposeWords(left);
      storeTile(left, tiles + (block * width + x) * kTileValues);
      if (block + 1 == blocks) continue;
      if (kTransposed) transposeWords(right);
      storeTile(right, tiles + ((block + 1) * width + x) * kTileValues);
    }
  }
}

// One task: its channels, its memory, and the rows that are packed there.
class Task {
 public:
  Task(const Convolution& c, const Plan& plan, Range ins, Range outs, uint16_t* memory)
      : c_(c),
        plan_(plan),
        ins_(ins),
        outs_(outs),
        sums_(reinterpret_cast<float*>(memory)),
        maps_(memory + sumValues(c, plan)),
        dy_(maps_ + mapsValues(c, plan)) {}

  static size_t bytes(const Convolution& c, const Plan& plan) {
    const int64_t dyValues = plan.pass * plan.mostOuts() * c.outWidth * kTileValues;
    return static_cast<size_t>(sumValues(c, plan) + mapsValues(c, plan) + dyValues) * sizeof(uint16_t);
  }

  APR_TILES void run(Range units, const uint16_t* maps, const uint16_t* dy) {
    const Tiles tiles;
    int64_t packed = rowsOf(c_, units).begin;
    for (int64_t from = units.begin; from < units.end; from += plan_.pass) {
      const Range pass = {from, std::min(units.end, from + plan_.pass)};
      const Range rows = rowsOf(c_, pass);
      for (packed = std::max(packed, rows.begin); packed < rows.end; packed++) packMaps(maps, packed);
      for (int64_t unit = pass.begin; unit < pass.end; unit++) packDy(dy, unit, unit - from);
      Tiles::settle();
      const bool isFirst = from == units.begin;
      if (c_.size == 3 && c_.stride == 1) {
        sumThreeTaps(pass, isFirst);
      } else {
        sumTaps(pass, isFirst);
      }
    }
    Tiles::settle();
  }

  // Writes the sums into a gradient [size, size, in, out].
  void write(float* gradient) const {
    for (int64_t out = 0; out < outs_.size(); out++) {
      for (int64_t in = 0; in < ins_.size(); in++) {
        const int64_t channel = (ins_.begin + in) * kChannels, outChannel = (outs_.begin + out) * kChannels;
        const int64_t rows = std::min<int64_t>(kChannels, c_.in - channel);
        const size_t bytes = static_cast<size_t>(std::min<int64_t>(kChannels, c_.out - outChannel)) * sizeof(float);
        for (int64_t tap = 0; tap < c_.taps(); tap++) {
          const float* sum = sumsAt(out, in, tap);
          float* to = gradient + (tap * c_.in + channel) * c_.out + outChannel;
          for (int64_t row = 0; row < rows; row++) std::memcpy(to + row * c_.out, sum + row * kChannels, bytes);
        }
      }
    }
  }

 private:
  static int64_t sumValues(const Convolution& c, const Plan& plan) {
    return plan.mostOuts() * plan.mostIns() * c.taps() * kTileSums * 2;
  }
  static int64_t mapsValues(const Convolution& c, const Plan& plan) {
    return plan.slots * plan.mostIns() * c.width * kTileValues;
  }

  float* sumsAt(int64_t out, int64_t in, int64_t tap) const {
    return sums_ + ((out * ins_.size() + in) * c_.taps() + tap) * kTileSums;
  }
  const uint16_t* mapsAt(int64_t row, int64_t in) const {
    return maps_ + (row % plan_.slots * ins_.size() + in) * c_.width * kTileValues;
  }
  const uint16_t* dyAt(int64_t place, int64_t out) const {
    return dy_ + (place * outs_.size() + out) * c_.outWidth * kTileValues;
  }

  Images imagesOf(const uint16_t* first, int64_t group, int64_t pixels, int64_t channels) const {
    const int64_t apart = pixels * channels;
    return {first + group * kImages * apart, apart, static_cast<int>(std::min<int64_t>(kImages, c_.batch - group * kImages))};
  }

  void packMaps(const uint16_t* maps, int64_t row) {
    const int64_t y = row % c_.height, channel = ins_.begin * kChannels;
    const uint16_t* first = maps + y * c_.width * c_.in + channel;
    packRow<true>(imagesOf(first, row / c_.height, c_.pixels(), c_.in), c_.in, c_.width, c_.in - channel, ins_.size(),
                  const_cast<uint16_t*>(mapsAt(row, 0)));
  }

  void packDy(const uint16_t* dy, int64_t unit, int64_t place) {
    const int64_t y = unit % c_.outHeight, channel = outs_.begin * kChannels;
    const uint16_t* first = dy + y * c_.outWidth * c_.out + channel;
    packRow<false>(imagesOf(first, unit / c_.outHeight, c_.outPixels(), c_.out), c_.out, c_.outWidth, c_.out - channel,
                   outs_.size(), const_cast<uint16_t*>(dyAt(place, 0)));
  }

  // The row of maps that `unit` meets at tap row u, or -1 if it lies in the padding.
  int64_t metRow(int64_t unit, int64_t u) const {
    const int64_t y = unit % c_.outHeight * c_.stride + u - c_.padding;
    return y < 0 || y >= c_.height ? -1 : unit / c_.outHeight * c_.height + y;
  }

  // 3×3 filters with stride 1: each tile of maps serves three taps in turn, each tile of dy stays for three columns.
  APR_TILES void sumThreeTaps(Range pass, bool isFirst) const {
    for (int64_t out = 0; out < outs_.size(); out++) {
      for (int64_t in = 0; in < ins_.size(); in++) {
        for (int64_t u = 0; u < 3; u++) {
          float* sums = sumsAt(out, in, 3 * u);
          loadSums(sums, isFirst);
          for (int64_t unit = pass.begin; unit < pass.end; unit++) {
            const int64_t row = metRow(unit, u);
            if (row >= 0) slideThreeTaps(mapsAt(row, in), dyAt(unit - pass.begin, out));
          }
          _tile_stored(0, sums, kTileBytes);
          _tile_stored(1, sums + kTileSums, kTileBytes);
          _tile_stored(2, sums + 2 * kTileSums, kTileBytes);
        }
      }
    }
  }

  APR_TILES static void loadSums(const float* sums, bool isFirst) {
    if (isFirst) {
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
    } else {
      _tile_loadd(0, sums, kTileBytes);
      _tile_loadd(1, sums + kTileSums, kTileBytes);
      _tile_loadd(2, sums + 2 * kTileSums, kTileBytes);
    }
  }

  // Column t of dy comes in; the maps' column t − padding meets it at tap 0, the one before at tap 1, the one before that at 2.
  APR_TILES void slideThreeTaps(const uint16_t* maps, const uint16_t* dy) const {
    const int64_t width = c_.width, outWidth = c_.outWidth, padding = c_.padding;
#define APR_SLIDE(newest, middle, oldest)                                          \
  do {                                                                             \
    if (t < outWidth) _tile_loadd(newest, dy + t * kTileValues, kTileBytes);       \
    const int64_t x = t - padding;                                                 \
    if (x >= 0 && x < width) {                                                     \
      _tile_loadd(6, maps + x * kTileValues, kTileBytes);                          \
      if (t < outWidth) _tile_dpbf16ps(0, 6, newest);                              \
      if (t >= 1 && t - 1 < outWidth) _tile_dpbf16ps(1, 6, middle);                \
      if (t >= 2 && t - 2 < outWidth) _tile_dpbf16ps(2, 6, oldest);                \
    }                                                                              \
    t++;                                                                           \
  } while (false)
    for (int64_t t = 0; t < outWidth + 2;) {
      APR_SLIDE(3, 5, 4);
      APR_SLIDE(4, 3, 5);
      APR_SLIDE(5, 4, 3);
    }
#undef APR_SLIDE
  }

  // Any filter: two blocks of the maps' channels meet two of dy's, tap by tap.
  APR_TILES void sumTaps(Range pass, bool isFirst) const {
    for (int64_t out = 0; out < outs_.size(); out += 2) {
      for (int64_t in = 0; in < ins_.size(); in += 2) {
        const bool hasIn = in + 1 < ins_.size(), hasOut = out + 1 < outs_.size();
        for (int64_t u = 0; u < c_.size; u++) {
          for (int64_t v = 0; v < c_.size; v++) sumTap(pass, {in, out, hasIn, hasOut}, u, v, isFirst);
        }
      }
    }
  }

  struct Blocks {
    int64_t in, out;
    bool hasIn, hasOut;  // a second one
  };

  APR_TILES void sumTap(Range pass, const Blocks& blocks, int64_t u, int64_t v, bool isFirst) const {
    const auto& [in, out, hasIn, hasOut] = blocks;
    const int64_t tap = u * c_.size + v;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    if (!isFirst) {
      _tile_loadd(0, sumsAt(out, in, tap), kTileBytes);
      if (hasOut) _tile_loadd(1, sumsAt(out + 1, in, tap), kTileBytes);
      if (hasIn) _tile_loadd(2, sumsAt(out, in + 1, tap), kTileBytes);
      if (hasIn && hasOut) _tile_loadd(3, sumsAt(out + 1, in + 1, tap), kTileBytes);
    }
    const int64_t left = c_.begin(v), right = c_.end(v, c_.width, c_.outWidth);
    const int64_t mapsStep = c_.stride * kTileValues;
    const int64_t nextIn = hasIn ? c_.width * kTileValues : 0, nextOut = hasOut ? c_.outWidth * kTileValues : 0;
    for (int64_t unit = pass.begin; unit < pass.end; unit++) {
      const int64_t row = metRow(unit, u);
      if (row < 0) continue;
      const uint16_t* a = mapsAt(row, in) + (left * c_.stride + v - c_.padding) * kTileValues;
      const uint16_t* b = dyAt(unit - pass.begin, out) + left * kTileValues;
      for (int64_t x = left; x < right; x++, a += mapsStep, b += kTileValues) {
        _tile_loadd(4, a, kTileBytes);
        _tile_loadd(6, b, kTileBytes);
        _tile_dpbf16ps(0, 4, 6);
        if (hasOut) {
          _tile_loadd(7, b + nextOut, kTileBytes);
          _tile_dpbf16ps(1, 4, 7);
        }
        if (hasIn) {
          _tile_loadd(5, a + nextIn, kTileBytes);
          _tile_dpbf16ps(2, 5, 6);
          if (hasOut) _tile_dpbf16ps(3, 5, 7);
        }
      }
    }
    _tile_stored(0, sumsAt(out, in, tap), kTileBytes);
    if (hasOut) _tile_stored(1, sumsAt(out + 1, in, tap), kTileBytes);
    if (hasIn) _tile_stored(2, sumsAt(out, in + 1, tap), kTileBytes);
    if (hasIn && hasOut) _tile_stored(3, sumsAt(out + 1, in + 1, tap), kTileBytes);
  }

  const Convolution& c_;
  const Plan& plan_;
  Range ins_, outs_;  // blocks of channels
  float* sums_;
  uint16_t* maps_;
  uint16_t* dy_;
};

}  // namespace

void filterGradientOfTiles(const Convolution& c, const uint16_t* maps, const uint16_t* dy, float* gradient) {
  static std::mutex turn;
  static Scratch scratch;
  const std::lock_guard<std::mutex> lock(turn);
  const Plan plan(c);
  const size_t length = static_cast<size_t>(c.taps() * c.in * c.out);
  const size_t share = (Task::bytes(c, plan) + 63) / 64 * 64;
  const size_t partial = plan.slices == 1 ? 0 : length * sizeof(float) * static_cast<size_t>(plan.slices);
  auto* memory = static_cast<uint8_t*>(scratch.atLeast(share * threads() + partial));
  auto* sums = plan.slices == 1 ? gradient : reinterpret_cast<float*>(memory + share * threads());
  forEachTask(plan.tasks(), [&](int64_t index, int thread) {
    const int64_t slice = index % plan.slices, group = index / plan.slices;
    const Range ins = Range{0, plan.inBlocks}.piece(group % plan.inGroups, plan.inGroups);
    const Range outs = Range{0, plan.outBlocks}.piece(group / plan.inGroups, plan.outGroups);
    Task task(c, plan, ins, outs, reinterpret_cast<uint16_t*>(memory + thread * share));
    task.run(Range{0, plan.units}.piece(slice, plan.slices), maps, dy);
    task.write(sums + slice * length);
  });
  if (plan.slices > 1) sumUp(sums, plan.slices, length, gradient);
}

#else

void filterGradientOfTiles(const Convolution&, const uint16_t*, const uint16_t*, float*) {}

#endif

}  // namespace apr::kernels
