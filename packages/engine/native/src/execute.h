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

// Runs it; the caller owns the handles.
std::vector<TFE_TensorHandle*> runOp(const PreparedOp& prepared);

// Takes the handles over into the context; an array of { id, shape, dtype }.
napi_value describeOutputs(napi_env env, Context& context,
                           const std::vector<TFE_TensorHandle*>& handles);

// executeOp(name, attributes, inputs, numOutputs?, device?) → [{ id, shape, dtype }]
napi_value executeOp(Call& call);

}  // namespace apr
