#include "filterGradient.h"

#include <algorithm>

#include "kernels.h"
#include "workers.h"

namespace apr::kernels {

namespace {

bool hasPairs() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

class FilterGradient {
 public:
  explicit FilterGradient(const Attributes& attributes) : walk_(attributes), mayUseTiles_(attributes.flag("tiles")) {}

  void compute(const Execution& execution) const {
    const Tensor maps = execution.input(0);
    const Tensor dy = execution.input(1);
    const Convolution c = walk_.between(maps.shape(), dy.shape());
    require(c.out % 16 == 0, "output channels in multiples of 16");
    const Tensor output = execution.output(0, TF_FLOAT, {c.size, c.size, c.in, c.out});
    float* gradient = output.data<float>();
    if (output.size() == 0 || dy.size() == 0) {
      std::fill_n(gradient, output.size(), 0.0f);
      return;
    }
    const bool useTiles = mayUseTiles_ && hasTiles();
    const auto sum = useTiles ? filterGradientOfTiles : filterGradientOfPairs;
    sum(c, maps.data<uint16_t>(), dy.data<uint16_t>(), gradient);
  }

 private:
  Walk walk_;
  bool mayUseTiles_;
};

}  // namespace

void sumUp(const float* sums, int64_t count, size_t length, float* gradient) {
  forEachRange(static_cast<int64_t>(length), 1 << 10, [&](int64_t begin, int64_t end) {
    std::copy(sums + begin, sums + end, gradient + begin);
    for (int64_t k = 1; k < count; k++) {
      const float* sum = sums + static_cast<size_t>(k) * length;
      for (int64_t i = begin; i < end; i++) gradient[i] += sum[i];
    }
  });
}

void registerFilterGradient() {
  registerOperation({"AprFilterGradient",
                     {"maps: bfloat16", "dy: bfloat16"},
                     {"gradient: float"},
                     {"size: int", "stride: int", "padding: int", "tiles: bool = true"}});
  registerCpuKernel<FilterGradient>("AprFilterGradient");
}

bool hasBfloat16Units() { return hasPairs() || hasTiles(); }

}  // namespace apr::kernels
