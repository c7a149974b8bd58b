#include "convolution.h"

#include "convolutionTiles.h"
#include "kernels.h"

namespace apr::kernels {

Walk::Walk(const Attributes& attributes)
    : size_(attributes.whole("size")), stride_(attributes.whole("stride")), padding_(attributes.whole("padding")) {}

Convolution Walk::over(const Shape& maps, int64_t out) const {
  require(maps.size() == 4, "maps of rank 4");
  require(size_ >= 1 && stride_ >= 1 && padding_ >= 0, "a size and a stride of at least 1, a padding of at least 0");
  const auto windows = [&](int64_t length) {
    require(length + 2 * padding_ >= size_, "maps that a window fits into");
    return (length + 2 * padding_ - size_) / stride_ + 1;
  };
  return {maps[0], maps[1], maps[2], maps[3], windows(maps[1]), windows(maps[2]), out, size_, stride_, padding_};
}

Convolution Walk::between(const Shape& maps, const Shape& results) const {
  require(results.size() == 4, "dy of rank 4");
  const Convolution c = over(maps, results[3]);
  require(results[0] == c.batch, "dy and maps of one batch");
  require(results[1] == c.outHeight && results[2] == c.outWidth, "dy of the output's shape");
  return c;
}

namespace {

void requireFilter(const Convolution& c, const Shape& filter) {
  require(filter == Shape{c.size, c.size, c.in, c.out}, "a filter of shape [size, size, in, out]");
}

class ConvolutionOperation {
 public:
  explicit ConvolutionOperation(const Attributes& attributes)
      : walk_(attributes),
        relu_(attributes.flag("relu")),
        biases_(attributes.whole("biases")),
        others_(attributes.whole("others")) {}

  void compute(const Execution& execution) const {
    const Tensor maps = execution.input(0);
    const Tensor filter = execution.input(1);
    require(filter.shape().size() == 4, "a filter of rank 4");
    const Convolution c = walk_.over(maps.shape(), filter.shape()[3]);
    requireFilter(c, filter.shape());
    const Shape shape = {c.batch, c.outHeight, c.outWidth, c.out};
    require(biases_ <= 1 && others_ <= 1, "one bias and one addition at most");
    std::vector<Tensor> added;
    for (int i = 0; i < biases_ + others_; i++) added.push_back(execution.input(2 + i));
    Finish finish;
    finish.relu = relu_;
    if (biases_ == 1) {
      require(added[0].shape() == Shape{c.out}, "a bias for each channel");
      finish.bias = added[0].data<float>();
    }
    if (others_ == 1) {
      require(added.back().shape() == shape, "an addition of the result's shape");
      finish.other = added.back().data<uint16_t>();
    }
    const Tensor results = execution.output(0, TF_BFLOAT16, shape);
    if (results.size() == 0) return;
    multiplyTiles(TileProduct::forward(c), maps.data<uint16_t>(), filter.data<uint16_t>(), finish,
                  results.data<uint16_t>());
  }

 private:
  Walk walk_;
  bool relu_;
  int biases_, others_;
};

class InputGradient {
 public:
  explicit InputGradient(const Attributes& attributes) : walk_(attributes), shape_(attributes.shape4("input_shape")) {}

  void compute(const Execution& execution) const {
    const Tensor dy = execution.input(0);
    const Tensor filter = execution.input(1);
    const Convolution c = walk_.between(shape_, dy.shape());
    requireFilter(c, filter.shape());
    const Tensor dx = execution.output(0, TF_BFLOAT16, shape_);
    if (dx.size() == 0) return;
    multiplyTiles(TileProduct::backward(c), dy.data<uint16_t>(), filter.data<uint16_t>(), {}, dx.data<uint16_t>());
  }

 private:
  Walk walk_;
  Shape shape_;
};

}  // namespace

void registerConvolution() {
  if (!hasTiles()) return;
  registerOperation({"AprConvolution",
                     {"maps: bfloat16", "filter: bfloat16", "bias: biases * float", "other: others * bfloat16"},
                     {"results: bfloat16"},
                     {"size: int", "stride: int", "padding: int", "relu: bool = false", "biases: int >= 0 = 0",
                      "others: int >= 0 = 0"}});
  registerCpuKernel<ConvolutionOperation>("AprConvolution");
  registerOperation({"AprConvolutionInputGradient",
                     {"dy: bfloat16", "filter: bfloat16"},
                     {"dx: bfloat16"},
                     {"size: int", "stride: int", "padding: int", "input_shape: list(int)"}});
  registerCpuKernel<InputGradient>("AprConvolutionInputGradient");
}

}  // namespace apr::kernels
