import { describe, expect, it } from 'vitest';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bertGraph } from '../../../infra/embedding/conversion/bert-graph.js';
import { quantiseRows } from '../../../infra/embedding/conversion/int8-weights.js';
import { OnnxEmbedder } from '../../../infra/embedding/onnx/onnx-embedder.js';
import { readSafetensors } from '../../../infra/embedding/conversion/safetensors.js';
import { cosine } from '../../contracts/embedder.contract.js';
import { REAL_MODEL, SHARED_MODEL, WITHOUT_MODEL, WITHOUT_SHARED } from './shared-model.js';
import { makeTinyModel, TINY_CONFIG, tinyTensors } from './tiny-model.js';

function safetensors(header: object, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

const bytes = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe('readSafetensors', () => {
  it('reads float32 tensors, wherever they begin', () => {
    const header = {
      __metadata__: { format: 'pt' },
      ids: { dtype: 'I64', shape: [1], data_offsets: [8, 16] },
      weight: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
      bias: { dtype: 'F32', shape: [1], data_offsets: [16, 20] },
    };
    for (const pad of ['', ' ', '  ', '   ']) {
      const file = safetensors(
        { ...header, pad },
        new Uint8Array([...bytes(1.5, -2), ...new Uint8Array(8), ...bytes(7)]),
      );
      const tensors = readSafetensors(file);
      expect([...tensors.keys()]).toEqual(['weight', 'bias']);
      expect(tensors.get('weight')).toEqual({ shape: [2, 1], values: Float32Array.of(1.5, -2) });
      expect(tensors.get('bias')?.values).toEqual(Float32Array.of(7));
    }
  });

  it('refuses a file that is cut off or lies about its tensors', () => {
    const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
    const good = safetensors({ weight: entry }, bytes(1, 2));
    expect(readSafetensors(good).size).toBe(1);
    for (const length of [0, 7, 20, good.length - 1]) expect(() => readSafetensors(good.slice(0, length))).toThrow();
    expect(() => readSafetensors(safetensors({ weight: { ...entry, shape: [3] } }, bytes(1, 2)))).toThrow();
    expect(() => readSafetensors(safetensors({ weight: { ...entry, data_offsets: [-8, 0] } }, bytes(1, 2)))).toThrow();
  });
});

describe('quantiseRows', () => {
  it('is off by half a step of its row at most, and keeps zeros', () => {
    const values = Float32Array.of(1, -0.5, 0.26, 0, 0, 0, 100, 1, -37);
    const { values: steps, scales } = quantiseRows({ shape: [3, 3], values });
    values.forEach((value, index) => {
      const scale = scales[Math.floor(index / 3)] ?? Number.NaN;
      expect(Math.abs((steps[index] ?? Number.NaN) * scale - value)).toBeLessThanOrEqual(scale / 2 + 1e-6);
    });
    expect(Math.max(...steps.map(Math.abs))).toBe(64);
  });
});

describe('bertGraph', () => {
  it('means the same in int8 as in float32', async () => {
    const texts = ['a', 'ibuprofen 400 mg', 'stop when egfr falls below 30', ''];
    const [float32, int8] = await Promise.all(
      [false, true].map(async (asInt8) => {
        const embedder = await OnnxEmbedder.open({ modelFolder: await makeTinyModel({ int8: asInt8 }) });
        const vectors = await embedder.embed(texts, 'passage');
        await embedder.close();
        return vectors;
      }),
    );
    texts.forEach((_, index) => {
      expect(cosine(float32?.[index] ?? new Float32Array(), int8?.[index] ?? new Float32Array())).toBeGreaterThan(0.99);
    });
  });

  it('refuses other models and missing weights', () => {
    const tensors = tinyTensors();
    for (const wrong of [
      { model_type: 'roberta' },
      { hidden_act: 'relu' },
      { position_embedding_type: 'relative_key' },
    ]) {
      expect(() => bertGraph({ config: { ...TINY_CONFIG, ...wrong }, tensors, int8: false })).toThrow();
    }
    tensors.delete('encoder.layer.1.output.dense.bias');
    expect(() => bertGraph({ config: TINY_CONFIG, tensors, int8: true })).toThrow(/missing/);
  });
});

describe.skipIf(!REAL_MODEL || !SHARED_MODEL)(
  `the provisioned model${REAL_MODEL ? '' : `, ${WITHOUT_MODEL}`}${SHARED_MODEL ? '' : `, ${WITHOUT_SHARED}`}`,
  () => {
    it('agrees with the float32 original', async () => {
      const original = await float32Folder();
      const texts = [
        'How is gout treated?',
        'Allopurinol lowers urate; start at 100 mg daily and raise it every four weeks.',
        'Children under two years should not be given cough medicines.',
        'Patients with an estimated glomerular filtration rate below 30 mL/min should not take metformin.',
      ];
      const answers: Float32Array[][] = [];
      for (const modelFolder of [original, REAL_MODEL ?? '']) {
        const embedder = await OnnxEmbedder.open({ modelFolder });
        answers.push(await embedder.embed(texts, 'passage'));
        await embedder.close();
      }
      texts.forEach((_, index) => {
        const [a, b] = answers.map((vectors) => vectors[index] ?? new Float32Array());
        // int8 with one scale a matrix, as published models have, keeps .93 and more; ours keeps .98.
        expect(cosine(a ?? new Float32Array(), b ?? new Float32Array())).toBeGreaterThan(0.9);
      });
      const gout = answers[1]?.[1];
      const question = answers[1]?.[0] ?? new Float32Array();
      expect(cosine(question, gout ?? new Float32Array())).toBeGreaterThan(
        cosine(question, answers[1]?.[2] ?? new Float32Array()) + 0.2,
      );
    });
  },
);

/** The shared folder holds both files and int8 is preferred: the float32 one alone. */
async function float32Folder(): Promise<string> {
  const folder = join(await makeTinyModel(), '..', 'float32');
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', join('onnx', 'model.onnx')]) {
    await cp(join(SHARED_MODEL ?? '', file), join(folder, file));
  }
  return folder;
}
