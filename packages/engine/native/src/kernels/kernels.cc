#include "kernels.h"

#include <mutex>

namespace apr::kernels {

void registerKernels() {
  static std::once_flag once;
  std::call_once(once, [] {
    registerBatchNorm();
    registerConvolution();
    registerFilterGradient();
    registerImageOps();
    registerMaxPool();
    registerMovingAverage();
    registerRealFft();
    registerRecombineImages();
    registerSgdNesterov();
  });
}

}  // namespace apr::kernels
