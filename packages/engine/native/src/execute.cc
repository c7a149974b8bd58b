#include "execute.h"

#include "attributes.h"

namespace apr {

namespace {

constexpr int kDefaultMaxOutputs = 64;
constexpr int kMaxOutputs = 1024;

void addInputList(const Call& call, const Context& context, TFE_Op* op, napi_value ids,
                  Status& status) {
  std::vector<TFE_TensorHandle*> handles;
  for (uint32_t i = 0; i < arrayLength(call.env, ids); i++) {
    handles.push_back(context.tensors.get(toUint32(call.env, element(call.env, ids, i))));
  }
  TFE_OpAddInputList(op, handles.data(), static_cast<int>(handles.size()), status);
}

// An input is an id, or an array of ids for an input that is a list of tensors. A list may also be given
// flat, as long as TensorFlow can tell its length and types from the attributes.
void addInputs(const Call& call, const Context& context, const PreparedOp& prepared,
               napi_value inputs) {
  Status status;
  TFE_Op* op = prepared.op.get();
  const uint32_t count = arrayLength(call.env, inputs);
  for (uint32_t i = 0; i < count; i++) {
    const napi_value input = element(call.env, inputs, i);
    uint32_t id = 0;
    if (napi_get_value_uint32(call.env, input, &id) == napi_ok) {
      TFE_OpAddInput(op, context.tensors.get(id), status);
    } else {
      addInputList(call, context, op, input, status);
    }
    status.check(prepared.name.c_str());
  }
}

napi_value describe(napi_env env, TFE_TensorHandle* handle) {
  Status status;
  const int rank = TFE_TensorHandleNumDims(handle, status);
  status.check("executeOp");
  const napi_value shape = jsArray(env, rank);
  for (int i = 0; i < rank; i++) {
    const auto size = static_cast<double>(TFE_TensorHandleDim(handle, i, status));
    status.check("executeOp");
    setElement(env, shape, i, jsNumber(env, size));
  }
  const napi_value result = jsObject(env);
  setProperty(env, result, "shape", shape);
  setProperty(env, result, "dtype", jsNumber(env, TFE_TensorHandleDataType(handle)));
  return result;
}

}  // namespace

PreparedOp prepareOp(const Call& call) {
  const Context& context = call.context();
  Status status;
  std::string name = toText(call.env, call[0]);
  OpPtr op(TFE_NewOp(context.eager, name.c_str(), status), TFE_DeleteOp);
  status.check(name.c_str());
  PreparedOp prepared = {std::move(name), std::move(op), kDefaultMaxOutputs};
  if (!isMissing(call.env, call[3])) prepared.maxOutputs = toUint32(call.env, call[3]);
  if (!isMissing(call.env, call[4])) {
    TFE_OpSetDevice(prepared.op.get(), toText(call.env, call[4]).c_str(), status);
    status.check(prepared.name.c_str());
  }
  addInputs(call, context, prepared, call[2]);
  applyAttributes(parseAttributes(call.env, context, call[1]), prepared.op.get());
  return prepared;
}

std::vector<HandlePtr> runOp(const std::string& name, TFE_Op* op, int maxOutputs) {
  if (maxOutputs < 0 || maxOutputs > kMaxOutputs) {
    throw UsageError(name + ": expected 0 to 1024 outputs, got " + std::to_string(maxOutputs));
  }
  Status status;
  int count = maxOutputs;
  std::vector<TFE_TensorHandle*> handles(count, nullptr);
  TFE_Execute(op, handles.data(), &count, status);
  status.check(name.c_str());
  return std::vector<HandlePtr>(handles.begin(), handles.begin() + count);
}

napi_value keepOutputs(napi_env env, Context& context, std::vector<HandlePtr> handles) {
  const napi_value result = jsArray(env, handles.size());
  for (uint32_t i = 0; i < handles.size(); i++) {
    setElement(env, result, i, describe(env, handles[i].get()));
  }
  // Nothing fails from here on, so no id is lost.
  for (uint32_t i = 0; i < handles.size(); i++) {
    const uint32_t id = context.tensors.add(std::move(handles[i]));
    setProperty(env, element(env, result, i), "id", jsNumber(env, id));
  }
  return result;
}

napi_value executeOp(Call& call) {
  const PreparedOp prepared = prepareOp(call);
  return keepOutputs(call.env, call.context(),
                     runOp(prepared.name, prepared.op.get(), prepared.maxOutputs));
}

}  // namespace apr
