import type { FloatTensor } from './safetensors.js';

/**
 * Largest weight after quantisation. 64 and not 127: on processors without VNNI instructions the product of an
 * unsigned and a signed byte is summed in pairs in 16 bits (`vpmaddubsw`), which overflows past 7 bits and is wrong
 * without a word (onnxruntime, "Quantize ONNX models", reduce_range).
 */
const LARGEST = 64;

export interface QuantisedRows {
  readonly values: Int8Array;
  /** One factor a row: `weight = value × scale`. */
  readonly scales: Float32Array;
}

/** Symmetric int8 of a matrix, a scale for each row (of a linear layer's weights: for each output). */
export function quantiseRows({ shape, values }: FloatTensor): QuantisedRows {
  const [rows = 0, columns = 0] = shape;
  const quantised = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    let largest = 0;
    for (let index = from; index < from + columns; index++) largest = Math.max(largest, Math.abs(values[index] ?? 0));
    // A row of zeros (the padding token) stays one with any scale.
    const scale = largest === 0 ? 1 : largest / LARGEST;
    scales[row] = scale;
    for (let index = from; index < from + columns; index++) quantised[index] = Math.round((values[index] ?? 0) / scale);
  }
  return { values: quantised, scales };
}
