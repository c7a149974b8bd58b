// What `require("tensorflow.node")` returns: { Context, version, setKernelThreads, hasBfloat16Units, hasTiles }.
#include "call.h"
#include "devices.h"
#include "execute.h"
#include "executeAsync.h"
#include "frame.h"
#include "functions.h"
#include "kernels/kernels.h"
#include "kernels/workers.h"
#include "program.h"
#include "tensors.h"

namespace apr {

namespace {

// A method as N-API calls it: C++ exceptions stop here.
template <napi_value (*body)(Call&)>
napi_value entry(napi_env env, napi_callback_info info) {
  try {
    Call call(env, info);
    return body(call);
  } catch (...) {
    rethrowToJs(env);
    return nullptr;
  }
}

template <napi_value (*body)(Call&)>
napi_property_descriptor method(const char* name) {
  return {name,    nullptr, entry<body>, nullptr,
          nullptr, nullptr, napi_default_method, nullptr};
}

void deleteContext(napi_env, void* data, void*) { delete static_cast<ContextPtr*>(data); }

// A property that nobody can change or delete: the context uses the frame's memory as long as it lives.
void keepFrame(Call& call, Context& context) {
  const napi_property_descriptor frame = {"frame", nullptr, nullptr, nullptr, nullptr,
                                          newFrame(call.env, context), napi_enumerable, nullptr};
  check(call.env, napi_define_properties(call.env, call.self, 1, &frame));
}

// new Context({ configProto?, serverDef?, asyncExecutor? })
napi_value construct(Call& call) {
  if (!call.isConstruction()) throw UsageError("Context: expected to be called with new");
  auto context = std::make_unique<ContextPtr>(newContext(call.env, call[0]));
  keepFrame(call, **context);
  check(call.env,
        napi_wrap(call.env, call.self, context.get(), deleteContext, nullptr, nullptr));
  context.release();  // deleteContext owns it now, at garbage collection or when the environment ends
  return call.self;
}

napi_value defineContextClass(napi_env env) {
  const napi_property_descriptor methods[] = {
      method<createTensor>("createTensor"),
      method<deleteTensor>("deleteTensor"),
      method<shareTensor>("shareTensor"),
      method<readTensor>("readTensor"),
      method<readTensorBytes>("readTensorBytes"),
      method<tensorDevice>("tensorDevice"),
      method<countTensors>("countTensors"),
      method<executeOp>("executeOp"),
      method<executeOpAsync>("executeOpAsync"),
      method<intern>("intern"),
      method<executeFrame>("executeFrame"),
      method<addProgram>("addProgram"),
      method<runProgram>("runProgram"),
      method<removeProgram>("removeProgram"),
      method<addFunctionDef>("addFunctionDef"),
      method<removeFunction>("removeFunction"),
      method<hasFunction>("hasFunction"),
      method<listDevices>("listDevices"),
      method<isUsingGpuDevice>("isUsingGpuDevice"),
  };
  napi_value result;
  check(env, napi_define_class(env, "Context", NAPI_AUTO_LENGTH, entry<construct>, nullptr,
                               sizeof methods / sizeof methods[0], methods, &result));
  return result;
}

// setKernelThreads(count)
napi_value setKernelThreads(Call& call) {
  kernels::setThreads(static_cast<int>(toUint32(call.env, call[0])));
  return nullptr;
}

napi_value newFunction(napi_env env, const char* name, napi_callback body) {
  napi_value result;
  check(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, body, nullptr, &result));
  return result;
}

}  // namespace

}  // namespace apr

NAPI_MODULE_INIT() {
  try {
    apr::kernels::registerKernels();
    apr::setProperty(env, exports, "setKernelThreads",
                     apr::newFunction(env, "setKernelThreads", apr::entry<apr::setKernelThreads>));
    apr::setProperty(env, exports, "hasBfloat16Units",
                     apr::jsBoolean(env, apr::kernels::hasBfloat16Units()));
    apr::setProperty(env, exports, "hasTiles", apr::jsBoolean(env, apr::kernels::hasTiles()));
    apr::setProperty(env, exports, "Context", apr::defineContextClass(env));
    apr::setProperty(env, exports, "version", apr::jsString(env, TF_Version()));
  } catch (...) {
    apr::rethrowToJs(env);
  }
  return exports;
}
