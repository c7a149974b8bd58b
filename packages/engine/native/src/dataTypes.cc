#include "dataTypes.h"

#include <cstring>
#include <string>

#include "errors.h"

namespace apr {

namespace {

uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

bool isNan(uint32_t bits) { return (bits & 0x7fffffff) > 0x7f800000; }

// bfloat16 is the upper half of a float32; adding just under half a unit rounds, the odd bit breaks ties.
uint16_t toBfloat16(float value) {
  const uint32_t bits = bitsOf(value);
  if (isNan(bits)) return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float fromBfloat16(uint16_t bits) { return floatOf(static_cast<uint32_t>(bits) << 16); }

uint16_t toHalf(float value) {
  const uint32_t bits = bitsOf(value);
  const uint32_t sign = bits >> 16 & 0x8000;
  const uint32_t magnitude = bits & 0x7fffffff;
  if (isNan(bits)) return static_cast<uint16_t>(sign | 0x7e00);
  if (magnitude >= 0x477ff000) return static_cast<uint16_t>(sign | 0x7c00);  // rounds to infinity
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 puts the unit of half (2^-24) at the last bit of the float's fraction.
    const uint32_t rounded = bitsOf(floatOf(magnitude) + 0.5f) - bitsOf(0.5f);
    return static_cast<uint16_t>(sign | rounded);
  }
  const uint32_t rebiased = magnitude - (112u << 23);
  return static_cast<uint16_t>(sign | (rebiased + 0xfff + (rebiased >> 13 & 1)) >> 13);
}

float fromHalf(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return floatOf(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
  if (magnitude >= 0x0400) return floatOf(sign | ((magnitude << 13) + (112u << 23)));
  const float subnormal = static_cast<float>(magnitude) * 0x1p-24f;
  return floatOf(sign | bitsOf(subnormal));
}

}  // namespace

DataTypeInfo dataTypeInfo(TF_DataType type) {
  switch (type) {
    case TF_FLOAT:
      return {4, napi_float32_array, 4};
    case TF_DOUBLE:
      return {8, napi_float64_array, 8};
    case TF_INT32:
      return {4, napi_int32_array, 4};
    case TF_UINT32:
      return {4, napi_uint32_array, 4};
    case TF_BOOL:
    case TF_UINT8:
      return {1, napi_uint8_array, 1};
    case TF_INT8:
      return {1, napi_int8_array, 1};
    case TF_INT16:
      return {2, napi_int16_array, 2};
    case TF_UINT16:
      return {2, napi_uint16_array, 2};
    case TF_INT64:
      return {8, napi_bigint64_array, 8};
    case TF_UINT64:
      return {8, napi_biguint64_array, 8};
    case TF_COMPLEX64:
      return {8, napi_float32_array, 4};
    case TF_COMPLEX128:
      return {16, napi_float64_array, 8};
    case TF_BFLOAT16:
    case TF_HALF:
      return {2, napi_float32_array, 4};
    default:
      throw UsageError("expected a data type with plain elements, got TF_DataType " +
                       std::to_string(static_cast<int>(type)));
  }
}

void toShortFloats(TF_DataType type, const float* from, uint16_t* to, size_t count) {
  if (type == TF_BFLOAT16) {
    for (size_t i = 0; i < count; i++) to[i] = toBfloat16(from[i]);
  } else {
    for (size_t i = 0; i < count; i++) to[i] = toHalf(from[i]);
  }
}

void fromShortFloats(TF_DataType type, const uint16_t* from, float* to, size_t count) {
  if (type == TF_BFLOAT16) {
    for (size_t i = 0; i < count; i++) to[i] = fromBfloat16(from[i]);
  } else {
    for (size_t i = 0; i < count; i++) to[i] = fromHalf(from[i]);
  }
}

}  // namespace apr
