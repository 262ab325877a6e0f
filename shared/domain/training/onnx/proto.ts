import protobuf from 'protobufjs';
import { DataError } from '../../../contracts/errors.ts';

/**
 * The part of ONNX's schema that a tree ensemble needs.
 *
 * @see onnx/onnx.proto of ONNX 1.18: names and field numbers are its own
 */
const schema = `
  syntax = "proto3";
  package onnx;
  message ModelProto {
    int64 ir_version = 1;
    string producer_name = 2;
    string producer_version = 3;
    GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
    repeated StringStringEntryProto metadata_props = 14;
  }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message StringStringEntryProto { string key = 1; string value = 2; }
  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string name = 3;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
    string domain = 7;
  }
  message AttributeProto {
    enum AttributeType { UNDEFINED = 0; INT = 2; STRING = 3; TENSOR = 4; INTS = 7; STRINGS = 8; }
    string name = 1;
    int64 i = 3;
    bytes s = 4;
    TensorProto t = 5;
    repeated int64 ints = 8;
    repeated bytes strings = 9;
    AttributeType type = 20;
  }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; repeated double double_data = 10; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message TypeProto { TensorType tensor_type = 1; }
  message TensorType { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`;

const modelProto = protobuf.parse(schema, { keepCase: true }).root.lookupType('onnx.ModelProto');

/** An attribute of a node: numbers, or words, one or several. */
export type AttributeValue = number | string | Float64Array | Int32Array | readonly string[];

/** One operator of a graph. */
export interface GraphNode {
  readonly operator: string;
  /** Absent for ONNX's own operators. */
  readonly domain?: string;
  readonly input: string;
  readonly output: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A graph from one float32 tensor of n rows to another, and what it says of itself. */
export interface OnnxGraph {
  readonly name: string;
  readonly producer: { readonly name: string; readonly version: string };
  readonly input: { readonly name: string; readonly columns: number };
  readonly output: { readonly name: string; readonly columns: number };
  readonly nodes: readonly GraphNode[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Format of 2021, opsets of then: what any runtime of today reads. */
const irVersion = 8;
const opsets = [
  { domain: '', version: 17 },
  { domain: 'ai.onnx.ml', version: 3 },
];

/** ONNX's numbers for types of elements. */
export const elementTypes = { float: 1, double: 11 };

/** Writes a graph as a model; equal graphs give equal bytes, whatever the order of the metadata. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const tensor = ({ name, columns }: OnnxGraph['input']): object => {
    const shape = { dim: [{ dim_param: 'rows' }, { dim_value: columns }] };
    return { name, type: { tensor_type: { elem_type: elementTypes.float, shape } } };
  };
  const model = {
    ir_version: irVersion,
    producer_name: graph.producer.name,
    producer_version: graph.producer.version,
    opset_import: opsets,
    graph: {
      name: graph.name,
      node: graph.nodes.map(nodeProto),
      input: [tensor(graph.input)],
      output: [tensor(graph.output)],
    },
    metadata_props: Object.entries(graph.metadata)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value })),
  };
  // A copy: the library writes into memory that it shares among messages.
  return Uint8Array.from(modelProto.encode(model).finish());
}

/**
 * What a model says of itself.
 *
 * @throws DataError if the bytes are no ONNX model
 */
export function onnxMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  try {
    const model = modelProto.toObject(modelProto.decode(bytes), { arrays: true }) as {
      readonly metadata_props: readonly { readonly key: string; readonly value: string }[];
    };
    return Object.fromEntries(model.metadata_props.map(({ key, value }) => [key, value]));
  } catch (error) {
    throw new DataError('the bytes are no ONNX model', {}, { cause: error });
  }
}

function nodeProto(node: GraphNode, index: number): object {
  const { operator, domain, input, output, attributes = {} } = node;
  return {
    name: `${operator}_${index}`,
    op_type: operator,
    ...(domain === undefined ? {} : { domain }),
    input: [input],
    output: [output],
    attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...typed(value) })),
  };
}

const text = new TextEncoder();

const attributeTypes = { INT: 2, STRING: 3, TENSOR: 4, INTS: 7, STRINGS: 8 };

function typed(value: AttributeValue): object {
  if (typeof value === 'number') return { i: value, type: attributeTypes.INT };
  if (typeof value === 'string') return { s: text.encode(value), type: attributeTypes.STRING };
  if (value instanceof Float64Array)
    return {
      t: { dims: [value.length], data_type: elementTypes.double, double_data: value },
      type: attributeTypes.TENSOR,
    };
  if (value instanceof Int32Array) return { ints: value, type: attributeTypes.INTS };
  return { strings: value.map((word) => text.encode(word)), type: attributeTypes.STRINGS };
}
