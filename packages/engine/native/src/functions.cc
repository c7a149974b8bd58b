#include "functions.h"

namespace apr {

napi_value addFunctionDef(Call& call) {
  Status status;
  const Bytes proto = toBytes(call.env, call[0]);
  TFE_ContextAddFunctionDef(call.context().eager, static_cast<const char*>(proto.data), proto.size,
                            status);
  status.check("addFunctionDef");
  return nullptr;
}

napi_value removeFunction(Call& call) {
  Status status;
  TFE_ContextRemoveFunction(call.context().eager, toText(call.env, call[0]).c_str(), status);
  status.check("removeFunction");
  return nullptr;
}

napi_value hasFunction(Call& call) {
  const std::string name = toText(call.env, call[0]);
  return jsBoolean(call.env, TFE_ContextHasFunction(call.context().eager, name.c_str()) != 0);
}

}  // namespace apr
