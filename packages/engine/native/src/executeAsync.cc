#include "executeAsync.h"

#include <optional>

#include "execute.h"

namespace apr {

namespace {

struct Work {
  ContextPtr context;
  PreparedOp prepared;
  napi_deferred deferred = nullptr;
  napi_async_work handle = nullptr;
  std::vector<HandlePtr> outputs = {};
  std::optional<TensorFlowError> error = {};
};

void run(napi_env, void* data) {
  auto* work = static_cast<Work*>(data);
  try {
    const PreparedOp& prepared = work->prepared;
    work->outputs = runOp(prepared.name, prepared.op.get(), prepared.maxOutputs);
  } catch (const TensorFlowError& error) {
    work->error = error;
  } catch (const std::exception& error) {
    work->error = TensorFlowError(work->prepared.name, TF_INTERNAL, error.what());
  }
}

void settle(napi_env env, Work& work) {
  if (work.error.has_value()) {
    check(env, napi_reject_deferred(env, work.deferred, toJsError(env, *work.error)));
  } else {
    const napi_value outputs = keepOutputs(env, *work.context, std::move(work.outputs));
    check(env, napi_resolve_deferred(env, work.deferred, outputs));
  }
}

void complete(napi_env env, napi_status status, void* data) {
  const std::unique_ptr<Work> work(static_cast<Work*>(data));
  napi_delete_async_work(env, work->handle);
  if (status == napi_cancelled) return;  // the environment shuts down: nobody waits any more
  try {
    settle(env, *work);
  } catch (...) {
    rethrowToJs(env);
  }
}

}  // namespace

napi_value executeOpAsync(Call& call) {
  auto work = std::unique_ptr<Work>(new Work{call.sharedContext(), prepareOp(call)});
  napi_value promise;
  check(call.env, napi_create_async_work(call.env, nullptr, jsString(call.env, "executeOpAsync"),
                                         run, complete, work.get(), &work->handle));
  check(call.env, napi_create_promise(call.env, &work->deferred, &promise));
  check(call.env, napi_queue_async_work(call.env, work->handle));
  work.release();  // complete() owns it now
  return promise;
}

}  // namespace apr
