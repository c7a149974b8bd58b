// Operations that were recorded once and run in one call: traced functions.
#pragma once

#include <string>
#include <vector>

#include "attributes.h"
#include "call.h"

namespace apr {

// Values of a program are numbered: its inputs, its constants, then the outputs of its nodes in their order.
using Value = uint32_t;

// What one input of an operation gets: a tensor, or a list of them.
struct NodeInput {
  bool isList;
  std::vector<Value> values;
};

// One operation.
struct Node {
  std::string op;
  std::string device;  // empty: TensorFlow's choice
  std::vector<Attribute> attributes;
  std::vector<NodeInput> inputs;
  Value firstOutput;
  uint32_t outputs;
  std::vector<Value> lastUses;  // outputs of nodes that nothing needs after this one
};

struct Program {
  uint32_t inputs;
  std::vector<HandlePtr> constants;
  std::vector<Node> nodes;
  std::vector<Value> results;
  std::vector<Value> assigned;
  uint32_t values;  // how many there are
};

// addProgram({ inputs, constants, nodes: [{ op, attrs, inputs, outputs, device? }], results, assigned }) → number.
// Constants are ids, which may be deleted afterwards: the program holds their tensors.
napi_value addProgram(Call& call);

// runProgram(number, inputs: Uint32Array, targets: Uint32Array) → [{ id, shape, dtype }]. The ids of `targets` mean the
// assigned values afterwards. If an operation fails, no id has changed.
napi_value runProgram(Call& call);

// removeProgram(number)
napi_value removeProgram(Call& call);

}  // namespace apr
