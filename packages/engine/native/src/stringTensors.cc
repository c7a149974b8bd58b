#include "stringTensors.h"

#include <cstring>

#include "errors.h"

namespace apr {

namespace {

void writeString(napi_env env, TF_TString* target, napi_value value) {
  if (isTypedArray(env, value)) {
    const Bytes bytes = toBytes(env, value);
    TF_StringCopy(target, static_cast<const char*>(bytes.data), bytes.size);
  } else {
    const std::string text = toText(env, value);
    TF_StringCopy(target, text.data(), text.size());
  }
}

}  // namespace

void writeStrings(napi_env env, TF_Tensor* tensor, size_t count, napi_value values) {
  auto* strings = static_cast<TF_TString*>(TF_TensorData(tensor));
  // First make every element valid: an error below leaves the tensor to be destroyed as it is.
  for (size_t i = 0; i < count; i++) TF_StringInit(&strings[i]);
  if (arrayLength(env, values) != count) {
    throw UsageError("createTensor: expected " + std::to_string(count) + " strings, got " +
                     std::to_string(arrayLength(env, values)));
  }
  for (size_t i = 0; i < count; i++) {
    writeString(env, &strings[i], element(env, values, static_cast<uint32_t>(i)));
  }
}

napi_value readStrings(napi_env env, const TF_Tensor* tensor) {
  const auto count = static_cast<size_t>(TF_TensorElementCount(tensor));
  const auto* strings = static_cast<const TF_TString*>(TF_TensorData(tensor));
  const napi_value result = jsArray(env, count);
  for (size_t i = 0; i < count; i++) {
    const size_t size = TF_StringGetSize(&strings[i]);
    void* target = nullptr;
    const napi_value bytes = newTypedArray(env, napi_uint8_array, size, 1, &target);
    if (size > 0) std::memcpy(target, TF_StringGetDataPointer(&strings[i]), size);
    setElement(env, result, static_cast<uint32_t>(i), bytes);
  }
  return result;
}

}  // namespace apr
