#pragma once

#include <memory>
#include <string>
#include <vector>

#include "call.h"

namespace apr {

using OpPtr = std::unique_ptr<TFE_Op, decltype(&TFE_DeleteOp)>;

// An operation with inputs, attributes and device set, ready to run on any thread.
struct PreparedOp {
  std::string name;
  OpPtr op;
  int maxOutputs;
};

// Reads (name, attributes, inputs, numOutputs?, device?).
PreparedOp prepareOp(const Call& call);

// Runs an operation that is ready.
std::vector<HandlePtr> runOp(const std::string& name, TFE_Op* op, int maxOutputs);

// Moves the handles into the context; an array of { id, shape, dtype }.
napi_value keepOutputs(napi_env env, Context& context, std::vector<HandlePtr> handles);

// executeOp(name, attributes, inputs, numOutputs?, device?) → [{ id, shape, dtype }]
napi_value executeOp(Call& call);

}  // namespace apr
