#include "tensors.h"

#include "program.h"

namespace apr {

namespace {

TFE_TensorHandle* handleOf(const Call& call) {
  return call.context().tensors.get(toUint32(call.env, call[0]));
}

// TensorFlow's GPU kernels want int32 and strings in host memory, everything else on the device.
bool staysOnHost(TF_DataType type) { return type == TF_INT32 || type == TF_STRING; }

HandlePtr copyToGpu(const Context& context, TFE_TensorHandle* handle) {
  Status status;
  HandlePtr moved(
      TFE_TensorHandleCopyToDevice(handle, context.eager, context.gpu.c_str(), status));
  status.check("createTensor");
  return moved;
}

}  // namespace

napi_value createTensor(Call& call) {
  Context& context = call.context();
  const std::vector<int64_t> shape = toInt64List(call.env, call[0]);
  const auto type = static_cast<TF_DataType>(toUint32(call.env, call[1]));
  const HostTensor tensor = newHostTensor(call.env, shape, type, call[2]);
  Status status;
  HandlePtr handle(TFE_NewTensorHandle(tensor.get(), status));
  status.check("createTensor");
  if (!context.gpu.empty() && !staysOnHost(type)) handle = copyToGpu(context, handle.get());
  return jsNumber(call.env, context.tensors.add(std::move(handle)));
}

napi_value deleteTensor(Call& call) {
  call.context().tensors.remove(toUint32(call.env, call[0]));
  return nullptr;
}

napi_value shareTensor(Call& call) {
  return jsNumber(call.env, call.context().tensors.add(share(handleOf(call))));
}

HostTensor resolve(TFE_TensorHandle* handle) {
  Status status;
  HostTensor tensor(TFE_TensorHandleResolve(handle, status), TF_DeleteTensor);
  status.check("readTensor");
  return tensor;
}

napi_value readTensor(Call& call) {
  return readHostTensor(call.env, resolve(handleOf(call)).get());
}

napi_value readTensorBytes(Call& call) {
  return readHostBytes(call.env, resolve(handleOf(call)).get());
}

napi_value tensorDevice(Call& call) {
  Status status;
  const char* name = TFE_TensorHandleBackingDeviceName(handleOf(call), status);
  status.check("tensorDevice");
  return jsString(call.env, name);
}

napi_value countTensors(Call& call) {
  const Context& context = call.context();
  size_t count = context.tensors.size();
  for (const auto& [id, program] : context.programs) count += program->constants.size();
  return jsNumber(call.env, static_cast<double>(count));
}

}  // namespace apr
