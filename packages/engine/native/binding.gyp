{
  "variables": {
    "variables": { "tensorflow_dir%": "/set/tensorflow_dir" },
    "tensorflow_dir%": "<(tensorflow_dir)",
    "tensorflow_lib_dir%": "<(tensorflow_dir)",
    "tensorflow_include_dir%": "<(tensorflow_dir)/include",
    "tensorflow_library%": "libtensorflow_cc.so.2",
    "tensorflow_framework_library%": "libtensorflow_framework.so.2"
  },
  "targets": [
    {
      "target_name": "tensorflow",
      "sources": [
        "src/addon.cc",
        "src/attributes.cc",
        "src/context.cc",
        "src/dataTypes.cc",
        "src/devices.cc",
        "src/errors.cc",
        "src/execute.cc",
        "src/executeAsync.cc",
        "src/frame.cc",
        "src/functions.cc",
        "src/js.cc",
        "src/kernels/api.cc",
        "src/kernels/batchNorm.cc",
        "src/kernels/bytes.cc",
        "src/kernels/convolution.cc",
        "src/kernels/convolutionTiles.cc",
        "src/kernels/filterGradient.cc",
        "src/kernels/filterGradientPairs.cc",
        "src/kernels/filterGradientTiles.cc",
        "src/kernels/filterPanels.cc",
        "src/kernels/fourier.cc",
        "src/kernels/imageOps.cc",
        "src/kernels/kernels.cc",
        "src/kernels/maxPool.cc",
        "src/kernels/movingAverage.cc",
        "src/kernels/realFft.cc",
        "src/kernels/recombine.cc",
        "src/kernels/rows.cc",
        "src/kernels/sgdNesterov.cc",
        "src/kernels/stream.cc",
        "src/kernels/tileProduct.cc",
        "src/kernels/tiles.cc",
        "src/kernels/warp.cc",
        "src/kernels/workers.cc",
        "src/program.cc",
        "src/stringTensors.cc",
        "src/tensorData.cc",
        "src/tensorTable.cc",
        "src/tensors.cc"
      ],
      "defines": ["NAPI_VERSION=8"],
      "cflags_cc": ["-std=c++17", "-O3", "-fno-math-errno", "-Wall", "-Wextra", "-Wno-psabi", "-Wno-maybe-uninitialized", "-fvisibility=hidden", "-isystem", "<(tensorflow_include_dir)"],
      "cflags_cc!": ["-fno-exceptions", "-std=gnu++17", "-std=gnu++20"],
      "libraries": [
        "-L<(tensorflow_lib_dir)",
        "-l:<(tensorflow_library)",
        "-l:<(tensorflow_framework_library)",
        "-Wl,-rpath,<(tensorflow_lib_dir)"
      ]
    },
    {
      "target_name": "preload",
      "sources": ["preload/preload.cc"],
      "defines": ["NAPI_VERSION=8"],
      "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-fvisibility=hidden"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "conditions": [["OS=='linux'", { "libraries": ["-ldl"] }]]
    }
  ]
}
