// A task takes some result rows ("units": a row of 32 images) and some channels of the result. It copies the source rows
// that these meet, pass by pass, into memory that the caches hold, images side by side: a tile of the source is 16 images at
// one pixel, 32 channels of each. So every tap that would see padding is passed over, whatever size, stride and direction.
#include "convolutionTiles.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "filterPanels.h"
#include "range.h"
#include "scratch.h"
#include "tiles.h"
#include "workers.h"

namespace apr::kernels {

#if defined(APR_HAS_TILES)

namespace {

constexpr int kImages = 32;         // side by side: two tiles
constexpr int kColumns = 4;         // of the result at once, where columns slide
constexpr int64_t kPositions = 16;  // of a pass at least, where there are as many: they share what is read of the filter
constexpr int64_t kFilterTiles = 512;  // that stay in the caches from position to position

// The source rows [begin, end) that results [from, to) of one image meet.
Range rowsOf(const TileProduct& p, int64_t from, int64_t to) {
  Range rows = {p.height, 0};
  for (int64_t y = from; y < to; y++) {
    for (int64_t u = 0; u < p.rows.taps(); u++) {
      const int64_t row = p.rows(y, u);
      if (row < 0) continue;
      rows.begin = std::min(rows.begin, row);
      rows.end = std::max(rows.end, row + 1);
    }
  }
  return rows.begin < rows.end ? rows : Range{0, 0};
}

// How the work is cut; no sum depends on it.
struct Plan {
  Plan(const TileProduct& p, const FilterPanels& panels)
      : groups(ceilDiv(p.batch, kImages)),
        pass(std::clamp<int64_t>(kPositions / p.columns.results(), 1, p.rows.results())),
        blocks(std::max<int64_t>(2, kFilterTiles / panels.blockTiles() / 2 * 2)) {
    for (int64_t y = 0; y < p.rows.results(); y++) {
      const int64_t end = std::min(p.rows.results(), y + pass);
      slots = std::max(slots, rowsOf(p, y, end).size());
    }
    const auto wanted = [&] { return groups * strips * parts < 4 * threads(); };
    while (wanted() && p.rows.results() >= 8 * strips) strips *= 2;
    while (wanted() && panels.blocks() >= 8 * parts) parts *= 2;
  }

  int64_t tasks() const { return groups * strips * parts; }

  int64_t groups;      // of images
  int64_t pass;        // rows at once
  int64_t blocks;      // of the result's channels at once
  int64_t slots = 1;   // source rows that a pass meets
  int64_t strips = 1;  // pieces of an image's rows
  int64_t parts = 1;   // pieces of the result's channels
};

class Task {
 public:
  Task(const TileProduct& p, const FilterPanels& panels, const Plan& plan, const Finish& finish, int64_t group, uint8_t* memory)
      : p_(p),
        panels_(panels),
        plan_(plan),
        finish_(finish),
        first_(group * kImages),
        images_(std::min<int64_t>(kImages, p.batch - first_)),
        sums_(reinterpret_cast<float*>(memory)),
        rows_(reinterpret_cast<uint16_t*>(memory + kSumBytes)) {}

  static size_t bytes(const TileProduct& p, const FilterPanels& panels, const Plan& plan) {
    return kSumBytes + static_cast<size_t>(plan.slots * p.width * kImages * panels.terms() * kTerms) * sizeof(uint16_t);
  }

  // Rows `ys` and blocks of channels `blocks` of the result.
  APR_TILES void run(Range ys, Range blocks, const uint16_t* source, const uint16_t* filter, uint16_t* result) {
    const Tiles tiles;
    const bool slides = p_.stride == 1 && p_.columns.taps() == 3;
    int64_t packed = 0;
    for (int64_t y = ys.begin; y < ys.end; y += plan_.pass) {
      const int64_t end = std::min(ys.end, y + plan_.pass);
      const Range rows = rowsOf(p_, y, end);
      for (packed = std::max(packed, rows.begin); packed < rows.end; packed++) pack(source, packed);
      Tiles::settle();
      for (int64_t block = blocks.begin; block < blocks.end; block += plan_.blocks) {
        const Range some = {block, std::min(blocks.end, block + plan_.blocks)};
        for (int64_t row = y; row < end; row++) {
          if (slides) {
            slideOver(row, some, filter, result);
          } else {
            stepOver(row, some, filter, result);
          }
        }
      }
    }
  }

 private:
  static constexpr size_t kSumBytes = 2 * kColumns * kTileSums * sizeof(float);

  uint16_t* pixelAt(int64_t row, int64_t x) const {
    return rows_ + (row % plan_.slots * p_.width + x) * kImages * panels_.terms() * kTerms;
  }

  // One source row of the images, as [pixel][image][channel].
  APR_TILES void pack(const uint16_t* source, int64_t row) const {
    const int64_t channels = panels_.terms() * kTerms;
    const int64_t apart = p_.height * p_.width * p_.channels;
    for (int64_t x = 0; x < p_.width; x++) {
      const uint16_t* from = source + first_ * apart + (row * p_.width + x) * p_.channels;
      uint16_t* to = pixelAt(row, x);
      for (int64_t image = 0; image < images_; image++, from += apart, to += channels) {
        for (int64_t channel = 0; channel < channels; channel += kTerms) {
          const __mmask32 mask = firstLanes(p_.channels - channel);
          _mm512_store_si512(to + channel, _mm512_maskz_loadu_epi16(mask, from + channel));
        }
      }
    }
  }

  // Stride 1, three columns of taps: four columns of the result at once, in tiles 0 to 3; a tile of the source serves three.
  APR_TILES void slideOver(int64_t y, Range blocks, const uint16_t* filter, uint16_t* result) const {
    for (int64_t x = 0; x < p_.columns.results(); x += kColumns) {
      for (int64_t image = 0; image < images_; image += kTileRows) {
        for (int64_t block = blocks.begin; block < blocks.end; block++) {
          float* sums = sums_ + (block - blocks.begin) % 2 * kTileSums;
          slide(y, x, image, filter + panels_.at(block, 0));
          _tile_stored(0, sums, kTileBytes);
          _tile_stored(1, sums + 2 * kTileSums, kTileBytes);
          _tile_stored(2, sums + 4 * kTileSums, kTileBytes);
          _tile_stored(3, sums + 6 * kTileSums, kTileBytes);
          if ((block - blocks.begin) % 2 == 0 && block + 1 < blocks.end) continue;
          Tiles::settle();
          const int64_t first = block - (block - blocks.begin) % 2;
          const int64_t columns = std::min<int64_t>(kColumns, p_.columns.results() - x);
          for (int64_t column = 0; column < columns; column++) {
            write(y, x + column, image, first, sums_ + 2 * column * kTileSums, result);
          }
        }
      }
    }
  }

  APR_TILES void slide(int64_t y, int64_t x, int64_t image, const uint16_t* filter) const {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    const int64_t terms = panels_.terms(), imageBytes = terms * kTileBytes;
    const int64_t pixel = kImages * terms * kTerms, tap = terms * kTileValues;
    const int64_t left = x - p_.before;
    bool has[kColumns + 2];
    for (int64_t j = 0; j < kColumns + 2; j++) has[j] = left + j >= 0 && left + j < p_.width;
    for (int64_t u = 0; u < p_.rows.taps(); u++) {
      const int64_t row = p_.rows(y, u);
      if (row < 0) continue;
      const uint16_t* a = pixelAt(row, 0) + left * pixel + image * terms * kTerms;
      const uint16_t* b = filter + 3 * u * tap + (p_.isBackward ? 2 * tap : 0);
      const int64_t next = p_.isBackward ? -tap : tap;
      for (int64_t term = 0; term < terms; term++, a += kTerms, b += kTileValues) {
        _tile_loadd(4, b, kTileBytes);
        if (has[0]) {
          _tile_loadd(7, a, imageBytes);
          _tile_dpbf16ps(0, 7, 4);
        }
        _tile_loadd(5, b + next, kTileBytes);
        if (has[1]) {
          _tile_loadd(7, a + pixel, imageBytes);
          _tile_dpbf16ps(0, 7, 5);
          _tile_dpbf16ps(1, 7, 4);
        }
        _tile_loadd(6, b + 2 * next, kTileBytes);
        if (has[2]) {
          _tile_loadd(7, a + 2 * pixel, imageBytes);
          _tile_dpbf16ps(0, 7, 6);
          _tile_dpbf16ps(1, 7, 5);
          _tile_dpbf16ps(2, 7, 4);
        }
        if (has[3]) {
          _tile_loadd(7, a + 3 * pixel, imageBytes);
          _tile_dpbf16ps(1, 7, 6);
          _tile_dpbf16ps(2, 7, 5);
          _tile_dpbf16ps(3, 7, 4);
        }
        if (has[4]) {
          _tile_loadd(7, a + 4 * pixel, imageBytes);
          _tile_dpbf16ps(2, 7, 6);
          _tile_dpbf16ps(3, 7, 5);
        }
        if (has[5]) {
          _tile_loadd(7, a + 5 * pixel, imageBytes);
          _tile_dpbf16ps(3, 7, 6);
        }
      }
    }
  }

  // Any other filter: both tiles of images meet two blocks of channels, pixel by pixel.
  APR_TILES void stepOver(int64_t y, Range blocks, const uint16_t* filter, uint16_t* result) const {
    for (int64_t x = 0; x < p_.columns.results(); x++) {
      for (int64_t block = blocks.begin; block < blocks.end; block += 2) {
        step(y, x, filter + panels_.at(block, 0), block + 1 < blocks.end);
        Tiles::settle();
        write(y, x, 0, block, sums_, result);
        if (images_ > kTileRows) write(y, x, kTileRows, block, sums_ + 2 * kTileSums, result);
      }
    }
  }

  APR_TILES void step(int64_t y, int64_t x, const uint16_t* filter, bool isPair) const {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    const int64_t terms = panels_.terms(), imageBytes = terms * kTileBytes;
    const int64_t secondImages = kTileRows * terms * kTerms;
    const int64_t secondBlock = isPair ? panels_.blockTiles() * kTileValues : 0;
    for (int64_t u = 0; u < p_.rows.taps(); u++) {
      const int64_t row = p_.rows(y, u);
      if (row < 0) continue;
      for (int64_t v = 0; v < p_.columns.taps(); v++) {
        const int64_t column = p_.columns(x, v);
        if (column < 0) continue;
        const uint16_t* a = pixelAt(row, column);
        const uint16_t* b = filter + (u * p_.columns.taps() + v) * terms * kTileValues;
        for (int64_t term = 0; term < terms; term++, a += kTerms, b += kTileValues) {
          _tile_loadd(4, a, imageBytes);
          _tile_loadd(6, b, kTileBytes);
          _tile_dpbf16ps(0, 4, 6);
          _tile_loadd(5, a + secondImages, imageBytes);
          _tile_dpbf16ps(2, 5, 6);
          if (!isPair) continue;
          _tile_loadd(7, b + secondBlock, kTileBytes);
          _tile_dpbf16ps(1, 4, 7);
          _tile_dpbf16ps(3, 5, 7);
        }
      }
    }
    _tile_stored(0, sums_, kTileBytes);
    _tile_stored(1, sums_ + kTileSums, kTileBytes);
    _tile_stored(2, sums_ + 2 * kTileSums, kTileBytes);
    _tile_stored(3, sums_ + 3 * kTileSums, kTileBytes);
  }

  APR_TILES static __m512 widen(__m256i halves) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
  }

  // Finishes the sums of 16 images at one pixel, two tiles of channels from `block` on, and rounds them.
  APR_TILES void write(int64_t y, int64_t x, int64_t image, int64_t block, const float* sums, uint16_t* result) const {
    const int64_t channel = block * kSums;
    const __mmask32 mask = firstLanes(p_.results - channel);
    __m512 lowBias = _mm512_setzero_ps(), highBias = _mm512_setzero_ps();
    if (finish_.bias != nullptr) {
      lowBias = _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), finish_.bias + channel);
      highBias = _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask >> 16), finish_.bias + channel + kSums);
    }
    const int64_t apart = p_.rows.results() * p_.columns.results() * p_.results;
    int64_t at = (first_ + image) * apart + (y * p_.columns.results() + x) * p_.results + channel;
    const int64_t end = std::min<int64_t>(images_, image + kTileRows);
    for (; image < end; image++, at += apart, sums += kTileRows) {
      __m512 low = _mm512_add_ps(_mm512_load_ps(sums), lowBias);
      __m512 high = _mm512_add_ps(_mm512_load_ps(sums + kTileSums), highBias);
      if (finish_.other != nullptr) {
        const __m512i other = _mm512_maskz_loadu_epi16(mask, finish_.other + at);
        low = _mm512_add_ps(low, widen(_mm512_castsi512_si256(other)));
        high = _mm512_add_ps(high, widen(_mm512_extracti64x4_epi64(other, 1)));
      }
      if (finish_.relu) {
        low = _mm512_max_ps(low, _mm512_setzero_ps());
        high = _mm512_max_ps(high, _mm512_setzero_ps());
      }
      _mm512_mask_storeu_epi16(result + at, mask, (__m512i)_mm512_cvtne2ps_pbh(high, low));
    }
  }

  const TileProduct& p_;
  const FilterPanels& panels_;
  const Plan& plan_;
  const Finish& finish_;
  int64_t first_, images_;
  float* sums_;
  uint16_t* rows_;
};

// Blocks of channels in pairs, so that no line of memory is written by two tasks.
Range blocksOf(const FilterPanels& panels, const Plan& plan, int64_t part) {
  const Range pairs = Range{0, ceilDiv(panels.blocks(), 2)}.piece(part, plan.parts);
  return {2 * pairs.begin, std::min(panels.blocks(), 2 * pairs.end)};
}

}  // namespace

void multiplyTiles(const TileProduct& p, const uint16_t* source, const uint16_t* filter, const Finish& finish,
                   uint16_t* result) {
  static std::mutex turn;
  static Scratch scratch;
  const std::lock_guard<std::mutex> lock(turn);
  const FilterPanels panels(p);
  const Plan plan(p, panels);
  const size_t panelBytes = static_cast<size_t>(panels.values()) * sizeof(uint16_t);
  const size_t share = Task::bytes(p, panels, plan);
  auto* memory = static_cast<uint8_t*>(scratch.atLeast(panelBytes + share * threads()));
  auto* packed = reinterpret_cast<uint16_t*>(memory);
  panels.pack(filter, packed);
  forEachTask(plan.tasks(), [&](int64_t index, int thread) {
    const int64_t strip = index % plan.strips, part = index / plan.strips % plan.parts;
    Task task(p, panels, plan, finish, index / plan.strips / plan.parts, memory + panelBytes + thread * share);
    task.run(Range{0, p.rows.results()}.piece(strip, plan.strips), blocksOf(panels, plan, part), source, packed, result);
  });
}

#else

void multiplyTiles(const TileProduct&, const uint16_t*, const uint16_t*, const Finish&, uint16_t*) {}

#endif

}  // namespace apr::kernels
