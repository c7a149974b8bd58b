#include "attributes.h"

#include <tensorflow/c/eager/c_api_experimental.h>

#include "errors.h"
#include "tensors.h"

namespace apr {

namespace {

using Setter = decltype(Attribute::set);

// Converts each element of a JavaScript array.
template <typename TItem, typename TConvert>
std::vector<TItem> listOf(napi_env env, napi_value array, TConvert convert) {
  std::vector<TItem> items(arrayLength(env, array));
  for (uint32_t i = 0; i < items.size(); i++) {
    items[i] = static_cast<TItem>(convert(env, element(env, array, i)));
  }
  return items;
}

std::string toByteString(napi_env env, napi_value value) {
  if (!isTypedArray(env, value)) return toText(env, value);
  const Bytes bytes = toBytes(env, value);
  return std::string(static_cast<const char*>(bytes.data), bytes.size);
}

Setter stringSetter(std::string text) {
  return [text = std::move(text)](TFE_Op* op, const char* name) {
    TFE_OpSetAttrString(op, name, text.data(), text.size());
  };
}

Setter stringsSetter(std::vector<std::string> texts) {
  return [texts = std::move(texts)](TFE_Op* op, const char* name) {
    std::vector<const void*> pointers;
    std::vector<size_t> lengths;
    for (const std::string& text : texts) {
      pointers.push_back(text.data());
      lengths.push_back(text.size());
    }
    TFE_OpSetAttrStringList(op, name, pointers.data(), lengths.data(),
                            static_cast<int>(texts.size()));
  };
}

// Lists of numbers: TensorFlow has one function of the same form for each type of them.
template <typename TItem>
Setter listSetter(std::vector<TItem> values,
                  void (*set)(TFE_Op*, const char*, const TItem*, int)) {
  return [values = std::move(values), set](TFE_Op* op, const char* name) {
    set(op, name, values.data(), static_cast<int>(values.size()));
  };
}

template <typename TItem>
Setter valueSetter(TItem value, void (*set)(TFE_Op*, const char*, TItem)) {
  return [value, set](TFE_Op* op, const char* name) { set(op, name, value); };
}

// A shape whose rank may be unknown: null in JavaScript, -1 dimensions for TensorFlow; -1 in it is an unknown size.
struct Shape {
  std::vector<int64_t> sizes;
  int rank;
};

Shape toShape(napi_env env, napi_value value) {
  if (isMissing(env, value)) return {{}, -1};
  std::vector<int64_t> sizes = toInt64List(env, value);
  const auto rank = static_cast<int>(sizes.size());
  return {std::move(sizes), rank};
}

Setter shapeSetter(Shape shape) {
  return [shape = std::move(shape)](TFE_Op* op, const char* name) {
    Status status;
    TFE_OpSetAttrShape(op, name, shape.sizes.data(), shape.rank, status);
    status.check("setAttribute");
  };
}

Setter shapesSetter(std::vector<Shape> shapes) {
  return [shapes = std::move(shapes)](TFE_Op* op, const char* name) {
    std::vector<const int64_t*> sizes;
    std::vector<int> ranks;
    for (const Shape& shape : shapes) {
      sizes.push_back(shape.sizes.data());
      ranks.push_back(shape.rank);
    }
    Status status;
    TFE_OpSetAttrShapeList(op, name, sizes.data(), ranks.data(), static_cast<int>(shapes.size()),
                           status);
    status.check("setAttribute");
  };
}

Setter functionSetter(std::string function) {
  return [function = std::move(function)](TFE_Op* op, const char* name) {
    TFE_OpSetAttrFunctionName(op, name, function.data(), function.size());
  };
}

Setter functionsSetter(std::vector<std::string> names) {
  return [names = std::move(names)](TFE_Op* op, const char* name) {
    using OpPtr = std::unique_ptr<TFE_Op, decltype(&TFE_DeleteOp)>;
    Status status;
    std::vector<OpPtr> owned;
    std::vector<const TFE_Op*> functions;
    TFE_Context* context = TFE_OpGetContext(op, status);
    for (const std::string& function : names) {
      owned.emplace_back(TFE_NewOp(context, function.c_str(), status), TFE_DeleteOp);
      status.check(function.c_str());
      functions.push_back(owned.back().get());
    }
    TFE_OpSetAttrFunctionList(op, name, functions.data(), static_cast<int>(functions.size()));
  };
}

Setter tensorSetter(std::shared_ptr<const TF_Tensor> tensor) {
  return [tensor = std::move(tensor)](TFE_Op* op, const char* name) {
    Status status;
    TFE_OpSetAttrTensor(op, name, const_cast<TF_Tensor*>(tensor.get()), status);
    status.check("setAttribute");
  };
}

Setter protoSetter(std::string proto) {
  return [proto = std::move(proto)](TFE_Op* op, const char* name) {
    Status status;
    TFE_OpSetAttrValueProto(op, name, proto.data(), proto.size(), status);
    status.check("setAttribute");
  };
}

// A shape is an array itself, so only an array of arrays (or nulls) is a list of them; `list: true` says so
// for a list without elements.
bool isShapeList(napi_env env, napi_value attribute, napi_value value) {
  if (isMissing(env, value)) return false;
  if (arrayLength(env, value) == 0) {
    const napi_value list = property(env, attribute, "list");
    return !isMissing(env, list) && toBool(env, list);
  }
  const napi_value first = element(env, value, 0);
  return isArray(env, first) || isMissing(env, first);
}

Setter listAttribute(napi_env env, napi_value value, int type) {
  switch (type) {
    case TF_ATTR_STRING:
      return stringsSetter(listOf<std::string>(env, value, toByteString));
    case TF_ATTR_INT:
      return listSetter(toInt64List(env, value), TFE_OpSetAttrIntList);
    case TF_ATTR_FLOAT:
      return listSetter(listOf<float>(env, value, toDouble), TFE_OpSetAttrFloatList);
    case TF_ATTR_BOOL:
      return listSetter(listOf<unsigned char>(env, value, toBool), TFE_OpSetAttrBoolList);
    case TF_ATTR_TYPE:
      return listSetter(listOf<TF_DataType>(env, value, toUint32), TFE_OpSetAttrTypeList);
    case TF_ATTR_FUNC:
      return functionsSetter(listOf<std::string>(env, value, toText));
    default:
      throw UsageError("expected a known attribute type, got " + std::to_string(type));
  }
}

Setter oneAttribute(napi_env env, napi_value value, int type) {
  switch (type) {
    case TF_ATTR_STRING:
      return stringSetter(toByteString(env, value));
    case TF_ATTR_INT:
      return valueSetter(toInt64(env, value), TFE_OpSetAttrInt);
    case TF_ATTR_FLOAT:
      return valueSetter(static_cast<float>(toDouble(env, value)), TFE_OpSetAttrFloat);
    case TF_ATTR_BOOL:
      return valueSetter(static_cast<unsigned char>(toBool(env, value)), TFE_OpSetAttrBool);
    case TF_ATTR_TYPE:
      return valueSetter(static_cast<TF_DataType>(toUint32(env, value)), TFE_OpSetAttrType);
    case TF_ATTR_FUNC:
      return functionSetter(toText(env, value));
    default:
      throw UsageError("expected a known attribute type, got " + std::to_string(type));
  }
}

Setter parseValue(napi_env env, const Context& context, napi_value attribute, int type) {
  const napi_value value = property(env, attribute, "value");
  switch (type) {
    case TF_ATTR_SHAPE:
      return isShapeList(env, attribute, value) ? shapesSetter(listOf<Shape>(env, value, toShape))
                                                : shapeSetter(toShape(env, value));
    case TF_ATTR_TENSOR:
      return tensorSetter(resolve(context.tensors.get(toUint32(env, value))));
    case kAttrValueProto: {
      const Bytes proto = toBytes(env, value);
      return protoSetter(std::string(static_cast<const char*>(proto.data), proto.size));
    }
    default:
      return isArray(env, value) ? listAttribute(env, value, type) : oneAttribute(env, value, type);
  }
}

}  // namespace

std::vector<Attribute> parseAttributes(napi_env env, const Context& context,
                                       napi_value attributes) {
  std::vector<Attribute> parsed(arrayLength(env, attributes));
  for (uint32_t i = 0; i < parsed.size(); i++) {
    const napi_value attribute = element(env, attributes, i);
    parsed[i].name = toText(env, property(env, attribute, "name"));
    const auto type = static_cast<int>(toUint32(env, property(env, attribute, "type")));
    try {
      parsed[i].set = parseValue(env, context, attribute, type);
    } catch (const UsageError& error) {
      throw UsageError("attribute " + parsed[i].name + ": " + error.what());
    }
  }
  return parsed;
}

void applyAttributes(const std::vector<Attribute>& attributes, TFE_Op* op) {
  for (const Attribute& attribute : attributes) attribute.set(op, attribute.name.c_str());
}

}  // namespace apr
