import protobuf from 'protobufjs';

/** The part of onnx.proto3 (github.com/onnx/onnx, IR version 8) that a sentence encoder needs. */
const SCHEMA: protobuf.INamespace = {
  nested: {
    AttributeProto: message({
      name: [1, 'string'],
      f: [2, 'float'],
      i: [3, 'int64'],
      ints: [8, 'int64', 'repeated'],
      type: [20, 'int32'],
    }),
    NodeProto: message({
      input: [1, 'string', 'repeated'],
      output: [2, 'string', 'repeated'],
      opType: [4, 'string'],
      attribute: [5, 'AttributeProto', 'repeated'],
    }),
    TensorProto: message({
      dims: [1, 'int64', 'repeated'],
      dataType: [2, 'int32'],
      name: [8, 'string'],
      rawData: [9, 'bytes'],
    }),
    Dimension: message({ dimValue: [1, 'int64'], dimParam: [2, 'string'] }),
    TensorShapeProto: message({ dim: [1, 'Dimension', 'repeated'] }),
    TensorType: message({ elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] }),
    TypeProto: message({ tensorType: [1, 'TensorType'] }),
    ValueInfoProto: message({ name: [1, 'string'], type: [2, 'TypeProto'] }),
    GraphProto: message({
      node: [1, 'NodeProto', 'repeated'],
      name: [2, 'string'],
      initializer: [5, 'TensorProto', 'repeated'],
      input: [11, 'ValueInfoProto', 'repeated'],
      output: [12, 'ValueInfoProto', 'repeated'],
    }),
    OperatorSetIdProto: message({ domain: [1, 'string'], version: [2, 'int64'] }),
    ModelProto: message({
      irVersion: [1, 'int64'],
      producerName: [2, 'string'],
      graph: [7, 'GraphProto'],
      opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
    }),
  },
};

/** TensorProto.DataType */
export const ELEMENT = { float: 1, int8: 3, int32: 6, int64: 7 } as const;
export type Element = keyof typeof ELEMENT;

/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

export type Attribute = { readonly float: number } | { readonly int: number } | { readonly ints: readonly number[] };

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly element: Element;
  /** A name stands for a size that differs from call to call. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  /** In an order in which every input is made before it is used. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** LayerNormalization came with opset 17; IR version 8 goes with it. */
const OPSET = 17;
const IR_VERSION = 8;

/** The bytes of an `.onnx` file. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const type = protobuf.Root.fromJSON(SCHEMA).lookupType('ModelProto');
  const model = {
    irVersion: IR_VERSION,
    producerName: 'medindex',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: graph.name,
      node: graph.nodes.map((node) => ({
        input: node.inputs,
        output: node.outputs,
        opType: node.opType,
        attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
      })),
      initializer: graph.initializers.map((tensor) => ({
        name: tensor.name,
        dims: tensor.shape,
        dataType: ELEMENT[tensor.element],
        rawData: tensor.bytes,
      })),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    },
  };
  return type.encode(type.create(model)).finish();
}

function attribute(name: string, value: Attribute): object {
  if ('float' in value) return { name, type: ATTRIBUTE.float, f: value.float };
  if ('int' in value) return { name, type: ATTRIBUTE.int, i: value.int };
  return { name, type: ATTRIBUTE.ints, ints: value.ints };
}

function valueInfo({ name, element, shape }: OnnxValue): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT[element], shape: { dim } } } };
}

function message(fields: Record<string, [id: number, type: string, rule?: 'repeated']>): protobuf.IType {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, [id, type, rule]]) => [name, { id, type, ...(rule ? { rule } : {}) }]),
    ),
  };
}
