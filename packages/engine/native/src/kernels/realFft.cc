// The discrete Fourier transform of real images over height and width, and its inverse.
//
// Rows are transformed first, 32 at a time: sixteen of them are the real parts of complex rows and sixteen the imaginary
// ones. Their frequencies are put down in blocks of sixteen next to one another, which are the lanes of the transform of
// columns. Of an even width, the columns of frequency 0 and width/2 have real rows only and make up one complex column.
#include "api.h"
#include "fourier.h"
#include "kernels.h"
#include "range.h"
#include "rows.h"
#include "scratch.h"
#include "stream.h"
#include "vectors.h"
#include "workers.h"

#include <algorithm>
#include <cstring>

namespace apr::kernels {

namespace {

constexpr int64_t kRows = 2 * kLanes;           // transformed at a time
constexpr int64_t kStreamed = int64_t{1} << 21;  // numbers of a part from which on results go past the caches

// Sizes of one plane of a batch [batch, height, width, channels].
struct Plane {
  int64_t height, width, channels;
  int64_t frequencies, columns;  // of a row; complex columns to transform
  int64_t rows;                  // with padding

  Plane(int64_t height, int64_t width, int64_t channels)
      : height(height), width(width), channels(channels), frequencies(width / 2 + 1), columns((width + 1) / 2),
        rows(roundUp(height, kRows)) {}

  bool isPacked() const { return width % 2 == 0; }
  int64_t block() const { return 2 * rows * kLanes; }  // floats of sixteen columns, both parts
  int64_t longest() const { return std::max(height, width); }
};

// What one thread works in; it grows, and stays until the thread ends.
class Desk {
 public:
  explicit Desk(const Plane& plane) : plane_(plane) {
    const int64_t floats = image() + spectrum() + 4 * 2 * strip();
    const size_t bytes = static_cast<size_t>(floats) * sizeof(float);
    thread_local Scratch scratch;
    start_ = static_cast<float*>(scratch.atLeast(bytes));
    std::memset(start_, 0, bytes);  // padding is transformed too
  }

  // Some rows of the plane by themselves: [kRows][width].
  float* pixels() const { return start_; }
  // Sixteen columns of frequencies side by side: [rows][16], real parts before imaginary ones.
  Lanes columns(int64_t first) const { return block(first / kLanes + 1); }
  // What becomes of them takes the place of the sixteen before, which are done with.
  Lanes transformed(int64_t first) const { return block(first / kLanes); }
  Lanes strip(int number) const {
    float* const start = start_ + image() + spectrum() + number * 2 * strip();
    return {start, start + strip(), kLanes};
  }

 private:
  Lanes block(int64_t index) const {
    float* const start = start_ + image() + index * plane_.block();
    return {start, start + plane_.block() / 2, kLanes};
  }
  int64_t image() const { return kRows * roundUp(plane_.width, kLanes); }
  int64_t spectrum() const { return (1 + roundUp(plane_.columns, kLanes) / kLanes) * plane_.block(); }
  int64_t strip() const { return (plane_.longest() + 2) * kLanes; }

  const Plane& plane_;
  float* start_ = nullptr;
};

// ------------------------------------------------------------------ rows

// Rows of a plane by themselves. What is missing to kRows is whatever lies there: its transform is not used.
const float* gatherPixels(const Plane& plane, const float* image, int64_t y, float* pixels) {
  const float* const from = image + y * plane.width * plane.channels;
  const int64_t rows = std::min(kRows, plane.height - y);
  if (plane.channels == 1 && rows == kRows) return from;
  for (int64_t i = 0; i < rows * plane.width; i++) pixels[i] = from[i * plane.channels];
  return pixels;
}

void scatterPixels(const Plane& plane, const float* pixels, int64_t y, float* image) {
  float* const to = image + y * plane.width * plane.channels;
  const int64_t rows = std::min(kRows, plane.height - y);
  for (int64_t i = 0; i < rows * plane.width; i++) to[i * plane.channels] = pixels[i];
}

void rowsForward(const Plane& plane, const float* image, const Desk& desk, const Fourier& fourier, float scale) {
  const Lanes in = desk.strip(0), both = desk.strip(1);
  for (int64_t y = 0; y < plane.height; y += kRows) {
    const float* const pixels = gatherPixels(plane, image, y, desk.pixels());
    // The next rows are read while these are transformed, little by little: few reads can be under way at a time.
    const int64_t quarter = kRows * plane.width / 4;
    const auto readAhead = [&](int part) { prefetch(pixels + (4 + part) * quarter, quarter); };
    readAhead(0);
    gatherRows(pixels, plane.width, plane.width, in.re);
    readAhead(1);
    gatherRows(pixels + kLanes * plane.width, plane.width, plane.width, in.im);
    readAhead(2);
    fourier.transform(in, desk.strip(2), desk.strip(3), both);
    readAhead(3);
    untangleColumns(both, plane.width, scale, desk.columns(0).at(y * kLanes), plane.block());
  }
}

void rowsInverse(const Plane& plane, const Desk& desk, const Fourier& fourier, float* image) {
  const Lanes both = desk.strip(0), out = desk.strip(1);
  for (int64_t y = 0; y < plane.height; y += kRows) {
    tangleColumns(desk.transformed(0).at(y * kLanes), plane.block(), plane.width, both);
    fourier.transform(both.swapped(), desk.strip(2), desk.strip(3), out.swapped());
    const bool isDirect = plane.channels == 1 && y + kRows <= plane.height;
    float* const pixels = isDirect ? image + y * plane.width : desk.pixels();
    scatterRows(out.re, plane.width, pixels, plane.width);
    scatterRows(out.im, plane.width, pixels + kLanes * plane.width, plane.width);
    if (!isDirect) scatterPixels(plane, pixels, y, image);
  }
}

// ------------------------------------------------------------------ columns

// Where frequency [row, column] of a plane's spectrum stands, counted in floats.
struct Source {
  const float *re, *im;
  int64_t row, column;

  Source at(int64_t v) const { return {re + v * column, im + v * column, row, column}; }
};

APR_VECTORISED void loadColumns(const Source& from, int64_t height, int64_t lanes, float scale, const Lanes& to) {
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
    store(re * scale, to.re + u * kLanes, kLanes);
    store(im * scale, to.im + u * kLanes, kLanes);
  }
}

// Columns of frequencies, transformed: one part of them.
struct Part {
  const float* blocks;  // of sixteen columns, [height][16]
  const float* last;    // the last column of an even width, [height]
  float* to;
};

// The numbers of one row, one after another; more than there are may be written, up to a multiple of sixteen.
APR_INLINE void putRow(const Plane& plane, const Part& part, int64_t u, float* row) {
  for (int64_t v = 0; v < plane.columns; v += kLanes) {
    std::memcpy(row + v, part.blocks + v / kLanes * plane.block() + u * kLanes, sizeof(Floats));
  }
  if (plane.isPacked()) row[plane.columns] = part.last[u];
}

// Rows are put together in `desk`, [width + 16].
APR_VECTORISED void storeRows(const Plane& plane, const Part& part, float* desk) {
  const int64_t row = plane.frequencies * plane.channels, written = roundUp(plane.columns, kLanes);
  for (int64_t u = 0; u < plane.height; u++) {
    float* const to = part.to + u * row;
    if (plane.channels == 1 && (plane.height - u) * row >= written) {  // the next rows come after
      putRow(plane, part, u, to);
      continue;
    }
    putRow(plane, part, u, desk);
    for (int64_t v = 0; v < plane.frequencies; v++) to[v * plane.channels] = desk[v];
  }
}

// The same past the caches, which a large result would leave before anyone reads it: whole lines of them.
APR_VECTORISED void streamRows(const Plane& plane, const Part& part, float* desk) {
  int64_t count = reinterpret_cast<uintptr_t>(part.to) / sizeof(float) % kLanes;  // in the desk, after what lies before the plane
  int64_t skipped = count;
  float* line = part.to - count;
  for (int64_t u = 0; u < plane.height; u++) {
    putRow(plane, part, u, desk + count);
    count += plane.frequencies;
    int64_t done = 0;
    if (skipped > 0 && count >= kLanes) {
      std::memcpy(line + skipped, desk + skipped, static_cast<size_t>(kLanes - skipped) * sizeof(float));
      skipped = 0;
      done = kLanes;
    }
    const int64_t whole = count / kLanes * kLanes;
    streamLines(desk + done, whole - done, line + done);
    line += whole;
    count -= whole;
    std::memcpy(desk, desk + whole, sizeof(Floats));
  }
  std::memcpy(line + skipped, desk + skipped, static_cast<size_t>(count - skipped) * sizeof(float));
}

// The first column and the last, from the first where they are one: each is symmetric.
void unpackEnds(const Plane& plane, const Lanes& first, const Lanes& last) {
  for (int64_t u = 0; 2 * u <= plane.height; u++) {
    const int64_t mirror = u == 0 ? 0 : plane.height - u;
    const Lanes a = first.at(u * first.stride), b = first.at(mirror * first.stride);
    const Lanes c = last.at(u * last.stride), d = last.at(mirror * last.stride);
    const float re = *a.re, im = *a.im, otherRe = *b.re, otherIm = *b.im;
    *a.re = *b.re = 0.5f * (re + otherRe);
    *c.re = *d.re = 0.5f * (im + otherIm);
    *b.im = 0.5f * (otherIm - im);
    *a.im = 0.5f * (im - otherIm);
    *d.im = 0.5f * (re - otherRe);
    *c.im = 0.5f * (otherRe - re);
  }
}

// And back. What the columns of real images cannot have is left out.
void packEnds(const Source& from, const Plane& plane, float scale, const Lanes& to) {
  const int64_t last = (plane.frequencies - 1) * from.column;
  const float half = 0.5f * scale;
  for (int64_t u = 0; u < plane.height; u++) {
    const int64_t row = u * from.row, mirror = (u == 0 ? 0 : plane.height - u) * from.row;
    const float firstRe = from.re[row] + from.re[mirror], firstIm = from.im[row] - from.im[mirror];
    const float lastRe = from.re[row + last] + from.re[mirror + last];
    const float lastIm = from.im[row + last] - from.im[mirror + last];
    to.re[u * kLanes] = half * (firstRe - lastIm);
    to.im[u * kLanes] = half * (firstIm + lastRe);
  }
}

void columnsForward(const Plane& plane, const Desk& desk, const Fourier& fourier, bool isStreamed, const Lanes& to) {
  const bool isDirect = !isStreamed && plane.channels == 1 && plane.columns % kLanes == 0;
  for (int64_t v = 0; v < plane.columns; v += kLanes) {
    fourier.transform(desk.columns(v), desk.strip(0), desk.strip(1), isDirect ? to.at(v) : desk.transformed(v));
  }
  if (isDirect) return plane.isPacked() ? unpackEnds(plane, to, to.at(plane.columns)) : void();
  const Lanes first = desk.transformed(0), last = {desk.strip(0).re, desk.strip(0).im, 1};
  if (plane.isPacked()) unpackEnds(plane, first, last);
  const auto store = isStreamed ? streamRows : storeRows;
  store(plane, {first.re, last.re, to.re}, desk.strip(1).re);
  store(plane, {first.im, last.im, to.im}, desk.strip(1).re);
}

void columnsInverse(const Plane& plane, const Source& from, const Desk& desk, const Fourier& fourier, float scale) {
  for (int64_t v = 0; v < plane.columns; v += kLanes) {
    const Lanes columns = desk.columns(v);
    loadColumns(from.at(v), plane.height, std::min<int64_t>(kLanes, plane.columns - v), scale, columns);
    if (v == 0 && plane.isPacked()) packEnds(from, plane, scale, columns);
    fourier.transform(columns.swapped(), desk.strip(0), desk.strip(1), desk.transformed(v).swapped());
  }
}

// ------------------------------------------------------------------ the operations

// Calls body(desk, image, channel) for all planes.
template <typename TBody>
void forEachPlane(int64_t images, const Plane& plane, const TBody& body) {
  const int64_t grain = 1 + (1 << 15) / (plane.height * plane.width);
  forEachRange(images * plane.channels, grain, [&](int64_t begin, int64_t end) {
    const Desk desk(plane);
    for (int64_t i = begin; i < end; i++) body(desk, i / plane.channels, i % plane.channels);
    endStream();
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
    const bool isStreamed = plane.channels == 1 && shape[0] * spectrum >= kStreamed;
    forEachPlane(shape[0], plane, [&](const Desk& desk, int64_t index, int64_t channel) {
      if (!isStreamed && channel == 0) {
        prefetchForWriting(re.data<float>() + index * spectrum, spectrum);
        prefetchForWriting(im.data<float>() + index * spectrum, spectrum);
      }
      rowsForward(plane, images.data<float>() + index * image + channel, desk, *rows, scale_);
      const int64_t start = index * spectrum + channel;
      columnsForward(plane, desk, *columns, isStreamed,
                     {re.data<float>() + start, im.data<float>() + start, half[2] * shape[3]});
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
                     *columns, scale_);
      rowsInverse(plane, desk, *rows, images.data<float>() + index * image + channel);
    });
  }

 private:
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
