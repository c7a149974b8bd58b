#include "tensorTable.h"

#include <string>

#include "errors.h"

namespace apr {

namespace {
constexpr uint32_t kSlotBits = 22;
constexpr uint32_t kSlotMask = (1u << kSlotBits) - 1;
constexpr uint32_t kGenerations = 511;
}  // namespace

HandlePtr share(TFE_TensorHandle* handle) {
  Status status;
  HandlePtr shared(TFE_TensorHandleCopySharingTensor(handle, status));
  status.check("shareTensor");
  return shared;
}

uint32_t TensorTable::add(HandlePtr handle) {
  uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    if (slot > kSlotMask) throw std::runtime_error("expected at most 4194304 live tensors");
    slots_.push_back({std::move(handle), 1});
  } else {
    slot = free_.back();
    free_.pop_back();
    slots_[slot].handle = std::move(handle);
  }
  return slots_[slot].generation << kSlotBits | slot;
}

TFE_TensorHandle* TensorTable::get(uint32_t id) const {
  const uint32_t slot = id & kSlotMask;
  if (slot < slots_.size() && slots_[slot].generation == id >> kSlotBits &&
      slots_[slot].handle != nullptr) {
    return slots_[slot].handle.get();
  }
  throw UsageError("expected the id of a live tensor, got " + std::to_string(id));
}

void TensorTable::replace(uint32_t id, HandlePtr handle) {
  get(id);  // refuses ids that are not alive
  slots_[id & kSlotMask].handle = std::move(handle);
}

void TensorTable::remove(uint32_t id) {
  get(id);  // refuses ids that are not alive
  const uint32_t slot = id & kSlotMask;
  slots_[slot] = {nullptr, slots_[slot].generation % kGenerations + 1};
  free_.push_back(slot);
}

void TensorTable::clear() {
  slots_.clear();
  free_.clear();
}

}  // namespace apr
