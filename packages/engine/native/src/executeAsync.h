#pragma once

#include "call.h"

namespace apr {

// executeOpAsync(name, attributes, inputs, numOutputs?, device?) → Promise of [{ id, shape, dtype }].
// The operation runs on a thread of Node's pool; its inputs may be deleted at once.
napi_value executeOpAsync(Call& call);

}  // namespace apr
