// Memory of a kernel, kept from call to call; one call at a time.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace apr::kernels {

class Scratch {
 public:
  // At least `bytes` of memory at a line of the caches, holding anything.
  void* atLeast(size_t bytes) {
    if (bytes > size_) {
      size_ = 0;
      memory_.reset(std::aligned_alloc(kLine, (bytes + kLine - 1) / kLine * kLine));
      if (memory_ == nullptr) throw std::bad_alloc();
      size_ = bytes;
    }
    return memory_.get();
  }

 private:
  static constexpr size_t kLine = 64;
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory_;
  size_t size_ = 0;
};

}  // namespace apr::kernels
