// The quick way to run an operation: the call and its results are numbers in one block of memory that JavaScript
// and C++ share, since reading an object through N-API takes longer than TensorFlow takes for a small operation.
#pragma once

#include "call.h"

namespace apr {

// A call, number by number (names and strings by the number that intern() gave them):
//   operation, maxOutputs, number of inputs, ids ..., number of attributes, then for each
//   name, TF_AttrType, length (-1: one value, no list; for a shape its rank), values ...
// Its results: number of outputs, then for each id, data type, rank, sizes ...
constexpr size_t kFrameLength = 8192;

// intern(text) → number
napi_value intern(Call& call);

// executeFrame(): runs what the frame says and leaves the results in it.
napi_value executeFrame(Call& call);

// A new Float64Array that the context reads calls from; it stays alive with the context.
napi_value newFrame(napi_env env, Context& context);

}  // namespace apr
