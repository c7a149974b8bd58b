#include "tileProduct.h"

namespace apr::kernels {

namespace {

// Calls meet(output, tap, input) for every output of a convolution along one axis and every input that it sees.
template <typename TMeet>
void forEachMeeting(int64_t inputs, int64_t outputs, const Convolution& c, const TMeet& meet) {
  for (int64_t output = 0; output < outputs; output++) {
    for (int64_t tap = 0; tap < c.size; tap++) {
      const int64_t input = output * c.stride + tap - c.padding;
      if (input >= 0 && input < inputs) meet(output, tap, input);
    }
  }
}

}  // namespace

Meeting Meeting::forward(int64_t source, int64_t result, const Convolution& c) {
  Meeting meeting(result, c.size);
  forEachMeeting(source, result, c, [&](int64_t output, int64_t tap, int64_t input) { meeting.at(output, tap) = input; });
  return meeting;
}

Meeting Meeting::backward(int64_t source, int64_t result, const Convolution& c) {
  Meeting meeting(result, c.size);
  forEachMeeting(result, source, c, [&](int64_t output, int64_t tap, int64_t input) { meeting.at(input, tap) = output; });
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
