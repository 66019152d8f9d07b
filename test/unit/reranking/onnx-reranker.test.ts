import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OnnxReranker } from '../../../infra/reranking/onnx/onnx-reranker.js';
import { makeTinyModel } from '../embedding/tiny-model.js';
import { makeTinyCrossEncoder } from './tiny-cross-encoder.js';

const never = new AbortController().signal;
const unusable = { code: 'RERANKER_UNAVAILABLE' };

it('reads the passage beside a question that fills the model', async () => {
  const reranker = await OnnxReranker.open({ modelFolder: await makeTinyCrossEncoder(), threads: 1 });
  try {
    const long = `metformin ${'question '.repeat(200)}`;
    const [held = 0, not = 1] = await reranker.rerank(long, ['metformin', 'aspirin'], never);
    expect(held).toBeGreaterThan(not);
  } finally {
    await reranker.close();
  }
});

it('refuses a model that answers no score', async () => {
  await expect(OnnxReranker.open({ modelFolder: await makeTinyCrossEncoder({ logits: 3 }) })).rejects.toMatchObject(
    unusable,
  );
  // An embedding model: it answers as many numbers as a vector has.
  await expect(OnnxReranker.open({ modelFolder: await makeTinyModel() })).rejects.toMatchObject(unusable);
});

it('refuses a folder that is no model, and a file that is none', async () => {
  await expect(OnnxReranker.open({ modelFolder: '/nowhere' })).rejects.toMatchObject({ name: 'InvalidModelFolder' });
  const garbage = await makeTinyCrossEncoder();
  await writeFile(join(garbage, 'onnx', 'model.onnx'), 'no model');
  await expect(OnnxReranker.open({ modelFolder: garbage })).rejects.toMatchObject(unusable);
});

it('fails what is asked after it was closed', async () => {
  const reranker = await OnnxReranker.open({ modelFolder: await makeTinyCrossEncoder(), threads: 1 });
  await reranker.close();
  await expect(reranker.rerank('dose', ['dose'], never)).rejects.toMatchObject(unusable);
});
