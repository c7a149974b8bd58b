#include "tileProduct.h"

namespace apr::kernels {

Meeting Meeting::forward(int64_t source, int64_t result, const Convolution& c) {
  Meeting meeting(result, c.size);
  for (int64_t at = 0; at < result; at++) {
    for (int64_t tap = 0; tap < c.size; tap++) {
      const int64_t place = at * c.stride + tap - c.padding;
      if (place >= 0 && place < source) meeting.places_[static_cast<size_t>(at * c.size + tap)] = place;
    }
  }
  return meeting;
}

Meeting Meeting::backward(int64_t source, int64_t result, const Convolution& c) {
  Meeting meeting(result, c.size);
  for (int64_t place = 0; place < source; place++) {
    for (int64_t tap = 0; tap < c.size; tap++) {
      const int64_t at = place * c.stride + tap - c.padding;
      if (at >= 0 && at < result) meeting.places_[static_cast<size_t>(at * c.size + tap)] = place;
    }
  }
  return meeting;
}

TileProduct TileProduct::forward(const Convolution& c) {
  return {c.batch, c.height, c.width, c.in, c.out, Meeting::forward(c.height, c.outHeight, c),
          Meeting::forward(c.width, c.outWidth, c), false, c.stride, c.padding};
}

TileProduct TileProduct::backward(const Convolution& c) {
  return {c.batch, c.outHeight, c.outWidth, c.out, c.in, Meeting::backward(c.outHeight, c.height, c),
          Meeting::backward(c.outWidth, c.width, c), true, c.stride, c.size - 1 - c.padding};
}

}  // namespace apr::kernels
