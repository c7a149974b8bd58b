#include "frame.h"

#include "execute.h"

namespace apr {

namespace {

class Reader {
 public:
  explicit Reader(const Context& context) : context_(context), at_(context.frame) {}

  double number() {
    if (at_ == context_.frame + kFrameLength) throw UsageError("executeFrame: frame too short");
    return *at_++;
  }
  int whole() { return static_cast<int>(number()); }
  TFE_TensorHandle* tensor() {
    const double id = number();
    return context_.tensors.get(id >= 0 && id <= UINT32_MAX ? static_cast<uint32_t>(id) : 0);
  }
  const std::string& text() { return context_.names.at(static_cast<size_t>(number())); }

  template <typename TItem>
  std::vector<TItem> list(int length) {
    if (length > static_cast<int>(kFrameLength)) throw UsageError("executeFrame: list too long");
    std::vector<TItem> items(length > 0 ? length : 0);
    for (TItem& item : items) item = static_cast<TItem>(number());
    return items;
  }

 private:
  const Context& context_;
  const double* at_;
};

void setOne(Reader& frame, TFE_Op* op, const char* name, int type) {
  if (type == TF_ATTR_STRING) {
    const std::string& text = frame.text();
    return TFE_OpSetAttrString(op, name, text.data(), text.size());
  }
  const double value = frame.number();
  switch (type) {
    case TF_ATTR_INT:
      return TFE_OpSetAttrInt(op, name, static_cast<int64_t>(value));
    case TF_ATTR_FLOAT:
      return TFE_OpSetAttrFloat(op, name, static_cast<float>(value));
    case TF_ATTR_BOOL:
      return TFE_OpSetAttrBool(op, name, value != 0);
    case TF_ATTR_TYPE:
      return TFE_OpSetAttrType(op, name, static_cast<TF_DataType>(value));
    default:
      throw UsageError("executeFrame: unknown attribute type");
  }
}

void setList(Reader& frame, TFE_Op* op, const char* name, int type, int length) {
  if (type == TF_ATTR_INT) {
    TFE_OpSetAttrIntList(op, name, frame.list<int64_t>(length).data(), length);
  } else if (type == TF_ATTR_FLOAT) {
    TFE_OpSetAttrFloatList(op, name, frame.list<float>(length).data(), length);
  } else if (type == TF_ATTR_TYPE) {
    TFE_OpSetAttrTypeList(op, name, frame.list<TF_DataType>(length).data(), length);
  } else {
    throw UsageError("executeFrame: unknown attribute type");
  }
}

void setNext(Reader& frame, TFE_Op* op, Status& status) {
  const char* name = frame.text().c_str();
  const int type = frame.whole();
  const int length = frame.whole();
  if (type == TF_ATTR_SHAPE) {
    TFE_OpSetAttrShape(op, name, frame.list<int64_t>(length).data(), length, status);
    status.check("executeFrame");
  } else if (length < 0) {
    setOne(frame, op, name, type);
  } else {
    setList(frame, op, name, type, length);
  }
}

void writeOutputs(Context& context, std::vector<HandlePtr> handles) {
  Status status;
  const double* end = context.frame + kFrameLength;
  std::vector<double*> ids;
  double* at = context.frame;
  *at++ = static_cast<double>(handles.size());
  for (const HandlePtr& handle : handles) {
    const int rank = TFE_TensorHandleNumDims(handle.get(), status);
    if (at + 3 + rank > end) throw UsageError("executeFrame: expected fewer results");
    ids.push_back(at++);
    *at++ = TFE_TensorHandleDataType(handle.get());
    *at++ = rank;
    for (int i = 0; i < rank; i++) {
      *at++ = static_cast<double>(TFE_TensorHandleDim(handle.get(), i, status));
    }
  }
  status.check("executeFrame");
  // Nothing fails from here on, so no id is lost.
  for (size_t i = 0; i < handles.size(); i++) *ids[i] = context.tensors.add(std::move(handles[i]));
}

}  // namespace

napi_value intern(Call& call) {
  Context& context = call.context();
  context.names.push_back(toText(call.env, call[0]));
  return jsNumber(call.env, static_cast<double>(context.names.size() - 1));
}

napi_value executeFrame(Call& call) {
  Context& context = call.context();
  Reader frame(context);
  Status status;
  const std::string& name = frame.text();
  OpPtr op(TFE_NewOp(context.eager, name.c_str(), status), TFE_DeleteOp);
  status.check(name.c_str());
  const int maxOutputs = frame.whole();
  for (int inputs = frame.whole(); inputs > 0; inputs--) {
    TFE_OpAddInput(op.get(), frame.tensor(), status);
    status.check(name.c_str());
  }
  for (int attributes = frame.whole(); attributes > 0; attributes--) {
    setNext(frame, op.get(), status);
  }
  writeOutputs(context, runOp(name, op.get(), maxOutputs));
  return nullptr;
}

napi_value newFrame(napi_env env, Context& context) {
  void* data = nullptr;
  const napi_value frame =
      newTypedArray(env, napi_float64_array, kFrameLength, sizeof(double), &data);
  context.frame = static_cast<double*>(data);
  return frame;
}

}  // namespace apr
