// Threads for the kernels of this addon: TensorFlow's own cannot be reached through its C API.
#pragma once

#include <cstdint>
#include <functional>

namespace apr::kernels {

// How many threads kernels use, the calling one included; without it as many as there are processors. The first
// call of a process decides, as it does for TensorFlow's own threads.
void setThreads(int count);
int threads();

// Calls body(task, thread) for every task in [0, tasks), thread in [0, threads()), and returns when all are done.
// Tasks are handed out one by one. A call made while another one runs is done by the calling thread alone.
// `body` must not throw.
void forEachTask(int64_t tasks, const std::function<void(int64_t task, int thread)>& body);

// Cuts [0, count) into pieces of at least `grain`, for work that is bound by memory.
void forEachRange(int64_t count, int64_t grain, const std::function<void(int64_t begin, int64_t end)>& body);

}  // namespace apr::kernels
