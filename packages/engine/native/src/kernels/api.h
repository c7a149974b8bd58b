// TensorFlow's C API for kernels, as far as it is used here, and thin owners over it. The functions are declared
// by hand: `tensorflow/c/kernels.h` includes C++ headers that the C headers come without.
#pragma once

#include <tensorflow/c/ops.h>
#include <tensorflow/c/tf_tensor.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "../errors.h"

extern "C" {
struct TF_KernelBuilder;
struct TF_OpKernelConstruction;
struct TF_OpKernelContext;
TF_KernelBuilder* TF_NewKernelBuilder(const char* op, const char* device,
                                      void* (*create)(TF_OpKernelConstruction*),
                                      void (*compute)(void*, TF_OpKernelContext*),
                                      void (*destroy)(void*));
void TF_KernelBuilder_TypeConstraint(TF_KernelBuilder*, const char* attribute, TF_DataType, TF_Status*);
void TF_RegisterKernelBuilder(const char* name, TF_KernelBuilder*, TF_Status*);
int TF_NumInputs(TF_OpKernelContext*);
void TF_GetInput(TF_OpKernelContext*, int index, TF_Tensor**, TF_Status*);
TF_Tensor* TF_AllocateOutput(TF_OpKernelContext*, int index, TF_DataType, const int64_t* shape,
                             int rank, size_t bytes, TF_Status*);
void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction*, TF_Status*);
void TF_OpKernelContext_Failure(TF_OpKernelContext*, TF_Status*);
void TF_OpKernelConstruction_GetAttrInt32(TF_OpKernelConstruction*, const char* name, int32_t*, TF_Status*);
void TF_OpKernelConstruction_GetAttrFloat(TF_OpKernelConstruction*, const char* name, float*, TF_Status*);
void TF_OpKernelConstruction_GetAttrBool(TF_OpKernelConstruction*, const char* name, unsigned char*, TF_Status*);
void TF_OpKernelConstruction_GetAttrInt64List(TF_OpKernelConstruction*, const char* name, int64_t*, int length, TF_Status*);
}

namespace apr::kernels {

using TensorPtr = std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>;
using Shape = std::vector<int64_t>;

int64_t sizeOf(const Shape& shape);

// Reads the attributes of one kernel.
class Attributes {
 public:
  explicit Attributes(TF_OpKernelConstruction* construction) : construction_(construction) {}
  int whole(const char* name) const;
  float number(const char* name) const;
  bool flag(const char* name) const;
  Shape shape4(const char* name) const;

 private:
  TF_OpKernelConstruction* construction_;
};

// An input or output in memory.
class Tensor {
 public:
  explicit Tensor(TF_Tensor* tensor);
  template <typename T>
  T* data() const { return static_cast<T*>(TF_TensorData(tensor_.get())); }
  TF_DataType type() const { return TF_TensorType(tensor_.get()); }
  const Shape& shape() const { return shape_; }
  int64_t size() const { return sizeOf(shape_); }

 private:
  TensorPtr tensor_;
  Shape shape_;
};

// One execution of a kernel.
class Execution {
 public:
  explicit Execution(TF_OpKernelContext* context) : context_(context) {}
  int inputs() const { return TF_NumInputs(context_); }
  Tensor input(int index) const;
  Tensor output(int index, TF_DataType type, const Shape& shape) const;

 private:
  TF_OpKernelContext* context_;
};

// Fails with INVALID_ARGUMENT.
void require(bool condition, const char* what);

void reportFailure(TF_Status* status);

// Wraps a class with a constructor from Attributes and `void compute(const Execution&) const` as a CPU kernel of
// the operation `name`, for these values of its type attributes.
template <typename TKernel>
void registerCpuKernel(const char* name, std::initializer_list<std::pair<const char*, TF_DataType>> types = {}) {
  Status status;
  TF_KernelBuilder* builder = TF_NewKernelBuilder(
      name, "CPU",
      [](TF_OpKernelConstruction* construction) -> void* {
        try {
          return new TKernel(Attributes(construction));
        } catch (...) {
          Status failure;
          reportFailure(failure);
          TF_OpKernelConstruction_Failure(construction, failure);
          return nullptr;
        }
      },
      [](void* kernel, TF_OpKernelContext* context) {
        try {
          static_cast<const TKernel*>(kernel)->compute(Execution(context));
        } catch (...) {
          Status failure;
          reportFailure(failure);
          TF_OpKernelContext_Failure(context, failure);
        }
      },
      [](void* kernel) { delete static_cast<TKernel*>(kernel); });
  for (const auto& [attribute, type] : types) TF_KernelBuilder_TypeConstraint(builder, attribute, type, status);
  TF_RegisterKernelBuilder(name, builder, status);
  status.check(name);
}

// The same for one value of its attribute T.
template <typename TKernel>
void registerCpuKernel(const char* name, TF_DataType type) {
  registerCpuKernel<TKernel>(name, {{"T", type}});
}

// An operation's signature in TensorFlow's notation, "x: T".
struct Signature {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  std::vector<const char*> attributes;
};

void registerOperation(const Signature& signature);

}  // namespace apr::kernels
