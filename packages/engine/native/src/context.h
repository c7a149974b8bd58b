// One TensorFlow eager context and the tensors that live in it.
#pragma once

#include <tensorflow/c/eager/c_api.h>

#include <map>
#include <memory>
#include <string>

#include "js.h"
#include "tensorTable.h"

namespace apr {

struct Program;

struct Context {
  Context(Bytes configProto, Bytes serverDef, bool asyncExecutor);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  TFE_Context* eager;
  TensorTable tensors;
  std::map<uint32_t, std::shared_ptr<const Program>> programs;  // by the number that addProgram() gave
  uint32_t lastProgram = 0;
  std::vector<std::string> names;  // by the number that intern() gave
  double* frame = nullptr;         // kFrameLength numbers; see frame.h
  std::string gpu;  // name of the first GPU, where new tensors go; empty without one
};

// Asynchronous work shares the context, so that it outlives the JavaScript object if need be.
using ContextPtr = std::shared_ptr<Context>;

// The constructor body of the JavaScript class: reads { configProto, serverDef, asyncExecutor }.
ContextPtr newContext(napi_env env, napi_value options);

}  // namespace apr
