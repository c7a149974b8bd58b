// Live tensors by the small whole numbers that JavaScript knows them by.
#pragma once

#include <tensorflow/c/eager/c_api.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace apr {

struct HandleDeleter {
  void operator()(TFE_TensorHandle* handle) const { TFE_DeleteTensorHandle(handle); }
};
using HandlePtr = std::unique_ptr<TFE_TensorHandle, HandleDeleter>;

// Another owner of the same tensor; nothing is copied.
HandlePtr share(TFE_TensorHandle* handle);

// An id holds a slot (low 22 bits) and the slot's generation (9 bits, 1 to 511), so that the id of a deleted
// tensor is refused and not taken for the tensor that moved into its slot. It fits a V8 small integer; 0, which
// JavaScript makes of NaN, is never one.
class TensorTable {
 public:
  uint32_t add(HandlePtr handle);
  TFE_TensorHandle* get(uint32_t id) const;
  void replace(uint32_t id, HandlePtr handle);  // the id stays alive and means another tensor from now on
  void remove(uint32_t id);
  void clear();
  size_t size() const { return slots_.size() - free_.size(); }

 private:
  struct Slot {
    HandlePtr handle;
    uint32_t generation;
  };
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
};

}  // namespace apr
