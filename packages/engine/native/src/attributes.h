#pragma once

#include <tensorflow/c/eager/c_api.h>

#include "context.h"

namespace apr {

// Beyond TF_AttrType: a serialized tensorflow.AttrValue, for what the C API has no setter for (lists of
// tensors, functions with bound attributes).
constexpr int kAttrValueProto = 100;

// Sets attributes from an array of { name, type, value }; see README.md for the values of each type.
void setAttributes(napi_env env, const Context& context, TFE_Op* op, napi_value attributes);

}  // namespace apr
