#pragma once

#include <string>

#include "call.h"

namespace apr {

// The first device of type GPU, or an empty string.
std::string firstGpuName(TFE_Context* context);

// listDevices() → [{ name, type, memoryBytes }]
napi_value listDevices(Call& call);

// isUsingGpuDevice() → boolean
napi_value isUsingGpuDevice(Call& call);

}  // namespace apr
