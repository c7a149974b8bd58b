// One call from JavaScript to a method of the context class.
#pragma once

#include <array>

#include "context.h"
#include "errors.h"

namespace apr {

class Call {
 public:
  static constexpr size_t kMaxArguments = 5;

  Call(napi_env env, napi_callback_info info) : env(env), info_(info) {
    size_t count = kMaxArguments;  // missing ones arrive as undefined
    check(env, napi_get_cb_info(env, info, &count, arguments_.data(), &self, nullptr));
  }

  bool isConstruction() const {
    napi_value target = nullptr;
    check(env, napi_get_new_target(env, info_, &target));
    return target != nullptr;
  }

  napi_value operator[](size_t index) const { return arguments_[index]; }

  // N-API refuses a method call on a receiver of another class, so the unwrapped pointer is ours.
  ContextPtr& sharedContext() const {
    void* data = nullptr;
    check(env, napi_unwrap(env, self, &data));
    return *static_cast<ContextPtr*>(data);
  }
  Context& context() const { return *sharedContext(); }

  napi_env env;
  napi_value self = nullptr;

 private:
  napi_callback_info info_;
  std::array<napi_value, kMaxArguments> arguments_;
};

}  // namespace apr
