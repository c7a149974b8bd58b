#include "workers.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace apr::kernels {

namespace {

using Body = std::function<void(int64_t, int)>;

class Workers {
 public:
  void setThreads(int count) {
    std::call_once(set_, [&] { threads_ = std::max(1, count); });
  }
  int threads() const { return threads_; }

  void run(int64_t tasks, const Body& body) {
    std::unique_lock<std::mutex> turn(turn_, std::try_to_lock);
    const int helpers = static_cast<int>(std::min<int64_t>(threads_ - 1, tasks - 1));
    if (!turn.owns_lock() || helpers <= 0) {
      for (int64_t task = 0; task < tasks; task++) body(task, 0);
      return;
    }
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      while (static_cast<int>(started_) < helpers) {
        const int number = ++started_;
        std::thread([this, number, seen = round_] { help(number, seen); }).detach();
      }
      body_ = &body;
      tasks_ = tasks;
      next_ = 0;
      wanted_ = helpers;
      busy_ = helpers;
      round_++;
    }
    wake_.notify_all();
    work(body, tasks, 0);
    std::unique_lock<std::mutex> lock(mutex_);
    idle_.wait(lock, [this] { return busy_ == 0; });
    body_ = nullptr;
  }

 private:
  [[noreturn]] void help(int number, uint64_t seen) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      if (number > wanted_) continue;
      const Body& body = *body_;
      const int64_t tasks = tasks_;
      lock.unlock();
      work(body, tasks, number);
      lock.lock();
      if (--busy_ == 0) idle_.notify_one();
    }
  }

  void work(const Body& body, int64_t tasks, int thread) {
    for (int64_t task = next_++; task < tasks; task = next_++) body(task, thread);
  }

  std::atomic<int> threads_{static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))};
  std::once_flag set_;
  std::mutex turn_;  // held by the one call that has the helpers
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  const Body* body_ = nullptr;
  int64_t tasks_ = 0;
  std::atomic<int64_t> next_{0};
  int started_ = 0;
  int wanted_ = 0;
  int busy_ = 0;
  uint64_t round_ = 0;
};

// Never destroyed: its threads may still wait on it while the process ends.
Workers& workers() {
  static auto* const instance = new Workers();
  return *instance;
}

}  // namespace

void setThreads(int count) { workers().setThreads(count); }

int threads() { return workers().threads(); }

void forEachTask(int64_t tasks, const Body& body) { workers().run(tasks, body); }

void forEachRange(int64_t count, int64_t grain,
                  const std::function<void(int64_t, int64_t)>& body) {
  // A few pieces per thread even out threads that are slowed by other processes.
  const int64_t pieces = std::clamp<int64_t>(count / std::max<int64_t>(1, grain), 1, threads() * 4);
  forEachTask(pieces, [&](int64_t piece, int) {
    body(count * piece / pieces, count * (piece + 1) / pieces);
  });
}

}  // namespace apr::kernels
