#pragma once

#include "call.h"
#include "tensorData.h"

namespace apr {

// createTensor(shape, dataType, values) → id
napi_value createTensor(Call& call);

// deleteTensor(id)
napi_value deleteTensor(Call& call);

// shareTensor(id) → another id of the same tensor, which outlives the first; nothing is copied
napi_value shareTensor(Call& call);

// readTensor(id) → typed array; bfloat16 and half come as Float32Array
napi_value readTensor(Call& call);

// readTensorBytes(id) → Uint8Array with the tensor's own bits
napi_value readTensorBytes(Call& call);

// tensorDevice(id) → name of the device that holds the tensor
napi_value tensorDevice(Call& call);

// countTensors() → how many tensors are held: by ids that are alive, and as constants by programs
napi_value countTensors(Call& call);

// The tensor in host memory; waits for the device.
HostTensor resolve(TFE_TensorHandle* handle);

}  // namespace apr
