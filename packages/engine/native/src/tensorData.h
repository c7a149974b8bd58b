// Between TensorFlow's host tensors and JavaScript's typed arrays; data is copied both ways.
#pragma once

#include <tensorflow/c/tf_tensor.h>

#include <memory>
#include <vector>

#include "js.h"

namespace apr {

using HostTensor = std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>;

// A host tensor of `shape` and `type` with a copy of `values`: a typed array of as many bytes as the tensor
// has, or a Float32Array for bfloat16 and half; for strings an array of strings or Uint8Arrays.
HostTensor newHostTensor(napi_env env, const std::vector<int64_t>& shape, TF_DataType type,
                         napi_value values);

// The typed array named by dataTypes.h, for strings an array of Uint8Arrays.
napi_value readHostTensor(napi_env env, const TF_Tensor* tensor);

// The tensor's memory as a Uint8Array: the bits of bfloat16 and half, unconverted.
napi_value readHostBytes(napi_env env, const TF_Tensor* tensor);

}  // namespace apr
