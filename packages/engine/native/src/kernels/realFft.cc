// The discrete Fourier transform of real images over height and width, and its inverse.
//
// Rows are transformed first, two of them as the parts of one complex row; then columns of frequencies. Of an even
// width, the columns of frequency 0 and width/2 have real rows only and make up one complex column.
#include "api.h"
#include "fourier.h"
#include "kernels.h"
#include "rows.h"
#include "vectors.h"
#include "workers.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace apr::kernels {

namespace {

int64_t roundUp(int64_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

// Sizes of one plane of a batch [batch, height, width, channels].
struct Plane {
  int64_t height, width, channels;
  int64_t pairs, frequencies, columns;  // of rows; of a row; complex columns to transform
  int64_t stride;                       // floats from one column of frequencies to the next

  Plane(int64_t height, int64_t width, int64_t channels)
      : height(height), width(width), channels(channels), pairs((height + 1) / 2), frequencies(width / 2 + 1),
        columns((width + 1) / 2), stride(roundUp(height) + 2 * kLanes) {}

  bool isPacked() const { return width % 2 == 0; }
  int64_t longest() const { return std::max(height, width); }
};

// What one thread works in; it grows, and stays until the thread ends.
class Desk {
 public:
  explicit Desk(const Plane& plane) : plane_(plane) {
    const int64_t floats = image() + 2 * matrix() + 4 * 2 * strip();
    thread_local Memory memory;
    memory.grow(floats);
    start_ = memory.start.get();
    std::memset(start_, 0, static_cast<size_t>(floats) * sizeof(float));  // padding is transformed too
  }

  // The plane by itself, with rows to spare: [roundUp(pairs) + pairs + 16][width].
  float* pixels() const { return start_; }
  // Columns of frequencies: [roundUp(frequencies)][stride].
  Lanes spectrum() const { return {start_ + image(), start_ + image() + matrix(), plane_.stride}; }
  Lanes strip(int number) const {
    float* const start = start_ + image() + 2 * matrix() + number * 2 * strip();
    return {start, start + strip(), kLanes};
  }

 private:
  struct Free {
    void operator()(float* memory) const { std::free(memory); }
  };
  struct Memory {
    std::unique_ptr<float, Free> start;
    int64_t floats = 0;
    void grow(int64_t wanted) {
      if (wanted <= floats) return;
      start.reset(static_cast<float*>(std::aligned_alloc(64, static_cast<size_t>(roundUp(wanted)) * sizeof(float))));
      floats = start == nullptr ? 0 : wanted;
      if (start == nullptr) throw std::bad_alloc();
    }
  };
  int64_t image() const { return roundUp((roundUp(plane_.pairs) + plane_.pairs + kLanes) * plane_.width); }
  int64_t matrix() const { return roundUp(plane_.frequencies) * plane_.stride; }
  int64_t strip() const { return plane_.longest() * kLanes; }

  const Plane& plane_;
  float* start_ = nullptr;
};

// ------------------------------------------------------------------ rows

void rowsForward(const Plane& plane, const float* pixels, const Desk& desk, const Fourier& fourier) {
  const Lanes in = desk.strip(0), both = desk.strip(3);
  for (int64_t y = 0; y < plane.pairs; y += kLanes) {
    gatherRows(pixels + y * plane.width, plane.width, plane.width, in.re);
    gatherRows(pixels + (plane.pairs + y) * plane.width, plane.width, plane.width, in.im);
    fourier.transform(in, desk.strip(1), desk.strip(2), both);
    const Lanes to = desk.spectrum().at(y);
    untangle(both, plane.width, std::min<int64_t>(kLanes, plane.pairs - y), to, to.at(plane.pairs));
  }
}

void rowsInverse(const Plane& plane, const Desk& desk, const Fourier& fourier, float* pixels) {
  const Lanes both = desk.strip(0), out = desk.strip(3);
  for (int64_t y = 0; y < plane.pairs; y += kLanes) {
    const Lanes from = desk.spectrum().at(y);
    tangle(from, from.at(plane.pairs), plane.width, both);
    fourier.transform(both.swapped(), desk.strip(1), desk.strip(2), out.swapped());
    scatterRows(out.re, plane.width, pixels + y * plane.width, plane.width);
    scatterRows(out.im, plane.width, pixels + (roundUp(plane.pairs) + y) * plane.width, plane.width);
  }
}

// ------------------------------------------------------------------ columns

// Where frequency [row, column] of a plane's spectrum stands, counted in floats.
struct Target {
  float *re, *im;
  int64_t row, column;
};

APR_VECTORISED void storeColumns(const Lanes& from, int64_t height, int64_t lanes, float scale, const Target& to) {
  for (int64_t u = 0; u < height; u++) {
    Floats re, im;
    load(re, from.re + u * kLanes, kLanes);
    load(im, from.im + u * kLanes, kLanes);
    re *= scale;
    im *= scale;
    if (to.column == 1) {
      store(re, to.re + u * to.row, static_cast<int>(lanes));
      store(im, to.im + u * to.row, static_cast<int>(lanes));
      continue;
    }
    for (int64_t lane = 0; lane < lanes; lane++) {
      to.re[u * to.row + lane * to.column] = re[lane];
      to.im[u * to.row + lane * to.column] = im[lane];
    }
  }
}

APR_VECTORISED void loadColumns(const Target& from, int64_t height, int64_t lanes, const Lanes& to) {
  for (int64_t u = 0; u < height; u++) {
    Floats re = {}, im = {};
    if (from.column == 1) {
      load(re, from.re + u * from.row, static_cast<int>(lanes));
      load(im, from.im + u * from.row, static_cast<int>(lanes));
    } else {
      for (int64_t lane = 0; lane < lanes; lane++) {
        re[lane] = from.re[u * from.row + lane * from.column];
        im[lane] = from.im[u * from.row + lane * from.column];
      }
    }
    store(re, to.re + u * kLanes, kLanes);
    store(im, to.im + u * kLanes, kLanes);
  }
}

// The first column and the last, from lane 0 where they are one.
void unpackEnds(const Lanes& from, const Plane& plane, float scale, const Target& to) {
  const int64_t last = (plane.frequencies - 1) * to.column;
  const float half = 0.5f * scale;
  for (int64_t u = 0; u < plane.height; u++) {
    const int64_t mirror = u == 0 ? 0 : plane.height - u;
    const float re = from.re[u * kLanes], im = from.im[u * kLanes];
    const float otherRe = from.re[mirror * kLanes], otherIm = from.im[mirror * kLanes];
    to.re[u * to.row] = (re + otherRe) * half;
    to.im[u * to.row] = (im - otherIm) * half;
    to.re[u * to.row + last] = (im + otherIm) * half;
    to.im[u * to.row + last] = (otherRe - re) * half;
  }
}

// And back. What the columns of real images cannot have is left out.
void packEnds(const Target& from, const Plane& plane, const Lanes& to) {
  const int64_t last = (plane.frequencies - 1) * from.column;
  for (int64_t u = 0; u < plane.height; u++) {
    const int64_t row = u * from.row, mirror = (u == 0 ? 0 : plane.height - u) * from.row;
    const float firstRe = from.re[row] + from.re[mirror], firstIm = from.im[row] - from.im[mirror];
    const float lastRe = from.re[row + last] + from.re[mirror + last];
    const float lastIm = from.im[row + last] - from.im[mirror + last];
    to.re[u * kLanes] = 0.5f * (firstRe - lastIm);
    to.im[u * kLanes] = 0.5f * (firstIm + lastRe);
  }
}

// The last column's real rows take the place of the first one's imaginary parts, which are 0; rows of frequencies are
// `stride` apart.
void columnsForward(const Plane& plane, const Desk& desk, const Fourier& fourier, float scale, const Target& to) {
  const Lanes spectrum = desk.spectrum();
  if (plane.isPacked()) {
    const float* const last = spectrum.re + (plane.frequencies - 1) * plane.stride;
    std::memcpy(spectrum.im, last, static_cast<size_t>(plane.height) * sizeof(float));
  }
  for (int64_t v = 0; v < plane.columns; v += kLanes) {
    const Lanes from = spectrum.at(v * plane.stride);
    const Lanes in = desk.strip(0), out = desk.strip(3);
    gatherRows(from.re, plane.stride, plane.height, in.re);
    gatherRows(from.im, plane.stride, plane.height, in.im);
    fourier.transform(in, desk.strip(1), desk.strip(2), out);
    const Target place = {to.re + v * to.column, to.im + v * to.column, to.row, to.column};
    storeColumns(out, plane.height, std::min<int64_t>(kLanes, plane.columns - v), scale, place);
    if (v == 0 && plane.isPacked()) unpackEnds(out, plane, scale, to);
  }
}

void columnsInverse(const Plane& plane, const Target& from, const Desk& desk, const Fourier& fourier) {
  const Lanes spectrum = desk.spectrum();
  for (int64_t v = 0; v < plane.columns; v += kLanes) {
    const Lanes in = desk.strip(0), out = desk.strip(3);
    const Target place = {from.re + v * from.column, from.im + v * from.column, from.row, from.column};
    loadColumns(place, plane.height, std::min<int64_t>(kLanes, plane.columns - v), in);
    if (v == 0 && plane.isPacked()) packEnds(from, plane, in);
    fourier.transform(in.swapped(), desk.strip(1), desk.strip(2), out.swapped());
    const Lanes to = spectrum.at(v * plane.stride);
    scatterRows(out.re, plane.height, to.re, plane.stride);
    scatterRows(out.im, plane.height, to.im, plane.stride);
  }
  if (plane.isPacked()) {
    float* const last = spectrum.re + (plane.frequencies - 1) * plane.stride;
    std::memcpy(last, spectrum.im, static_cast<size_t>(plane.height) * sizeof(float));
  }
}

// ------------------------------------------------------------------ the operations

// A plane by itself, with rows to spare: of an image whose channels stand next to one another, a copy.
const float* pixelsOf(const Plane& plane, const float* image, const Desk& desk) {
  if (plane.channels == 1 && plane.pairs % kLanes == 0 && plane.height == 2 * plane.pairs) return image;
  const int64_t size = plane.height * plane.width;
  float* const pixels = desk.pixels();
  for (int64_t i = 0; i < size; i++) pixels[i] = image[i * plane.channels];
  return pixels;
}

// Calls body(desk, image, channel) for all planes.
template <typename TBody>
void forEachPlane(int64_t images, const Plane& plane, const TBody& body) {
  const int64_t grain = 1 + (1 << 15) / (plane.height * plane.width);
  forEachRange(images * plane.channels, grain, [&](int64_t begin, int64_t end) {
    const Desk desk(plane);
    for (int64_t i = begin; i < end; i++) body(desk, i / plane.channels, i % plane.channels);
  });
}

void requireSides(const Shape& shape) {
  require(shape.size() == 4, "tensors of rank 4");
  require(shape[1] > 0 && shape[2] > 0 && shape[3] > 0, "images of at least one pixel");
  require(isTransformable(shape[1]) && isTransformable(shape[2]), "sides without prime factors above 31");
}

class RealFft2 {
 public:
  explicit RealFft2(const Attributes& attributes) : scale_(attributes.number("scale")) {}

  void compute(const Execution& execution) const {
    const Tensor images = execution.input(0);
    const Shape& shape = images.shape();
    requireSides(shape);
    const Plane plane(shape[1], shape[2], shape[3]);
    const Shape half = {shape[0], shape[1], plane.frequencies, shape[3]};
    const Tensor re = execution.output(0, TF_FLOAT, half), im = execution.output(1, TF_FLOAT, half);
    const auto rows = Fourier::of(plane.width), columns = Fourier::of(plane.height);
    const int64_t image = shape[1] * shape[2] * shape[3], spectrum = shape[1] * half[2] * shape[3];
    forEachPlane(shape[0], plane, [&](const Desk& desk, int64_t index, int64_t channel) {
      const float* pixels = pixelsOf(plane, images.data<float>() + index * image + channel, desk);
      rowsForward(plane, pixels, desk, *rows);
      const int64_t start = index * spectrum + channel;
      columnsForward(plane, desk, *columns, scale_,
                     {re.data<float>() + start, im.data<float>() + start, half[2] * shape[3], shape[3]});
    });
  }

 private:
  float scale_;
};

class InverseRealFft2 {
 public:
  explicit InverseRealFft2(const Attributes& attributes)
      : width_(attributes.whole("width")), scale_(attributes.number("scale")) {}

  void compute(const Execution& execution) const {
    const Tensor re = execution.input(0), im = execution.input(1);
    const Shape& half = re.shape();
    require(half.size() == 4 && im.shape() == half, "two parts of one shape of rank 4");
    const Shape shape = {half[0], half[1], width_, half[3]};
    requireSides(shape);
    const Plane plane(shape[1], shape[2], shape[3]);
    require(half[2] == plane.frequencies, "as many frequencies as the width has");
    const Tensor images = execution.output(0, TF_FLOAT, shape);
    const auto rows = Fourier::of(plane.width), columns = Fourier::of(plane.height);
    const int64_t image = shape[1] * shape[2] * shape[3], spectrum = shape[1] * half[2] * shape[3];
    forEachPlane(shape[0], plane, [&](const Desk& desk, int64_t index, int64_t channel) {
      const int64_t start = index * spectrum + channel;
      columnsInverse(plane, {re.data<float>() + start, im.data<float>() + start, half[2] * shape[3], shape[3]}, desk,
                     *columns);
      rowsInverse(plane, desk, *rows, desk.pixels());
      storePixels(plane, desk.pixels(), images.data<float>() + index * image + channel);
    });
  }

 private:
  // The second rows of all pairs follow the first ones, after a gap.
  void storePixels(const Plane& plane, const float* pixels, float* image) const {
    const int64_t first = plane.pairs * plane.width, rest = (plane.height - plane.pairs) * plane.width;
    const float* const second = pixels + roundUp(plane.pairs) * plane.width;
    for (int64_t i = 0; i < first; i++) image[i * plane.channels] = scale_ * pixels[i];
    for (int64_t i = 0; i < rest; i++) image[(first + i) * plane.channels] = scale_ * second[i];
  }

  int64_t width_;
  float scale_;
};

}  // namespace

void registerRealFft() {
  registerOperation({"AprRealFft2", {"images: float"}, {"re: float", "im: float"}, {"scale: float"}});
  registerCpuKernel<RealFft2>("AprRealFft2");
  registerOperation({"AprInverseRealFft2", {"re: float", "im: float"}, {"images: float"}, {"width: int", "scale: float"}});
  registerCpuKernel<InverseRealFft2>("AprInverseRealFft2");
}

}  // namespace apr::kernels
