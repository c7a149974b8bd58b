// How this addon fails: C++ exceptions inside, JavaScript exceptions at the boundary (addon.cc).
#pragma once

#include <node_api.h>
#include <tensorflow/c/tf_status.h>

#include <stdexcept>
#include <string>

namespace apr {

// The caller passed something of the wrong kind; becomes a TypeError.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// TensorFlow refused; becomes an Error with `code` ("INVALID_ARGUMENT"), `status` (3) and `op`.
struct TensorFlowError : std::runtime_error {
  TensorFlowError(const std::string& operation, TF_Code status, const std::string& message);
  TensorFlowError within(const std::string& place) const;  // the same, and its message begins with the place
  std::string operation;
  TF_Code status;

 private:
  TensorFlowError(const TensorFlowError& other, const std::string& message);
};

// A JavaScript exception is pending already; unwind without replacing it.
struct PendingException {};

// Owns a TF_Status and turns a bad one into a TensorFlowError.
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;

  operator TF_Status*() { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  void check(const char* operation) const {
    if (!ok()) fail(operation);
  }

 private:
  [[noreturn]] void fail(const char* operation) const;
  TF_Status* status_;
};

// Throws unless an N-API call succeeded.
void check(napi_env env, napi_status status);

// The JavaScript Error object of a TensorFlowError.
napi_value toJsError(napi_env env, const TensorFlowError& error);

// Throws the exception being handled into JavaScript; to be called in a catch block only.
void rethrowToJs(napi_env env);

}  // namespace apr
