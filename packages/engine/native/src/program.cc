#include "program.h"

#include "execute.h"

namespace apr {

namespace {

constexpr uint32_t kMaxOutputs = 1024;

Value toValue(napi_env env, napi_value number, uint32_t known) {
  const Value value = toUint32(env, number);
  if (value < known) return value;
  throw UsageError("addProgram: expected a value below " + std::to_string(known) + ", got " +
                   std::to_string(value));
}

std::vector<Value> toValues(napi_env env, napi_value numbers, uint32_t known) {
  std::vector<Value> values(arrayLength(env, numbers));
  for (uint32_t i = 0; i < values.size(); i++) {
    values[i] = toValue(env, element(env, numbers, i), known);
  }
  return values;
}

std::vector<NodeInput> toInputs(napi_env env, napi_value inputs, uint32_t known) {
  std::vector<NodeInput> parsed(arrayLength(env, inputs));
  for (uint32_t i = 0; i < parsed.size(); i++) {
    const napi_value input = element(env, inputs, i);
    const bool isList = isArray(env, input);
    parsed[i] = {isList, isList ? toValues(env, input, known)
                                : std::vector<Value>{toValue(env, input, known)}};
  }
  return parsed;
}

Node toNode(napi_env env, const Context& context, napi_value node, uint32_t known) {
  const napi_value device = property(env, node, "device");
  Node parsed = {toText(env, property(env, node, "op")),
                 isMissing(env, device) ? std::string() : toText(env, device),
                 parseAttributes(env, context, property(env, node, "attrs")),
                 toInputs(env, property(env, node, "inputs"), known),
                 known,
                 toUint32(env, property(env, node, "outputs")),
                 {}};
  if (parsed.outputs <= kMaxOutputs) return parsed;
  throw UsageError("addProgram: expected 0 to 1024 outputs of " + parsed.op + ", got " +
                   std::to_string(parsed.outputs));
}

// Who is the last to need each output: it is freed right after that.
void findLastUses(Program& program) {
  const Value firstOutput = program.inputs + static_cast<uint32_t>(program.constants.size());
  std::vector<bool> needed(program.values, false);
  for (const Value value : program.results) needed[value] = true;
  for (const Value value : program.assigned) needed[value] = true;
  for (auto node = program.nodes.rbegin(); node != program.nodes.rend(); node++) {
    const auto use = [&](Value value) {
      if (value >= firstOutput && !needed[value]) node->lastUses.push_back(value);
      needed[value] = true;
    };
    for (uint32_t i = 0; i < node->outputs; i++) use(node->firstOutput + i);
    for (const NodeInput& input : node->inputs) {
      for (const Value value : input.values) use(value);
    }
  }
}

// The tensors of one run. What it owns goes with it, so a failure leaves nothing behind.
class Run {
 public:
  Run(const Program& program, std::vector<TFE_TensorHandle*> inputs)
      : program_(program), handles_(std::move(inputs)), owned_(program.values) {
    handles_.resize(program.values);
    for (size_t i = 0; i < program.constants.size(); i++) {
      handles_[program.inputs + i] = program.constants[i].get();
    }
  }

  void execute(Context& context) {
    for (size_t i = 0; i < program_.nodes.size(); i++) {
      try {
        executeNode(context, program_.nodes[i]);
      } catch (const TensorFlowError& error) {
        throw error.within("operation " + std::to_string(i + 1) + " of " +
                           std::to_string(program_.nodes.size()));
      }
    }
  }

  // One more owner of each value: inputs, constants, and values that are named twice stay where they are.
  std::vector<HandlePtr> take(const std::vector<Value>& values) const {
    std::vector<HandlePtr> taken;
    for (const Value value : values) taken.push_back(share(handles_[value]));
    return taken;
  }

 private:
  void addInput(TFE_Op* op, const NodeInput& input, Status& status) const {
    if (!input.isList) return TFE_OpAddInput(op, handles_[input.values[0]], status);
    std::vector<TFE_TensorHandle*> list;
    for (const Value value : input.values) list.push_back(handles_[value]);
    TFE_OpAddInputList(op, list.data(), static_cast<int>(list.size()), status);
  }

  void executeNode(Context& context, const Node& node) {
    Status status;
    const char* name = node.op.c_str();
    const OpPtr op(TFE_NewOp(context.eager, name, status), TFE_DeleteOp);
    status.check(name);
    if (!node.device.empty()) TFE_OpSetDevice(op.get(), node.device.c_str(), status);
    status.check(name);
    for (const NodeInput& input : node.inputs) {
      addInput(op.get(), input, status);
      status.check(name);
    }
    applyAttributes(node.attributes, op.get());
    keep(node, runOp(node.op, op.get(), static_cast<int>(node.outputs)));
  }

  void keep(const Node& node, std::vector<HandlePtr> outputs) {
    if (outputs.size() != node.outputs) {
      throw TensorFlowError(node.op, TF_INTERNAL,
                            "expected " + std::to_string(node.outputs) + " outputs, got " +
                                std::to_string(outputs.size()));
    }
    for (uint32_t i = 0; i < node.outputs; i++) {
      handles_[node.firstOutput + i] = outputs[i].get();
      owned_[node.firstOutput + i] = std::move(outputs[i]);
    }
    for (const Value value : node.lastUses) owned_[value].reset();
  }

  const Program& program_;
  std::vector<TFE_TensorHandle*> handles_;
  std::vector<HandlePtr> owned_;
};

std::shared_ptr<const Program> programOf(const Call& call) {
  const uint32_t number = toUint32(call.env, call[0]);
  const auto found = call.context().programs.find(number);
  if (found != call.context().programs.end()) return found->second;
  throw UsageError("expected the number of a program, got " + std::to_string(number));
}

std::vector<uint32_t> toIds(const Call& call, napi_value ids, size_t count) {
  const Bytes bytes = toBytes(call.env, ids);
  if (bytes.type != napi_uint32_array || bytes.size != count * sizeof(uint32_t)) {
    throw UsageError("runProgram: expected a Uint32Array of " + std::to_string(count) + " ids");
  }
  const auto* first = static_cast<const uint32_t*>(bytes.data);
  return std::vector<uint32_t>(first, first + count);
}

}  // namespace

napi_value addProgram(Call& call) {
  const napi_env env = call.env;
  Context& context = call.context();
  auto program = std::make_shared<Program>();
  program->inputs = toUint32(env, property(env, call[0], "inputs"));
  const napi_value constants = property(env, call[0], "constants");
  for (uint32_t i = 0; i < arrayLength(env, constants); i++) {
    const uint32_t id = toUint32(env, element(env, constants, i));
    program->constants.push_back(share(context.tensors.get(id)));
  }
  program->values = program->inputs + static_cast<uint32_t>(program->constants.size());
  const napi_value nodes = property(env, call[0], "nodes");
  for (uint32_t i = 0; i < arrayLength(env, nodes); i++) {
    program->nodes.push_back(toNode(env, context, element(env, nodes, i), program->values));
    program->values += program->nodes.back().outputs;
  }
  program->results = toValues(env, property(env, call[0], "results"), program->values);
  program->assigned = toValues(env, property(env, call[0], "assigned"), program->values);
  findLastUses(*program);
  context.programs.emplace(++context.lastProgram, std::move(program));
  return jsNumber(env, context.lastProgram);
}

napi_value runProgram(Call& call) {
  Context& context = call.context();
  const std::shared_ptr<const Program> program = programOf(call);
  const std::vector<uint32_t> targets = toIds(call, call[2], program->assigned.size());
  for (const uint32_t id : targets) context.tensors.get(id);  // refuses ids that are not alive
  std::vector<TFE_TensorHandle*> inputs;
  for (const uint32_t id : toIds(call, call[1], program->inputs)) {
    inputs.push_back(context.tensors.get(id));
  }
  Run run(*program, std::move(inputs));
  run.execute(context);
  std::vector<HandlePtr> assigned = run.take(program->assigned);
  const napi_value results = keepOutputs(call.env, context, run.take(program->results));
  // Nothing fails from here on.
  for (size_t i = 0; i < targets.size(); i++) {
    context.tensors.replace(targets[i], std::move(assigned[i]));
  }
  return results;
}

napi_value removeProgram(Call& call) {
  programOf(call);  // refuses numbers of no program
  call.context().programs.erase(toUint32(call.env, call[0]));
  return nullptr;
}

}  // namespace apr
