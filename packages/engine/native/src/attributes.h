#pragma once

#include <tensorflow/c/eager/c_api.h>

#include <functional>
#include <string>
#include <vector>

#include "context.h"

namespace apr {

// Beyond TF_AttrType: a serialized tensorflow.AttrValue, for what the C API has no setter for (lists of
// tensors, functions with bound attributes).
constexpr int kAttrValueProto = 100;

// One attribute, read from JavaScript once: `set` gives it, under its name, to as many operations as need be.
struct Attribute {
  std::string name;
  std::function<void(TFE_Op* op, const char* name)> set;
};

// Reads an array of { name, type, value }; see README.md for the values of each type.
std::vector<Attribute> parseAttributes(napi_env env, const Context& context, napi_value attributes);

void applyAttributes(const std::vector<Attribute>& attributes, TFE_Op* op);

}  // namespace apr
