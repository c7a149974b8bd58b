#include "api.h"

namespace apr::kernels {

int64_t sizeOf(const Shape& shape) {
  int64_t size = 1;
  for (const int64_t length : shape) size *= length;
  return size;
}

int Attributes::whole(const char* name) const {
  Status status;
  int32_t value = 0;
  TF_OpKernelConstruction_GetAttrInt32(construction_, name, &value, status);
  status.check(name);
  return value;
}

float Attributes::number(const char* name) const {
  Status status;
  float value = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction_, name, &value, status);
  status.check(name);
  return value;
}

bool Attributes::flag(const char* name) const {
  Status status;
  unsigned char value = 0;
  TF_OpKernelConstruction_GetAttrBool(construction_, name, &value, status);
  status.check(name);
  return value != 0;
}

Shape Attributes::shape4(const char* name) const {
  Status status;
  Shape value(4);
  TF_OpKernelConstruction_GetAttrInt64List(construction_, name, value.data(), 4, status);
  status.check(name);
  return value;
}

Tensor::Tensor(TF_Tensor* tensor) : tensor_(tensor, TF_DeleteTensor) {
  for (int axis = 0; axis < TF_NumDims(tensor); axis++) shape_.push_back(TF_Dim(tensor, axis));
}

Tensor Execution::input(int index) const {
  Status status;
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context_, index, &tensor, status);
  status.check("input");
  return Tensor(tensor);
}

Tensor Execution::output(int index, TF_DataType type, const Shape& shape) const {
  Status status;
  const size_t bytes = static_cast<size_t>(sizeOf(shape)) * TF_DataTypeSize(type);
  TF_Tensor* tensor = TF_AllocateOutput(context_, index, type, shape.data(),
                                        static_cast<int>(shape.size()), bytes, status);
  status.check("output");
  return Tensor(tensor);
}

void require(bool condition, const char* what) {
  if (!condition) throw TensorFlowError("expected", TF_INVALID_ARGUMENT, what);
}

void reportFailure(TF_Status* status) {
  try {
    throw;
  } catch (const TensorFlowError& error) {
    TF_SetStatus(status, error.status, error.what());
  } catch (const std::bad_alloc&) {
    TF_SetStatus(status, TF_RESOURCE_EXHAUSTED, "out of memory");
  } catch (const std::exception& error) {
    TF_SetStatus(status, TF_INTERNAL, error.what());
  }
}

void registerOperation(const Signature& signature) {
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(signature.name);
  for (const char* attribute : signature.attributes) TF_OpDefinitionBuilderAddAttr(builder, attribute);
  for (const char* input : signature.inputs) TF_OpDefinitionBuilderAddInput(builder, input);
  for (const char* output : signature.outputs) TF_OpDefinitionBuilderAddOutput(builder, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, TF_ShapeInferenceContextSetUnknownShape);
  Status status;
  TF_RegisterOpDefinition(builder, status);
  status.check(signature.name);
}

}  // namespace apr::kernels
