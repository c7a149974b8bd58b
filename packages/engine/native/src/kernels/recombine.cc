// Amplitude-phase recombination: images with the amplitude spectra of some and the phases of others.
//
// Over height, width and three colours the transform falls into that of the real image R + G + B and that of the
// complex image u + iv, u = R - (G + B) / 2, v = √3/2 (B - G); without colour, into those of the channels. A real
// image's left and right halves are the parts of one complex image while its columns are transformed; of those
// the first half of the frequencies suffices.
#include "api.h"
#include "bytes.h"
#include "fourier.h"
#include "kernels.h"
#include "range.h"
#include "rows.h"
#include "vectors.h"
#include "workers.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

namespace apr::kernels {

namespace {

constexpr float kHalfRoot3 = 0.86602540378443865f;

int64_t roundUp(int64_t count) { return kernels::roundUp(count, kLanes); }

// Memory that outlives the call that asked for it, since fresh pages cost more than what is done with them.
class Workspace {
 public:
  // Of at least so many floats, not cleared. One call at a time keeps it; others get memory of their own.
  explicit Workspace(int64_t floats) : mine_(kept().take()) {
    if (mine_.floats >= floats) return;
    std::free(mine_.start);
    mine_ = {static_cast<float*>(std::aligned_alloc(64, static_cast<size_t>(roundUp(floats)) * sizeof(float))), floats};
    if (mine_.start == nullptr) throw std::bad_alloc();
  }
  ~Workspace() { kept().giveBack(mine_); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  float* start() const { return mine_.start; }

 private:
  struct Block {
    float* start;
    int64_t floats;
  };
  class Kept {
   public:
    Block take() {
      const std::lock_guard<std::mutex> lock(mutex_);
      return std::exchange(block_, {nullptr, 0});
    }
    void giveBack(Block block) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (block.floats > block_.floats && block.floats <= kMostKept) std::swap(block, block_);
      std::free(block.start);
    }

   private:
    std::mutex mutex_;
    Block block_ = {nullptr, 0};
  };
  static constexpr int64_t kMostKept = int64_t{1} << 26;  // 256 MiB
  static Kept& kept() {
    static auto* const instance = new Kept();
    return *instance;
  }

  Block mine_;
};

void clear(float* memory, int64_t floats) { std::memset(memory, 0, static_cast<size_t>(floats) * sizeof(float)); }

// How one image is laid out while it is transformed. Its columns are taken sixteen at a time, in blocks [height][16],
// which lie in memory one after another: strides over whole images would miss the caches.
struct Layout {
  int64_t height, width, channels;
  bool isColour;
  int64_t half, frequencies;  // columns of the left half; frequencies of a real column
  int64_t reals, complexes;   // images
  int64_t halfStrips;         // of sixteen columns, in a half
  int64_t rows, blocks;       // of all spectra of columns; of sixteen rows

  Layout(int64_t height, int64_t width, int64_t channels, bool isColour)
      : height(height), width(width), channels(channels), isColour(isColour),
        half((width + 1) / 2), frequencies(height / 2 + 1),
        reals(isColour ? 1 : channels), complexes(isColour ? 1 : 0), halfStrips(roundUp(half) / kLanes),
        rows(reals * frequencies + complexes * height), blocks((rows + kLanes - 1) / kLanes) {}

  int64_t strips() const { return 2 * halfStrips; }
  // Where the columns of a strip stand in the image: those of the right half come after all of the left one.
  int64_t firstOf(int64_t strip) const {
    return strip < halfStrips ? strip * kLanes : half + (strip - halfStrips) * kLanes;
  }
  int64_t countOf(int64_t strip) const {
    return std::min<int64_t>(kLanes, (strip < halfStrips ? half : width) - firstOf(strip));
  }

  int64_t pixels() const { return height * width * channels; }
  int64_t strip() const { return 2 * height * kLanes; }            // floats of sixteen complex columns
  int64_t column() const { return 2 * blocks * kLanes * kLanes; }  // and of their spectra
  int64_t spectrum() const { return blocks * width * 2 * kLanes; }
};

// What one thread works in.
class Desk {
 public:
  Desk(const Layout& layout, float* memory) : layout_(layout), memory_(memory) {
    clear(memory_, sizeOf(layout));  // padding is transformed too, and must not slow that down
  }

  static int64_t sizeOf(const Layout& layout) {
    return planes(layout) + layout.strips() * layout.column() + 4 * 2 * longest(layout) * kLanes +
           roundUp(layout.width * layout.channels);
  }

  // Sixteen columns of the left half of a real image, and as many of the right one.
  Lanes real(int64_t index, int64_t strip) const {
    return lanes((index * layout_.halfStrips + strip) * layout_.strip(), layout_.strip());
  }
  Lanes complex(int64_t strip) const {
    return lanes((layout_.reals * layout_.halfStrips + strip) * layout_.strip(), layout_.strip());
  }
  // Spectra of sixteen columns, [rows][16].
  Lanes columns(int64_t strip) const {
    return lanes(planes(layout_) + strip * layout_.column(), layout_.column());
  }
  // A row of an image.
  float* row() const { return strip(4).re; }
  Lanes strip(int number) const {
    const int64_t size = 2 * longest(layout_) * kLanes;
    return lanes(planes(layout_) + layout_.strips() * layout_.column() + number * size, size);
  }

 private:
  static int64_t longest(const Layout& layout) { return std::max(layout.height, layout.width + kLanes); }
  static int64_t planes(const Layout& layout) {
    return (layout.reals * layout.halfStrips + layout.complexes * layout.strips()) * layout.strip();
  }
  Lanes lanes(int64_t start, int64_t floats) const {
    return {memory_ + start, memory_ + start + floats / 2, kLanes};
  }

  const Layout& layout_;
  float* memory_;
};

// ------------------------------------------------------------------ pixels ⇄ planes

APR_VECTORISED void splitColours(const float* __restrict pixels, int64_t count, float* __restrict sum,
                                 float* __restrict re, float* __restrict im) {
  for (int64_t x = 0; x < count; x++) {
    const float red = pixels[3 * x], green = pixels[3 * x + 1], blue = pixels[3 * x + 2];
    sum[x] = red + green + blue;
    re[x] = red - 0.5f * (green + blue);
    im[x] = kHalfRoot3 * (blue - green);
  }
}

APR_VECTORISED void joinColours(const float* __restrict sum, const float* __restrict re, const float* __restrict im,
                                int64_t count, float scale, float* __restrict pixels) {
  const float third = scale / 3, root = kHalfRoot3 * 2 * third;
  for (int64_t x = 0; x < count; x++) {
    const float grey = sum[x] * third, u = re[x] * third, v = im[x] * root;
    pixels[3 * x] = grey + 2 * u;
    pixels[3 * x + 1] = grey - u - v;
    pixels[3 * x + 2] = grey - u + v;
  }
}

// A row of a real image, or of one part of a complex one, into the strips of its halves. More may be read and written
// than there is, up to a multiple of sixteen.
APR_VECTORISED void putRow(const float* row, int64_t count, float* strips, int64_t stride) {
  for (int64_t i = 0; i < count; i++) std::memcpy(strips + i * stride, row + i * kLanes, sizeof(Floats));
}

APR_VECTORISED void takeRow(const float* strips, int64_t stride, int64_t count, float* row) {
  for (int64_t i = 0; i < count; i++) std::memcpy(row + i * kLanes, strips + i * stride, sizeof(Floats));
}

// Calls body(first pixel, strips of the part of the row y that starts there) for both halves.
template <typename TBody>
void forHalves(const Layout& layout, float* left, float* right, int64_t y, const TBody& body) {
  body(0, left + y * kLanes);
  body(layout.half, right + y * kLanes);  // after the left one, which reaches into its pixels
}

const float* rowOf(const float* pixels, int64_t, float*) { return pixels; }

const float* rowOf(const Byte* pixels, int64_t count, float* row) {
  toFloats(pixels, count, row);
  return row;
}

void putRows(const Layout& layout, const Desk& desk, int64_t index, int64_t y, const float* row) {
  const Lanes real = desk.real(index, 0);
  forHalves(layout, real.re, real.im, y,
            [&](int64_t x, float* strips) { putRow(row + x, layout.halfStrips, strips, layout.strip()); });
}

void takeRows(const Layout& layout, const Desk& desk, int64_t index, int64_t y, float* row) {
  const Lanes real = desk.real(index, 0);
  forHalves(layout, real.re, real.im, y,
            [&](int64_t x, float* strips) { takeRow(strips, layout.strip(), layout.halfStrips, row + x); });
}

template <typename T>
void split(const Layout& layout, const T* image, const Desk& desk) {
  const int64_t width = layout.width, channels = layout.channels;
  float *const sum = desk.strip(0).re, *const re = desk.strip(1).re, *const im = desk.strip(2).re;
  const Lanes left = desk.complex(0), right = desk.complex(layout.halfStrips);
  for (int64_t y = 0; y < layout.height; y++) {
    const float* const pixels = rowOf(image + y * width * channels, width * channels, desk.row());
    if (!layout.isColour) {
      for (int64_t index = 0; index < channels; index++) {
        for (int64_t x = 0; x < width; x++) sum[x] = pixels[x * channels + index];
        putRows(layout, desk, index, y, sum);
      }
      continue;
    }
    splitColours(pixels, width, sum, re, im);
    putRows(layout, desk, 0, y, sum);
    const auto put = [&](const float* row) {
      return [&layout, row](int64_t x, float* strips) { putRow(row + x, layout.halfStrips, strips, layout.strip()); };
    };
    forHalves(layout, left.re, right.re, y, put(re));
    forHalves(layout, left.im, right.im, y, put(im));
  }
}

// How results become whole bytes, if at all.
enum Quantize { kNone, kClipRound, kWrap };

APR_VECTORISED void clipRound(float* __restrict values, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float clipped = values[i] < 0 ? 0.0f : values[i] > 255 ? 255.0f : values[i];
    values[i] = __builtin_rintf(clipped);  // halves to even
  }
}

// Truncated toward zero, modulo 256.
APR_VECTORISED void wrap(float* __restrict values, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float whole = __builtin_truncf(values[i]);
    values[i] = whole - 256.0f * __builtin_floorf(whole * (1.0f / 256));
  }
}

void quantizeValues(Quantize quantize, float* values, int64_t count) {
  if (quantize == kClipRound) clipRound(values, count);
  if (quantize == kWrap) wrap(values, count);
}

void join(const Layout& layout, const Desk& desk, Quantize quantize, float* image) {
  const int64_t width = layout.width, channels = layout.channels;
  const float scale = 1.0f / static_cast<float>(layout.height * width);
  float *const sum = desk.strip(0).re, *const re = desk.strip(1).re, *const im = desk.strip(2).re;
  const Lanes left = desk.complex(0), right = desk.complex(layout.halfStrips);
  for (int64_t y = 0; y < layout.height; y++) {
    float* const pixels = image + y * width * channels;
    if (layout.isColour) {
      takeRows(layout, desk, 0, y, sum);
      const auto take = [&](float* row) {
        return [&layout, row](int64_t x, float* strips) { takeRow(strips, layout.strip(), layout.halfStrips, row + x); };
      };
      forHalves(layout, left.re, right.re, y, take(re));
      forHalves(layout, left.im, right.im, y, take(im));
      joinColours(sum, re, im, width, scale, pixels);
    }
    for (int64_t index = 0; !layout.isColour && index < channels; index++) {
      takeRows(layout, desk, index, y, sum);
      for (int64_t x = 0; x < width; x++) pixels[x * channels + index] = sum[x] * scale;
    }
    quantizeValues(quantize, pixels, width * channels);
  }
}

// ------------------------------------------------------------------ columns

void columnsForward(const Layout& layout, const Desk& desk, const Fourier& fourier) {
  const Lanes a = desk.strip(0), b = desk.strip(1), spectrum = desk.strip(2);
  int64_t row = 0;
  for (int64_t index = 0; index < layout.reals; index++, row += layout.frequencies) {
    for (int64_t strip = 0; strip < layout.halfStrips; strip++) {
      fourier.transform(desk.real(index, strip), a, b, spectrum);
      const Lanes left = desk.columns(strip), right = desk.columns(layout.halfStrips + strip);
      untangle(spectrum, layout.height, kLanes, left.at(row * kLanes), right.at(row * kLanes));
    }
  }
  for (int64_t strip = 0; layout.isColour && strip < layout.strips(); strip++) {
    fourier.transform(desk.complex(strip), a, b, desk.columns(strip).at(row * kLanes));
  }
}

void columnsInverse(const Layout& layout, const Desk& desk, const Fourier& fourier) {
  const Lanes a = desk.strip(0), b = desk.strip(1), spectrum = desk.strip(2);
  int64_t row = 0;
  for (int64_t index = 0; index < layout.reals; index++, row += layout.frequencies) {
    for (int64_t strip = 0; strip < layout.halfStrips; strip++) {
      const Lanes left = desk.columns(strip), right = desk.columns(layout.halfStrips + strip);
      tangle(left.at(row * kLanes), right.at(row * kLanes), layout.height, spectrum);
      fourier.transform(spectrum.swapped(), a, b, desk.real(index, strip).swapped());
    }
  }
  for (int64_t strip = 0; layout.isColour && strip < layout.strips(); strip++) {
    fourier.transform(desk.columns(strip).at(row * kLanes).swapped(), a, b, desk.complex(strip).swapped());
  }
}

// ------------------------------------------------------------------ rows

// The part of a spectrum that belongs to sixteen rows: [width][16], real parts before imaginary ones.
Lanes blockOf(const Layout& layout, float* spectrum, int64_t block) {
  float* const start = spectrum + block * 2 * layout.width * kLanes;
  return {start, start + layout.width * kLanes, kLanes};
}

// |amplitude| · own / |own|; where own is 0, or next to nothing beside the amplitude, its phase is 0.
APR_VECTORISED void recombineBlock(const Lanes& amplitude, const Lanes& own, int64_t width, const Lanes& out) {
  const float *__restrict donorRe = amplitude.re, *__restrict donorIm = amplitude.im;
  const float *__restrict ownRe = own.re, *__restrict ownIm = own.im;
  float *__restrict outRe = out.re, *__restrict outIm = out.im;
  for (int64_t i = 0; i < width * kLanes; i++) {
    const float energy = ownRe[i] * ownRe[i] + ownIm[i] * ownIm[i];
    const float donated = donorRe[i] * donorRe[i] + donorIm[i] * donorIm[i];
    const bool isNothing = energy <= donated * 1e-36f + 1e-37f;
    const float gain = __builtin_sqrtf(donated / (isNothing ? 1.0f : energy));
    outRe[i] = (isNothing ? 1.0f : ownRe[i]) * gain;
    outIm[i] = (isNothing ? 0.0f : ownIm[i]) * gain;
  }
}

template <typename T>
void analyse(const Layout& layout, const Fourier& rows, const Fourier& columns, const T* image, const Desk& desk,
             float* spectrum) {
  split(layout, image, desk);
  columnsForward(layout, desk, columns);
  for (int64_t block = 0; block < layout.blocks; block++) {
    const Lanes in = desk.strip(0);
    for (int64_t strip = 0; strip < layout.strips(); strip++) {
      const Lanes from = desk.columns(strip).at(block * kLanes * kLanes);
      const Lanes to = in.at(layout.firstOf(strip) * kLanes);
      gatherRows(from.re, kLanes, layout.countOf(strip), to.re);
      gatherRows(from.im, kLanes, layout.countOf(strip), to.im);
    }
    rows.transform(in, desk.strip(1), desk.strip(2), blockOf(layout, spectrum, block));
  }
}

void synthesise(const Layout& layout, const Fourier& rows, const Fourier& columns, float* amplitude, float* own,
                const Desk& desk, Quantize quantize, float* image) {
  for (int64_t block = 0; block < layout.blocks; block++) {
    const Lanes in = desk.strip(0), out = desk.strip(1);
    recombineBlock(blockOf(layout, amplitude, block), blockOf(layout, own, block), layout.width, in);
    rows.transform(in.swapped(), desk.strip(2), desk.strip(3), out.swapped());
    for (int64_t strip = 0; strip < layout.strips(); strip++) {
      const Lanes from = out.at(layout.firstOf(strip) * kLanes);
      const Lanes to = desk.columns(strip).at(block * kLanes * kLanes);
      scatterRows(from.re, layout.countOf(strip), to.re, kLanes);
      scatterRows(from.im, layout.countOf(strip), to.im, kLanes);
    }
  }
  columnsInverse(layout, desk, columns);
  join(layout, desk, quantize, image);
}

// ------------------------------------------------------------------ the operation

template <typename T>
class RecombineImages {
 public:
  explicit RecombineImages(const Attributes& attributes)
      : isColour_(attributes.flag("colour")), quantize_(static_cast<Quantize>(attributes.whole("quantize"))) {}

  void compute(const Execution& execution) const {
    const int batches = execution.inputs() - 2;
    std::vector<Tensor> tensors;
    std::vector<const T*> images;
    for (int i = 0; i < batches; i++) {
      tensors.push_back(execution.input(i));
      const Shape& shape = tensors.back().shape();
      require(shape.size() == 4, "images of rank 4");
      const Shape& first = tensors.front().shape();
      require(std::equal(shape.begin() + 1, shape.end(), first.begin() + 1), "images of one size");
      const int64_t size = shape[1] * shape[2] * shape[3];
      for (int64_t j = 0; j < shape[0]; j++) images.push_back(tensors.back().template data<T>() + j * size);
    }
    const Tensor donors = execution.input(batches), owners = execution.input(batches + 1);
    require(donors.size() == owners.size(), "as many places of amplitudes as of phases");
    const Shape& shape = tensors.front().shape();
    require(shape[1] > 0 && shape[2] > 0 && shape[3] > 0, "images of at least one pixel");
    require(!isColour_ || shape[3] == 3, "three channels for the transform over colour");
    require(isTransformable(shape[1]) && isTransformable(shape[2]), "sides without prime factors above 31");
    const int64_t count = owners.size();
    const Tensor out = execution.output(0, TF_FLOAT, {count, shape[1], shape[2], shape[3]});
    const auto total = static_cast<int64_t>(images.size());
    for (int64_t i = 0; i < count; i++) {
      require(isPlace(owners.data<int32_t>()[i], 0, total) && isPlace(donors.data<int32_t>()[i], -1, total),
              "places within the images");
    }
    recombine(Layout(shape[1], shape[2], shape[3], isColour_), images, donors.data<int32_t>(), owners.data<int32_t>(), count,
              out.data<float>());
  }

 private:
  static bool isPlace(int32_t place, int32_t lowest, int64_t end) { return place >= lowest && place < end; }

  // Chains of results, each with the phase of the one that gave the result before its amplitude: one spectrum of two is
  // there already, in the caches. They are cut, for threads to share.
  static std::vector<std::vector<int64_t>> chainsOf(const int32_t* donors, const int32_t* owners, int64_t count,
                                                    size_t images) {
    const auto longest = static_cast<size_t>(threads() == 1 ? count : std::max<int64_t>(4, count / (2 * threads())));
    std::vector<int64_t> next(images, -1);  // by the place of the phase; -1: none, or taken
    for (int64_t i = 0; i < count; i++) next[static_cast<size_t>(owners[i])] = i;
    std::vector<bool> isTaken(static_cast<size_t>(count));
    std::vector<std::vector<int64_t>> chains;
    for (int64_t start = 0; start < count; start++) {
      if (isTaken[static_cast<size_t>(start)]) continue;
      chains.emplace_back();
      for (int64_t i = start; i >= 0 && !isTaken[static_cast<size_t>(i)] && chains.back().size() < longest;) {
        isTaken[static_cast<size_t>(i)] = true;
        chains.back().push_back(i);
        i = donors[i] < 0 ? -1 : next[static_cast<size_t>(donors[i])];
        if (i >= 0 && donors[i] < 0) break;
      }
    }
    return chains;
  }

  void recombine(const Layout& layout, const std::vector<const T*>& images, const int32_t* donors,
                 const int32_t* owners, int64_t count, float* out) const {
    const auto rows = Fourier::of(layout.width), columns = Fourier::of(layout.height);
    const auto chains = chainsOf(donors, owners, count, images.size());
    const int64_t spectrum = layout.spectrum(), share = roundUp(Desk::sizeOf(layout)) + 2 * spectrum;
    const Workspace workspace(share * threads());
    std::vector<Desk> desks;
    for (int i = 0; i < threads(); i++) desks.emplace_back(layout, workspace.start() + i * share + 2 * spectrum);
    forEachTask(static_cast<int64_t>(chains.size()), [&](int64_t task, int thread) {
      const std::vector<int64_t>& chain = chains[static_cast<size_t>(task)];
      const Desk& desk = desks[static_cast<size_t>(thread)];
      const auto pixelsOf = [&](int32_t place) { return images[static_cast<size_t>(place)]; };
      float* own = workspace.start() + thread * share;
      float* other = own + spectrum;
      if (donors[chain.front()] < 0) {
        return toFloats(pixelsOf(owners[chain.front()]), layout.pixels(), out + chain.front() * layout.pixels());
      }
      analyse(layout, *rows, *columns, pixelsOf(owners[chain.front()]), desk, own);
      for (const int64_t i : chain) {
        analyse(layout, *rows, *columns, pixelsOf(donors[i]), desk, other);
        synthesise(layout, *rows, *columns, other, own, desk, quantize_, out + i * layout.pixels());
        std::swap(own, other);
      }
    });
  }

  bool isColour_;
  Quantize quantize_;
};

}  // namespace

void registerRecombineImages() {
  registerOperation({"AprRecombineImages",
                     {"images: N * T", "amplitude_from: int32", "phase_from: int32"},
                     {"recombined: float"},
                     {"N: int >= 1", "colour: bool", "quantize: int = 0", "T: {float, uint8} = DT_FLOAT"}});
  registerCpuKernel<RecombineImages<float>>("AprRecombineImages", TF_FLOAT);
  registerCpuKernel<RecombineImages<Byte>>("AprRecombineImages", TF_UINT8);
}

}  // namespace apr::kernels
