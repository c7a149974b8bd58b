import protobuf from "protobufjs/light.js";

/**
 * The part of ONNX's schema that a graph of our layers needs, field numbers as in onnx.proto.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: message({
      ir_version: ["int64", 1],
      producer_name: ["string", 2],
      graph: ["GraphProto", 7],
      opset_import: ["OperatorSetIdProto", 8, "repeated"],
      metadata_props: ["StringStringEntryProto", 14, "repeated"],
    }),
    OperatorSetIdProto: message({ domain: ["string", 1], version: ["int64", 2] }),
    StringStringEntryProto: message({ key: ["string", 1], value: ["string", 2] }),
    GraphProto: message({
      node: ["NodeProto", 1, "repeated"],
      name: ["string", 2],
      initializer: ["TensorProto", 5, "repeated"],
      input: ["ValueInfoProto", 11, "repeated"],
      output: ["ValueInfoProto", 12, "repeated"],
    }),
    NodeProto: message({
      input: ["string", 1, "repeated"],
      output: ["string", 2, "repeated"],
      name: ["string", 3],
      op_type: ["string", 4],
      attribute: ["AttributeProto", 5, "repeated"],
    }),
    AttributeProto: message({
      name: ["string", 1],
      f: ["float", 2],
      i: ["int64", 3],
      ints: ["int64", 8, "repeated"],
      type: ["int32", 20],
    }),
    TensorProto: message({
      dims: ["int64", 1, "repeated"],
      data_type: ["int32", 2],
      name: ["string", 8],
      raw_data: ["bytes", 9],
    }),
    ValueInfoProto: message({ name: ["string", 1], type: ["TypeProto", 2] }),
    TypeProto: message({ tensor_type: ["TensorTypeProto", 1] }),
    TensorTypeProto: message({ elem_type: ["int32", 1], shape: ["TensorShapeProto", 2] }),
    TensorShapeProto: message({ dim: ["DimensionProto", 1, "repeated"] }),
    DimensionProto: message({ dim_value: ["int64", 1], dim_param: ["string", 2] }),
  },
});

export const ModelProto = root.lookupType("ModelProto");

/** Values of AttributeProto.AttributeType and TensorProto.DataType. */
export const FLOAT_ATTRIBUTE = 1;
export const INT_ATTRIBUTE = 2;
export const INTS_ATTRIBUTE = 7;
export const FLOAT_TENSOR = 1;

type Field = readonly [type: string, id: number, rule?: "repeated"];

function message(fields: Readonly<Record<string, Field>>) {
  const entries = Object.entries(fields).map(([name, [type, id, rule]]) => {
    return [name, rule === undefined ? { type, id } : { type, id, rule }];
  });
  return { fields: Object.fromEntries(entries) };
}
