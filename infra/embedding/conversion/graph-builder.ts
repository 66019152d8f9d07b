import {
  type Attribute,
  type Element,
  encodeOnnx,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnx-format.js';
import { quantiseRows } from './int8-weights.js';
import type { FloatTensor } from './safetensors.js';

/** Writes an ONNX graph operator by operator; values are known by the names that are handed out. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  /** Activations already turned to int8, by their name: query, key and value share one. */
  readonly #quantised = new Map<string, readonly [values: string, scale: string, zero: string]>();

  /** Adds an operator and names its (first) output. */
  operator(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = this.#name(opType);
    this.#nodes.push({ opType, inputs, outputs: [output], attributes });
    return output;
  }

  floats(values: Float32Array, shape: readonly number[]): string {
    return this.#constant('float', shape, values);
  }

  scalar(value: number): string {
    return this.floats(Float32Array.of(value), [1]);
  }

  integers(values: readonly number[]): string {
    return this.#constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Rows of a table by their index. As int8 every row keeps a scale of its own: a quarter of the bytes. */
  lookup(table: FloatTensor, indices: string, int8: boolean): string {
    if (!int8) return this.operator('Gather', [this.floats(table.values, table.shape), indices]);
    const { values, scales } = quantiseRows(table);
    const [rows = 0] = table.shape;
    const row = this.operator('Gather', [this.#constant('int8', table.shape, values), indices]);
    const scale = this.operator('Gather', [this.floats(scales, [rows, 1]), indices]);
    return this.operator('Mul', [this.#asFloat(row), scale]);
  }

  /**
   * `input · weightᵀ + bias`, weights as PyTorch keeps them (a row for each output). As int8, weights have a scale for
   * each output and activations one for each call (dynamic quantisation).
   */
  linear(input: string, layer: { weight: FloatTensor; bias: FloatTensor }, int8: boolean): string {
    const [outputs = 0, inputs = 0] = layer.weight.shape;
    const bias = this.floats(layer.bias.values, layer.bias.shape);
    if (!int8) {
      const weight = this.floats(transpose(layer.weight.values, outputs, inputs, Float32Array), [inputs, outputs]);
      return this.operator('Add', [this.operator('MatMul', [input, weight]), bias]);
    }
    const { values, scales } = quantiseRows(layer.weight);
    const weight = this.#constant('int8', [inputs, outputs], transpose(values, outputs, inputs, Int8Array));
    const [activation, scale, zero] = this.#quantise(input);
    const product = this.#asFloat(this.operator('MatMulInteger', [activation, weight, zero]));
    const scaled = this.operator('Mul', [product, this.operator('Mul', [scale, this.floats(scales, [outputs])])]);
    return this.operator('Add', [scaled, bias]);
  }

  encode(graph: { name: string; inputs: readonly OnnxValue[]; output: OnnxValue; from: string }): Uint8Array {
    const last: OnnxNode = { opType: 'Identity', inputs: [graph.from], outputs: [graph.output.name], attributes: {} };
    return encodeOnnx({
      name: graph.name,
      nodes: [...this.#nodes, last],
      initializers: this.#initializers,
      inputs: graph.inputs,
      outputs: [graph.output],
    });
  }

  #quantise(input: string): readonly [string, string, string] {
    const known = this.#quantised.get(input);
    if (known) return known;
    const outputs = [this.#name('quantised'), this.#name('scale'), this.#name('zero')] as const;
    this.#nodes.push({ opType: 'DynamicQuantizeLinear', inputs: [input], outputs, attributes: {} });
    this.#quantised.set(input, outputs);
    return outputs;
  }

  #asFloat(input: string): string {
    return this.operator('Cast', [input], { to: { int: 1 } });
  }

  #constant(element: Element, shape: readonly number[], values: Float32Array | Int8Array | BigInt64Array): string {
    const name = this.#name(element);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push({ name, element, shape, bytes });
    return name;
  }

  #name(kind: string): string {
    return `${kind}_${this.#nodes.length}_${this.#initializers.length}`;
  }
}

function transpose<T extends Float32Array | Int8Array>(
  values: T,
  rows: number,
  columns: number,
  make: new (length: number) => T,
): T {
  const turned = new make(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return turned;
}
