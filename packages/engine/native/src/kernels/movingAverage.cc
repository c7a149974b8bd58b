// One step of moving averages for a whole list of tensors: what running statistics and averaged weights need.
//
//     new = (1 − rate) · average + rate · value
#include "api.h"
#include "kernels.h"
#include "vectors.h"
#include "workers.h"

namespace apr::kernels {

namespace {

APR_VECTORISED void move(const float* __restrict average, const float* __restrict value, float rate, int64_t begin,
                         int64_t end, float* __restrict out) {
  const float rest = 1 - rate;
  for (int64_t i = begin; i < end; i++) out[i] = rest * average[i] + rate * value[i];
}

class MovingAverage {
 public:
  explicit MovingAverage(const Attributes& attributes) : rate_(attributes.number("rate")) {}

  void compute(const Execution& execution) const {
    const int count = execution.inputs() / 2;
    for (int i = 0; i < count; i++) {
      const Tensor average = execution.input(i);
      const Tensor value = execution.input(count + i);
      require(value.shape() == average.shape(), "values of their averages' shapes");
      const Tensor out = execution.output(i, TF_FLOAT, average.shape());
      forEachRange(average.size(), 1 << 15, [&](int64_t begin, int64_t end) {
        move(average.data<float>(), value.data<float>(), rate_, begin, end, out.data<float>());
      });
    }
  }

 private:
  float rate_;
};

}  // namespace

void registerMovingAverage() {
  registerOperation({"AprMovingAverage",
                     {"averages: N * float", "values: N * float"},
                     {"new_averages: N * float"},
                     {"N: int >= 1", "rate: float"}});
  registerCpuKernel<MovingAverage>("AprMovingAverage");
}

}  // namespace apr::kernels
