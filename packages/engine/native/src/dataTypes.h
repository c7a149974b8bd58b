// How TensorFlow's element types lie in memory and which typed array shows them to JavaScript.
#pragma once

#include <node_api.h>
#include <tensorflow/c/tf_datatype.h>

#include <cstddef>
#include <cstdint>

namespace apr {

struct DataTypeInfo {
  size_t elementSize;         // bytes per tensor element
  napi_typedarray_type array;  // what reading gives
  size_t arrayElementSize;    // bytes per element of that array; a complex number takes two
};

// Throws a UsageError for types that have no plain memory (resource, variant) or are not supported.
DataTypeInfo dataTypeInfo(TF_DataType type);

// Types of 16 bits that JavaScript sees as float32.
inline bool isShortFloat(TF_DataType type) { return type == TF_BFLOAT16 || type == TF_HALF; }

// Both round to nearest, ties to even; NaN stays NaN.
void toShortFloats(TF_DataType type, const float* from, uint16_t* to, size_t count);
void fromShortFloats(TF_DataType type, const uint16_t* from, float* to, size_t count);

}  // namespace apr
