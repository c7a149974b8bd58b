#include "tensorData.h"

#include <cstring>

#include "dataTypes.h"
#include "errors.h"
#include "stringTensors.h"

namespace apr {

namespace {

constexpr size_t kMaxRank = 254;
constexpr double kMaxElements = 0x1p48;

// TensorFlow ends the process for a shape beyond these limits, so they are checked here.
size_t countElements(const std::vector<int64_t>& shape) {
  if (shape.size() > kMaxRank) throw UsageError("createTensor: expected a rank of at most 254");
  size_t count = 1;
  double extent = 1;  // as if no size were 0
  for (const int64_t size : shape) {
    if (size < 0) throw UsageError("createTensor: expected a shape without negative sizes");
    extent *= size == 0 ? 1.0 : static_cast<double>(size);
    if (extent > kMaxElements) throw UsageError("createTensor: expected at most 2^48 elements");
    count *= static_cast<size_t>(size);
  }
  return count;
}

HostTensor allocate(const std::vector<int64_t>& shape, TF_DataType type, size_t bytes) {
  TF_Tensor* tensor =
      TF_AllocateTensor(type, shape.data(), static_cast<int>(shape.size()), bytes);
  if (tensor == nullptr) throw std::bad_alloc();
  return HostTensor(tensor, TF_DeleteTensor);
}

}  // namespace

HostTensor newHostTensor(napi_env env, const std::vector<int64_t>& shape, TF_DataType type,
                         napi_value values) {
  const size_t count = countElements(shape);
  if (type == TF_STRING) {
    HostTensor tensor = allocate(shape, type, count * sizeof(TF_TString));
    writeStrings(env, tensor.get(), count, values);
    return tensor;
  }
  const size_t elementSize = dataTypeInfo(type).elementSize;
  const Bytes bytes = toBytes(env, values);
  const bool converts = isShortFloat(type) && bytes.type == napi_float32_array;
  const size_t wanted = count * (converts ? sizeof(float) : elementSize);
  if (bytes.size != wanted) {
    throw UsageError("createTensor: expected values of " + std::to_string(wanted) + " bytes (" +
                     std::to_string(count) + " elements), got " + std::to_string(bytes.size) +
                     " bytes");
  }
  HostTensor tensor = allocate(shape, type, count * elementSize);
  void* target = TF_TensorData(tensor.get());
  if (converts) {
    toShortFloats(type, static_cast<const float*>(bytes.data), static_cast<uint16_t*>(target),
                  count);
  } else if (bytes.size > 0) {
    std::memcpy(target, bytes.data, bytes.size);
  }
  return tensor;
}

napi_value readHostTensor(napi_env env, const TF_Tensor* tensor) {
  const TF_DataType type = TF_TensorType(tensor);
  if (type == TF_STRING) return readStrings(env, tensor);
  const DataTypeInfo info = dataTypeInfo(type);
  const size_t size = TF_TensorByteSize(tensor);
  void* target = nullptr;
  if (isShortFloat(type)) {
    const size_t count = size / info.elementSize;
    const napi_value result =
        newTypedArray(env, info.array, count, info.arrayElementSize, &target);
    fromShortFloats(type, static_cast<const uint16_t*>(TF_TensorData(tensor)),
                    static_cast<float*>(target), count);
    return result;
  }
  const napi_value result = newTypedArray(env, info.array, size / info.arrayElementSize,
                                          info.arrayElementSize, &target);
  if (size > 0) std::memcpy(target, TF_TensorData(tensor), size);
  return result;
}

napi_value readHostBytes(napi_env env, const TF_Tensor* tensor) {
  dataTypeInfo(TF_TensorType(tensor));  // refuses strings, resources and variants
  const size_t size = TF_TensorByteSize(tensor);
  void* target = nullptr;
  const napi_value result = newTypedArray(env, napi_uint8_array, size, 1, &target);
  if (size > 0) std::memcpy(target, TF_TensorData(tensor), size);
  return result;
}

}  // namespace apr
