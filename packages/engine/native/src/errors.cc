#include "errors.h"

#include <array>

#include "js.h"

namespace apr {

namespace {

const char* statusName(TF_Code status) {
  static constexpr std::array<const char*, 17> names = {
      "OK",           "CANCELLED",           "UNKNOWN",           "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED", "NOT_FOUND",      "ALREADY_EXISTS",    "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",     "OUT_OF_RANGE",
      "UNIMPLEMENTED", "INTERNAL",           "UNAVAILABLE",       "DATA_LOSS",
      "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(status);
  return index < names.size() ? names[index] : "UNKNOWN";
}

}  // namespace

TensorFlowError::TensorFlowError(const std::string& operation, TF_Code status,
                                 const std::string& message)
    : std::runtime_error(operation + ": " + message), operation(operation), status(status) {}

TensorFlowError::TensorFlowError(const TensorFlowError& other, const std::string& message)
    : std::runtime_error(message), operation(other.operation), status(other.status) {}

TensorFlowError TensorFlowError::within(const std::string& place) const {
  return TensorFlowError(*this, place + ", " + what());
}

void Status::fail(const char* operation) const {
  throw TensorFlowError(operation, TF_GetCode(status_), TF_Message(status_));
}

void check(napi_env env, napi_status status) {
  if (status == napi_ok) return;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) throw PendingException();
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);
  throw UsageError(info != nullptr && info->error_message != nullptr ? info->error_message
                                                                     : "N-API call failed");
}

napi_value toJsError(napi_env env, const TensorFlowError& error) {
  napi_value result = nullptr;
  check(env, napi_create_error(env, jsString(env, statusName(error.status)),
                               jsString(env, error.what()), &result));
  setProperty(env, result, "status", jsNumber(env, error.status));
  setProperty(env, result, "op", jsString(env, error.operation));
  return result;
}

void rethrowToJs(napi_env env) {
  try {
    throw;
  } catch (const PendingException&) {
  } catch (const TensorFlowError& error) {
    napi_throw(env, toJsError(env, error));
  } catch (const UsageError& error) {
    napi_throw_type_error(env, nullptr, error.what());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
}

}  // namespace apr
