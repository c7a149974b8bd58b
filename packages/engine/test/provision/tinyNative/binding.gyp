{
  "targets": [{ "target_name": "tiny", "sources": ["tiny.c"], "cflags": ["-Wl,-rpath,<(tensorflow_lib_dir)"] }]
}
