#pragma once

#include <tensorflow/c/tf_tensor.h>
#include <tensorflow/c/tf_tstring.h>

#include "js.h"

namespace apr {

// Fills a fresh string tensor from an array of strings (kept as UTF-8) or Uint8Arrays.
void writeStrings(napi_env env, TF_Tensor* tensor, size_t count, napi_value values);

// An array of Uint8Arrays.
napi_value readStrings(napi_env env, const TF_Tensor* tensor);

}  // namespace apr
