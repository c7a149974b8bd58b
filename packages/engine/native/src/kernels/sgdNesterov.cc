// One step of SGD with Nesterov momentum for a whole list of parameters.
#include "api.h"
#include "kernels.h"
#include "vectors.h"
#include "workers.h"

namespace apr::kernels {

namespace {

// One parameter, in memory.
struct Parameter {
  const float *weight, *gradient, *velocity;
  float *newWeight, *newVelocity;
};

struct Rates {
  float learningRate, momentum, weightDecay;
};

APR_VECTORISED void update(const Parameter& p, const Rates& rates, int64_t begin, int64_t end) {
  const float* __restrict weight = p.weight;
  const float* __restrict gradient = p.gradient;
  const float* __restrict velocity = p.velocity;
  float* __restrict newWeight = p.newWeight;
  float* __restrict newVelocity = p.newVelocity;
  for (int64_t i = begin; i < end; i++) {
    const float slope = gradient[i] + rates.weightDecay * weight[i];
    const float speed = rates.momentum * velocity[i] + slope;
    newVelocity[i] = speed;
    newWeight[i] = weight[i] - rates.learningRate * (slope + rates.momentum * speed);
  }
}

class SgdNesterov {
 public:
  explicit SgdNesterov(const Attributes& attributes)
      : momentum_(attributes.number("momentum")), weightDecay_(attributes.number("weight_decay")) {}

  void compute(const Execution& execution) const {
    const int count = execution.inputs() / 3;
    const Tensor learningRate = execution.input(3 * count);
    require(learningRate.size() == 1, "one learning rate");
    const Rates rates = {*learningRate.data<float>(), momentum_, weightDecay_};
    for (int i = 0; i < count; i++) {
      Tensor weight = execution.input(i);
      Tensor gradient = execution.input(count + i);
      Tensor velocity = execution.input(2 * count + i);
      require(gradient.shape() == weight.shape() && velocity.shape() == weight.shape(),
              "gradients and velocities of their weights' shapes");
      Tensor newWeight = execution.output(i, TF_FLOAT, weight.shape());
      Tensor newVelocity = execution.output(count + i, TF_FLOAT, weight.shape());
      const Parameter parameter = {weight.data<float>(), gradient.data<float>(), velocity.data<float>(),
                                   newWeight.data<float>(), newVelocity.data<float>()};
      forEachRange(weight.size(), 1 << 15,
                   [&](int64_t begin, int64_t end) { update(parameter, rates, begin, end); });
    }
  }

 private:
  float momentum_, weightDecay_;
};

}  // namespace

void registerSgdNesterov() {
  registerOperation({"AprSgdNesterov",
                     {"weights: N * float", "gradients: N * float", "velocities: N * float", "learning_rate: float"},
                     {"new_weights: N * float", "new_velocities: N * float"},
                     {"N: int >= 1", "momentum: float", "weight_decay: float"}});
  registerCpuKernel<SgdNesterov>("AprSgdNesterov");
}

}  // namespace apr::kernels
