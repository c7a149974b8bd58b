#pragma once

#include "call.h"

namespace apr {

// addFunctionDef(bytes): registers a serialized tensorflow.FunctionDef; its name then runs as an operation.
napi_value addFunctionDef(Call& call);

// removeFunction(name)
napi_value removeFunction(Call& call);

// hasFunction(name) → boolean
napi_value hasFunction(Call& call);

}  // namespace apr
