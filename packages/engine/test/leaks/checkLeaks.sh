#!/bin/sh
# Builds the addon with AddressSanitizer and uses every path of it, errors included.
#   test/leaks/checkLeaks.sh <tensorflow_dir>
# LEAKS=1 searches for leaks when the process ends. Succeeds if no report names this addon: TensorFlow and Node keep
# some memory of their own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
native=$here/../../native
tensorflow=$1
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
report="$build/report"

g++ -std=c++17 -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -shared -fPIC \
  -Wall -Wextra -Wno-psabi -Wno-maybe-uninitialized -DNAPI_VERSION=8 -isystem "$tensorflow/include" \
  -isystem "${NODE_INCLUDE:-$(dirname "$(dirname "$(command -v node)")")/include/node}" \
  "$native"/src/*.cc "$native"/src/kernels/*.cc -o "$build/tensorflow.node" -L"$tensorflow" \
  -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 -Wl,-rpath,"$tensorflow" -Wl,-z,nodelete # reports name it after unloading

# The sanitizer comes first in the process; it stays quiet about Node's own memory (no leak of ours is there).
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so) $(gcc -print-file-name=libstdc++.so.6)" \
ASAN_OPTIONS=detect_leaks=${LEAKS:-0}:fast_unwind_on_malloc=0:detect_odr_violation=0:exitcode=0:log_path="$report" \
UBSAN_OPTIONS=print_stacktrace=1:log_path="$report" TF_CPP_MIN_LOG_LEVEL=3 \
  node --expose-gc "$here/checkLeaks.mjs" "$build/tensorflow.node"

if grep -l "tensorflow\.node" "$report".* 2>/dev/null; then
  cat "$report".*
  exit 1
fi
echo "no report names tensorflow.node"
