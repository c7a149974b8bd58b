#include "devices.h"

#include "errors.h"

namespace apr {

namespace {

using DeviceList = std::unique_ptr<TF_DeviceList, decltype(&TF_DeleteDeviceList)>;

DeviceList devicesOf(TFE_Context* context) {
  Status status;
  DeviceList list(TFE_ContextListDevices(context, status), TF_DeleteDeviceList);
  status.check("listDevices");
  return list;
}

}  // namespace

std::string firstGpuName(TFE_Context* context) {
  Status status;
  const DeviceList list = devicesOf(context);
  for (int i = 0; i < TF_DeviceListCount(list.get()); i++) {
    const std::string type = TF_DeviceListType(list.get(), i, status);
    status.check("listDevices");
    if (type == "GPU") return TF_DeviceListName(list.get(), i, status);
  }
  return "";
}

napi_value listDevices(Call& call) {
  Status status;
  const DeviceList list = devicesOf(call.context().eager);
  const int count = TF_DeviceListCount(list.get());
  const napi_value result = jsArray(call.env, count);
  for (int i = 0; i < count; i++) {
    const napi_value device = jsObject(call.env);
    setProperty(call.env, device, "name",
                jsString(call.env, TF_DeviceListName(list.get(), i, status)));
    setProperty(call.env, device, "type",
                jsString(call.env, TF_DeviceListType(list.get(), i, status)));
    setProperty(call.env, device, "memoryBytes",
                jsNumber(call.env, TF_DeviceListMemoryBytes(list.get(), i, status)));
    status.check("listDevices");
    setElement(call.env, result, i, device);
  }
  return result;
}

napi_value isUsingGpuDevice(Call& call) {
  return jsBoolean(call.env, !call.context().gpu.empty());
}

}  // namespace apr
