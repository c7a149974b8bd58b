#include "context.h"

#include <tensorflow/c/c_api_experimental.h>

#include "devices.h"
#include "errors.h"

namespace apr {

namespace {

TFE_Context* newEagerContext(Bytes configProto, bool asyncExecutor) {
  Status status;
  const std::unique_ptr<TFE_ContextOptions, decltype(&TFE_DeleteContextOptions)> options(
      TFE_NewContextOptions(), TFE_DeleteContextOptions);
  if (configProto.size > 0) {
    TFE_ContextOptionsSetConfig(options.get(), configProto.data, configProto.size, status);
    status.check("createContext");
  }
  TFE_ContextOptionsSetAsync(options.get(), asyncExecutor ? 1 : 0);
  TFE_Context* context = TFE_NewContext(options.get(), status);
  status.check("createContext");
  return context;
}

Bytes optionalBytes(napi_env env, napi_value options, const char* name) {
  const napi_value value = property(env, options, name);
  return isMissing(env, value) ? Bytes{napi_uint8_array, nullptr, 0} : toBytes(env, value);
}

}  // namespace

Context::Context(Bytes configProto, Bytes serverDef, bool asyncExecutor)
    : eager(newEagerContext(configProto, asyncExecutor)) {
  try {
    if (serverDef.size > 0) {
      Status status;
      TFE_EnableCollectiveOps(eager, serverDef.data, serverDef.size, status);
      status.check("createContext");
    }
    gpu = firstGpuName(eager);  // enabling collectives renames devices, so this comes after it
  } catch (...) {
    TFE_DeleteContext(eager);
    throw;
  }
}

Context::~Context() {
  programs.clear();
  tensors.clear();
  TFE_DeleteContext(eager);
}

ContextPtr newContext(napi_env env, napi_value options) {
  if (isMissing(env, options)) options = jsObject(env);
  const Bytes config = optionalBytes(env, options, "configProto");
  const Bytes server = optionalBytes(env, options, "serverDef");
  const napi_value async = property(env, options, "asyncExecutor");
  return std::make_shared<Context>(config, server, !isMissing(env, async) && toBool(env, async));
}

}  // namespace apr
