#include "attributes.h"

#include <tensorflow/c/eager/c_api_experimental.h>

#include "errors.h"
#include "tensors.h"

namespace apr {

namespace {

struct Attribute {
  napi_env env;
  TFE_Op* op;
  std::string name;
  napi_value value;
};

// Converts each element of a JavaScript array.
template <typename TItem, typename TConvert>
std::vector<TItem> listOf(const Attribute& a, TConvert convert) {
  std::vector<TItem> items(arrayLength(a.env, a.value));
  for (uint32_t i = 0; i < items.size(); i++) {
    items[i] = static_cast<TItem>(convert(a.env, element(a.env, a.value, i)));
  }
  return items;
}

std::string toByteString(napi_env env, napi_value value) {
  if (!isTypedArray(env, value)) return toText(env, value);
  const Bytes bytes = toBytes(env, value);
  return std::string(static_cast<const char*>(bytes.data), bytes.size);
}

void setString(const Attribute& a) {
  const std::string text = toByteString(a.env, a.value);
  TFE_OpSetAttrString(a.op, a.name.c_str(), text.data(), text.size());
}

void setStrings(const Attribute& a) {
  const auto texts = listOf<std::string>(a, toByteString);
  std::vector<const void*> pointers;
  std::vector<size_t> lengths;
  for (const std::string& text : texts) {
    pointers.push_back(text.data());
    lengths.push_back(text.size());
  }
  TFE_OpSetAttrStringList(a.op, a.name.c_str(), pointers.data(), lengths.data(),
                          static_cast<int>(texts.size()));
}

void setInts(const Attribute& a) {
  const auto values = toInt64List(a.env, a.value);
  TFE_OpSetAttrIntList(a.op, a.name.c_str(), values.data(), static_cast<int>(values.size()));
}

void setFloats(const Attribute& a) {
  const auto values = listOf<float>(a, toDouble);
  TFE_OpSetAttrFloatList(a.op, a.name.c_str(), values.data(), static_cast<int>(values.size()));
}

void setBools(const Attribute& a) {
  const auto values = listOf<unsigned char>(a, toBool);
  TFE_OpSetAttrBoolList(a.op, a.name.c_str(), values.data(), static_cast<int>(values.size()));
}

void setTypes(const Attribute& a) {
  const auto values = listOf<TF_DataType>(a, toUint32);
  TFE_OpSetAttrTypeList(a.op, a.name.c_str(), values.data(), static_cast<int>(values.size()));
}

// null is a shape of unknown rank, -1 in a shape an unknown size.
void setShape(const Attribute& a) {
  Status status;
  const bool known = !isMissing(a.env, a.value);
  const auto sizes = known ? toInt64List(a.env, a.value) : std::vector<int64_t>();
  TFE_OpSetAttrShape(a.op, a.name.c_str(), sizes.data(),
                     known ? static_cast<int>(sizes.size()) : -1, status);
  status.check("setAttribute");
}

void setShapes(const Attribute& a) {
  const uint32_t count = arrayLength(a.env, a.value);
  std::vector<std::vector<int64_t>> shapes(count);
  std::vector<const int64_t*> sizes(count);
  std::vector<int> ranks(count);
  for (uint32_t i = 0; i < count; i++) {
    const napi_value shape = element(a.env, a.value, i);
    const bool known = !isMissing(a.env, shape);
    if (known) shapes[i] = toInt64List(a.env, shape);
    sizes[i] = shapes[i].data();
    ranks[i] = known ? static_cast<int>(shapes[i].size()) : -1;
  }
  Status status;
  TFE_OpSetAttrShapeList(a.op, a.name.c_str(), sizes.data(), ranks.data(), static_cast<int>(count),
                         status);
  status.check("setAttribute");
}

void setFunction(const Attribute& a) {
  const std::string function = toText(a.env, a.value);
  TFE_OpSetAttrFunctionName(a.op, a.name.c_str(), function.data(), function.size());
}

void setFunctions(const Attribute& a) {
  using OpPtr = std::unique_ptr<TFE_Op, decltype(&TFE_DeleteOp)>;
  Status status;
  std::vector<OpPtr> owned;
  std::vector<const TFE_Op*> functions;
  TFE_Context* context = TFE_OpGetContext(a.op, status);
  for (const std::string& name : listOf<std::string>(a, toText)) {
    owned.emplace_back(TFE_NewOp(context, name.c_str(), status), TFE_DeleteOp);
    status.check(name.c_str());
    functions.push_back(owned.back().get());
  }
  TFE_OpSetAttrFunctionList(a.op, a.name.c_str(), functions.data(),
                            static_cast<int>(functions.size()));
}

void setTensor(const Attribute& a, const Context& context) {
  Status status;
  const HostTensor tensor = resolve(context.tensors.get(toUint32(a.env, a.value)));
  TFE_OpSetAttrTensor(a.op, a.name.c_str(), tensor.get(), status);
  status.check("setAttribute");
}

void setProto(const Attribute& a) {
  Status status;
  const Bytes proto = toBytes(a.env, a.value);
  TFE_OpSetAttrValueProto(a.op, a.name.c_str(), proto.data, proto.size, status);
  status.check("setAttribute");
}

// A shape is an array itself, so only an array of arrays (or nulls) is a list of them; `list: true` says so
// for a list without elements.
bool isShapeList(const Attribute& a, napi_value attribute) {
  if (isMissing(a.env, a.value)) return false;
  if (arrayLength(a.env, a.value) == 0) {
    const napi_value list = property(a.env, attribute, "list");
    return !isMissing(a.env, list) && toBool(a.env, list);
  }
  const napi_value first = element(a.env, a.value, 0);
  return isArray(a.env, first) || isMissing(a.env, first);
}

void setAttribute(const Attribute& a, const Context& context, napi_value attribute, int type) {
  const char* name = a.name.c_str();
  if (type == TF_ATTR_SHAPE) return isShapeList(a, attribute) ? setShapes(a) : setShape(a);
  const bool list = isArray(a.env, a.value);
  switch (type) {
    case TF_ATTR_STRING:
      return list ? setStrings(a) : setString(a);
    case TF_ATTR_INT:
      return list ? setInts(a) : TFE_OpSetAttrInt(a.op, name, toInt64(a.env, a.value));
    case TF_ATTR_FLOAT:
      return list ? setFloats(a)
                  : TFE_OpSetAttrFloat(a.op, name, static_cast<float>(toDouble(a.env, a.value)));
    case TF_ATTR_BOOL:
      return list ? setBools(a) : TFE_OpSetAttrBool(a.op, name, toBool(a.env, a.value) ? 1 : 0);
    case TF_ATTR_TYPE:
      return list ? setTypes(a)
                  : TFE_OpSetAttrType(a.op, name,
                                      static_cast<TF_DataType>(toUint32(a.env, a.value)));
    case TF_ATTR_FUNC:
      return list ? setFunctions(a) : setFunction(a);
    case TF_ATTR_TENSOR:
      return setTensor(a, context);
    case kAttrValueProto:
      return setProto(a);
    default:
      throw UsageError("expected a known attribute type, got " + std::to_string(type));
  }
}

}  // namespace

void setAttributes(napi_env env, const Context& context, TFE_Op* op, napi_value attributes) {
  const uint32_t count = arrayLength(env, attributes);
  for (uint32_t i = 0; i < count; i++) {
    const napi_value attribute = element(env, attributes, i);
    const Attribute a = {env, op, toText(env, property(env, attribute, "name")),
                         property(env, attribute, "value")};
    const auto type = static_cast<int>(toUint32(env, property(env, attribute, "type")));
    try {
      setAttribute(a, context, attribute, type);
    } catch (const UsageError& error) {
      throw UsageError("attribute " + a.name + ": " + error.what());
    }
  }
}

}  // namespace apr
