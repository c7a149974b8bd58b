// Live tensors by the small whole numbers that JavaScript knows them by.
#pragma once

#include <tensorflow/c/eager/c_api.h>

#include <cstdint>
#include <vector>

namespace apr {

// An id holds a slot (low 22 bits) and how often the slot was used before (9 bits), so that the id of a
// deleted tensor is refused and not taken for the tensor that moved into its slot. It fits a V8 small integer.
class TensorTable {
 public:
  TensorTable() = default;
  ~TensorTable() { clear(); }
  TensorTable(const TensorTable&) = delete;
  TensorTable& operator=(const TensorTable&) = delete;

  uint32_t add(TFE_TensorHandle* handle);  // takes ownership
  TFE_TensorHandle* get(uint32_t id) const;
  void remove(uint32_t id);
  void clear();
  size_t size() const { return slots_.size() - free_.size(); }

 private:
  struct Slot {
    TFE_TensorHandle* handle;
    uint32_t generation;
  };
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
};

}  // namespace apr
