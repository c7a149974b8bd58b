// The few N-API calls this addon needs, as functions that throw (errors.h) instead of returning a status.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <string>
#include <vector>

namespace apr {

napi_value jsString(napi_env env, const std::string& text);
napi_value jsNumber(napi_env env, double number);
napi_value jsBoolean(napi_env env, bool value);
napi_value jsUndefined(napi_env env);
napi_value jsObject(napi_env env);
napi_value jsArray(napi_env env, size_t length);

napi_valuetype typeOf(napi_env env, napi_value value);
bool isArray(napi_env env, napi_value value);
bool isMissing(napi_env env, napi_value value);  // undefined or null

std::string toText(napi_env env, napi_value value);
double toDouble(napi_env env, napi_value value);
bool toBool(napi_env env, napi_value value);
int64_t toInt64(napi_env env, napi_value value);  // a whole number or a bigint
uint32_t toUint32(napi_env env, napi_value value);
std::vector<int64_t> toInt64List(napi_env env, napi_value array);

uint32_t arrayLength(napi_env env, napi_value array);
napi_value element(napi_env env, napi_value array, uint32_t index);
napi_value property(napi_env env, napi_value object, const char* name);
void setProperty(napi_env env, napi_value object, const char* name, napi_value value);
void setElement(napi_env env, napi_value array, uint32_t index, napi_value value);

// The memory behind a typed array; valid while JavaScript does not run.
struct Bytes {
  napi_typedarray_type type;
  void* data;
  size_t size;  // in bytes
};
bool isTypedArray(napi_env env, napi_value value);
Bytes toBytes(napi_env env, napi_value typedArray);

// A new typed array over fresh memory; `data` receives where to write its contents.
napi_value newTypedArray(napi_env env, napi_typedarray_type type, size_t elements,
                         size_t elementSize, void** data);

}  // namespace apr
