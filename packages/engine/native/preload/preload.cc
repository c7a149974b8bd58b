// preload.node: loads another addon, and with it TensorFlow's libraries, without two lines that these write to
// standard error while they are loaded, before any setting of theirs is heard. It is linked to nothing itself.
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

bool isNoise(const std::string& line) {
  return line.find("oneDNN custom operations are on") != std::string::npos ||
         line.find("All log messages before absl::InitializeLog()") != std::string::npos;
}

// Standard error goes into an unnamed file while this lives; what is not noise is written out at its end.
class HeldBack {
 public:
  HeldBack() : file_(std::tmpfile()) {
    if (file_ == nullptr) return;
    saved_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (saved_ >= 0) dup2(fileno(file_), STDERR_FILENO);
  }

  ~HeldBack() {
    if (saved_ >= 0) {
      dup2(saved_, STDERR_FILENO);
      close(saved_);
      replay();
    }
    if (file_ != nullptr) std::fclose(file_);
  }

 private:
  void replay() {
    std::rewind(file_);
    char* line = nullptr;
    size_t capacity = 0;
    for (ssize_t length; (length = getline(&line, &capacity, file_)) > 0;) {
      const std::string text(line, static_cast<size_t>(length));
      if (!isNoise(text) && write(STDERR_FILENO, text.data(), text.size()) < 0) break;
    }
    std::free(line);
  }

  std::FILE* file_;
  int saved_ = -1;
};

// preload(path). Failure is left to `require`, which tells the reason.
napi_value preload(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  char path[4096];
  size_t length = 0;
  if (napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr) != napi_ok ||
      napi_get_value_string_utf8(env, argument, path, sizeof path, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "preload: expected a path");
    return nullptr;
  }
  const HeldBack heldBack;
  dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "preload", NAPI_AUTO_LENGTH, preload, nullptr, &function) != napi_ok ||
      napi_set_named_property(env, exports, "preload", function) != napi_ok) {
    napi_throw_error(env, nullptr, "preload: cannot be set up");
  }
  return exports;
}
