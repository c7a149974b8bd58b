#include "js.h"

#include "errors.h"

namespace apr {

napi_value jsString(napi_env env, const std::string& text) {
  napi_value result;
  check(env, napi_create_string_utf8(env, text.data(), text.size(), &result));
  return result;
}

napi_value jsNumber(napi_env env, double number) {
  napi_value result;
  check(env, napi_create_double(env, number, &result));
  return result;
}

napi_value jsBoolean(napi_env env, bool value) {
  napi_value result;
  check(env, napi_get_boolean(env, value, &result));
  return result;
}

napi_value jsUndefined(napi_env env) {
  napi_value result;
  check(env, napi_get_undefined(env, &result));
  return result;
}

napi_value jsObject(napi_env env) {
  napi_value result;
  check(env, napi_create_object(env, &result));
  return result;
}

napi_value jsArray(napi_env env, size_t length) {
  napi_value result;
  check(env, napi_create_array_with_length(env, length, &result));
  return result;
}

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype result;
  check(env, napi_typeof(env, value, &result));
  return result;
}

bool isArray(napi_env env, napi_value value) {
  bool result = false;
  check(env, napi_is_array(env, value, &result));
  return result;
}

bool isMissing(napi_env env, napi_value value) {
  const napi_valuetype type = typeOf(env, value);
  return type == napi_undefined || type == napi_null;
}

std::string toText(napi_env env, napi_value value) {
  char small[64];
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, small, sizeof small, &length) != napi_ok) {
    throw UsageError("expected a string");
  }
  // A result that nearly fills the buffer may have been cut, by at most one character (4 bytes).
  if (length < sizeof small - 4) return std::string(small, length);
  check(env, napi_get_value_string_utf8(env, value, nullptr, 0, &length));
  std::string result(length, '\0');
  check(env, napi_get_value_string_utf8(env, value, result.data(), length + 1, &length));
  return result;
}

double toDouble(napi_env env, napi_value value) {
  double result = 0;
  if (napi_get_value_double(env, value, &result) != napi_ok) throw UsageError("expected a number");
  return result;
}

bool toBool(napi_env env, napi_value value) {
  bool result = false;
  if (napi_get_value_bool(env, value, &result) != napi_ok) throw UsageError("expected a boolean");
  return result;
}

int64_t toInt64(napi_env env, napi_value value) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) == napi_ok) {
    if (!(number >= -9007199254740992.0 && number <= 9007199254740992.0) ||
        number != static_cast<double>(static_cast<int64_t>(number))) {
      throw UsageError("expected a whole number, got " + std::to_string(number));
    }
    return static_cast<int64_t>(number);
  }
  int64_t result = 0;
  bool lossless = false;
  if (napi_get_value_bigint_int64(env, value, &result, &lossless) != napi_ok || !lossless) {
    throw UsageError("expected a whole number or a bigint of 64 bits");
  }
  return result;
}

uint32_t toUint32(napi_env env, napi_value value) {
  uint32_t result = 0;
  if (napi_get_value_uint32(env, value, &result) != napi_ok) throw UsageError("expected a number");
  return result;
}

std::vector<int64_t> toInt64List(napi_env env, napi_value array) {
  const uint32_t length = arrayLength(env, array);
  std::vector<int64_t> result(length);
  for (uint32_t i = 0; i < length; i++) result[i] = toInt64(env, element(env, array, i));
  return result;
}

uint32_t arrayLength(napi_env env, napi_value array) {
  uint32_t result = 0;
  if (napi_get_array_length(env, array, &result) != napi_ok) throw UsageError("expected an array");
  return result;
}

napi_value element(napi_env env, napi_value array, uint32_t index) {
  napi_value result;
  check(env, napi_get_element(env, array, index, &result));
  return result;
}

napi_value property(napi_env env, napi_value object, const char* name) {
  napi_value result;
  check(env, napi_get_named_property(env, object, name, &result));
  return result;
}

void setProperty(napi_env env, napi_value object, const char* name, napi_value value) {
  check(env, napi_set_named_property(env, object, name, value));
}

void setElement(napi_env env, napi_value array, uint32_t index, napi_value value) {
  check(env, napi_set_element(env, array, index, value));
}

bool isTypedArray(napi_env env, napi_value value) {
  bool result = false;
  check(env, napi_is_typedarray(env, value, &result));
  return result;
}

namespace {

size_t bytesPerElement(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array:
    case napi_uint8_array:
    case napi_uint8_clamped_array:
      return 1;
    case napi_int16_array:
    case napi_uint16_array:
      return 2;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array:
      return 4;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array:
      return 8;
    default:
      throw UsageError("expected a typed array of a known kind");
  }
}

}  // namespace

Bytes toBytes(napi_env env, napi_value typedArray) {
  if (!isTypedArray(env, typedArray)) throw UsageError("expected a typed array");
  Bytes bytes;
  size_t length = 0;
  check(env, napi_get_typedarray_info(env, typedArray, &bytes.type, &length, &bytes.data, nullptr,
                                      nullptr));
  bytes.size = length * bytesPerElement(bytes.type);
  return bytes;
}

napi_value newTypedArray(napi_env env, napi_typedarray_type type, size_t elements,
                         size_t elementSize, void** data) {
  napi_value buffer;
  napi_value result;
  check(env, napi_create_arraybuffer(env, elements * elementSize, data, &buffer));
  check(env, napi_create_typedarray(env, type, elements, buffer, 0, &result));
  return result;
}

}  // namespace apr
