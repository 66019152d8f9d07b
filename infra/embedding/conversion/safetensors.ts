/** One tensor of a safetensors file. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Longest header that is believed: the format's own limit (safetensors README, "Format"). */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * The float32 tensors of a safetensors file by name: eight bytes of little-endian header length, a JSON header
 * `{name: {dtype, shape, data_offsets: [from, to]}}`, then the bytes. Tensors of other types are left out.
 * Errors: `Error` when the file is not of this form or a tensor reaches past its end.
 */
export function readSafetensors(file: Uint8Array): Map<string, FloatTensor> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < 8) throw new Error('the safetensors file is cut off');
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > file.byteLength) {
    throw new Error('the header of the safetensors file is cut off');
  }
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerBytes))) as Record<string, unknown>;
  const data = file.subarray(8 + headerBytes);
  const tensors = new Map<string, FloatTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__' || !isEntry(entry) || entry.dtype !== 'F32') continue;
    const [from, to] = entry.data_offsets;
    const length = entry.shape.reduce((product, size) => product * size, 1);
    if (to - from !== length * 4 || from < 0 || to > data.byteLength) {
      throw new Error('a tensor of the safetensors file reaches past its end');
    }
    // Copied, because a Float32Array must start at a multiple of four and the tensor need not.
    const values = new Float32Array(length);
    new Uint8Array(values.buffer).set(data.subarray(from, to));
    tensors.set(name, { shape: entry.shape, values });
  }
  return tensors;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isEntry(entry: unknown): entry is Entry {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'dtype' in entry &&
    'shape' in entry &&
    Array.isArray(entry.shape) &&
    'data_offsets' in entry &&
    Array.isArray(entry.data_offsets) &&
    entry.data_offsets.length === 2
  );
}
