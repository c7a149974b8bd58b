#include <node_api.h>

/* Exports nothing: stands for the addon where only its building matters. */
NAPI_MODULE_INIT() { return exports; }
