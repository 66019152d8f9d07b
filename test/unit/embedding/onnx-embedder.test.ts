import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../core/contract/failures.js';
import { createEmbedder } from '../../../infra/embedding/create-embedder.js';
import { sha256OfFile } from '../../../infra/file-digest.js';
import { InvalidModelFolder, openModelFolder } from '../../../infra/embedding/provision/model-folder.js';
import { OnnxEmbedder } from '../../../infra/embedding/onnx/onnx-embedder.js';
import { cosine } from '../../contracts/embedder.contract.js';
import { makeTinyModel } from './tiny-model.js';

/** A word whose letters do not fit into the heap of a thread that was given 24 MiB: it dies of it. */
const deadly = () => ['x'.repeat(5_000_000)];

const hasCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

describe('OnnxEmbedder', () => {
  it('takes the identity of its model from folder, file and first answer', async () => {
    const modelFolder = await makeTinyModel({ int8: true, hidden: 24 });
    const embedder = await OnnxEmbedder.open({ modelFolder });
    const sha256 = await sha256OfFile(join(modelFolder, 'onnx', 'model_quantized.onnx'));
    expect(embedder.model).toEqual({ name: 'tiny-bert', revision: `sha256:${sha256}`, dimensions: 24, maxTokens: 48 });
    await embedder.close();
  });

  it('prefers int8 over float32', async () => {
    const [both, int8] = [await makeTinyModel(), await makeTinyModel({ int8: true })];
    const file = join('onnx', 'model_quantized.onnx');
    await copyFile(join(int8, file), join(both, file));
    const embedder = await OnnxEmbedder.open({ modelFolder: both });
    expect(embedder.model.revision).toBe(`sha256:${await sha256OfFile(join(int8, file))}`);
    await embedder.close();
  });

  it('pools as the folder says', async () => {
    const vectors: Float32Array[] = [];
    for (const pooling of ['mean', 'cls'] as const) {
      const embedder = await OnnxEmbedder.open({ modelFolder: await makeTinyModel({ pooling }) });
      vectors.push(...(await embedder.embed(['two words'], 'passage')));
      await embedder.close();
    }
    expect(cosine(vectors[0] ?? new Float32Array(), vectors[1] ?? new Float32Array())).toBeLessThan(0.999);
  });

  it('puts the prompts of its model before queries and passages', async () => {
    const prompted = await makeTinyModel({ prompts: { query: 'q: ', document: 'd: ' } });
    const plain = await makeTinyModel();
    const [withPrompts, without] = [
      await OnnxEmbedder.open({ modelFolder: prompted }),
      await OnnxEmbedder.open({ modelFolder: plain }),
    ];
    const expected = await without.embed(['q: fever', 'd: fever'], 'passage');
    expect(await withPrompts.embed(['fever'], 'query')).toEqual(expected.slice(0, 1));
    expect(await withPrompts.embed(['fever'], 'passage')).toEqual(expected.slice(1));
    // The same weights, but other vectors: nobody may compare them.
    expect(withPrompts.model.revision).toMatch(new RegExp(`^${without.model.revision} prompts:[0-9a-f]{16}$`));
    await withPrompts.close();
    await without.close();
  });

  it('lets a query overtake passages', async () => {
    const embedder = await OnnxEmbedder.open({ modelFolder: await makeTinyModel() });
    const order: string[] = [];
    const passages = embedder
      .embed(
        Array.from({ length: 2000 }, () => 'a long passage '.repeat(10)),
        'passage',
      )
      .then(() => order.push('passages'));
    const query = embedder.embed(['short'], 'query').then(() => order.push('query'));
    await Promise.all([passages, query]);
    expect(order).toEqual(['query', 'passages']);
    await embedder.close();
  });

  it('fails what was asked of a thread that dies, and starts another', async () => {
    const embedder = await OnnxEmbedder.open({ modelFolder: await makeTinyModel(), threads: 1, threadHeapMiB: 24 });
    const before = await embedder.embed(['steady'], 'query');
    const asked = [embedder.embed(deadly(), 'passage'), embedder.embed(['x'], 'passage')];
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome.status).toBe('rejected');
      expect(outcome).toSatisfy(({ reason }: PromiseRejectedResult) => hasCode('EMBEDDING_UNAVAILABLE')(reason));
    }
    const after = await embedder.embed(['steady'], 'query');
    expect(cosine(after[0] ?? new Float32Array(), before[0] ?? new Float32Array())).toBeGreaterThan(0.9999);
    await embedder.close();
  });

  it('spreads passages over its threads, and outlives the death of one of them', async () => {
    const embedder = await OnnxEmbedder.open({ modelFolder: await makeTinyModel(), threads: 3, threadHeapMiB: 24 });
    const texts = Array.from({ length: 50 }, (_, index) => `topic ${index} ${'fever '.repeat(index % 7)}`);
    const together = await embedder.embed(texts, 'passage');
    await expect(embedder.embed([...texts, ...deadly()], 'passage')).rejects.toSatisfy(
      hasCode('EMBEDDING_UNAVAILABLE'),
    );
    const again = await embedder.embed(texts, 'passage');
    for (const [index, text] of texts.entries()) {
      const [alone] = await embedder.embed([text], 'query');
      for (const vectors of [together, again]) {
        expect(cosine(alone ?? new Float32Array(), vectors[index] ?? new Float32Array())).toBeGreaterThan(0.9999);
      }
    }
    await embedder.close();
  });

  it('refuses a model file that was replaced by one of other dimensions', async () => {
    const [modelFolder, other] = [await makeTinyModel(), await makeTinyModel({ hidden: 24 })];
    const embedder = await OnnxEmbedder.open({ modelFolder, threadHeapMiB: 24 });
    await copyFile(join(other, 'onnx', 'model.onnx'), join(modelFolder, 'onnx', 'model.onnx'));
    await expect(embedder.embed(deadly(), 'passage')).rejects.toSatisfy(hasCode('EMBEDDING_UNAVAILABLE'));
    await expect(embedder.embed(['x'], 'passage')).rejects.toSatisfy(hasCode('MODEL_MISMATCH'));
    await embedder.close();
  });

  it('knows models by the name of their folder, and refuses another model under that name', async () => {
    const folder = await openModelFolder(await makeTinyModel({ name: 'bge-base-en-v1.5' }));
    expect(folder).toMatchObject({ pooling: 'cls', dimensions: 768 });
    expect(folder.prompts.query).toMatch(/^Represent this sentence/);
    await expect(OnnxEmbedder.open({ modelFolder: folder.folder })).rejects.toThrow(/16 dimensions.*768/);
    // What the model's makers say goes before, and must agree.
    const contradicting = await makeTinyModel({ name: 'bge-small-en-v1.5', pooling: 'mean' });
    await expect(openModelFolder(contradicting)).rejects.toThrow(/pools by mean.*cls/);
    const prompted = await makeTinyModel({ name: 'multilingual-e5-base', prompts: { query: 'frage: ' } });
    expect((await openModelFolder(prompted)).prompts).toEqual({ query: 'frage: ', passage: '' });
    const alone = await makeTinyModel({ name: 'MedCPT-Article-Encoder' });
    await expect(openModelFolder(alone)).rejects.toThrow(/model for questions is missing/);
  });

  it('cuts vectors as its settings say, to unit length, and calls that another revision', async () => {
    const modelFolder = await makeTinyModel();
    const whole = await OnnxEmbedder.open({ modelFolder });
    await writeFile(join(modelFolder, 'medindex.json'), JSON.stringify({ truncateDimensions: 6, pooling: 'mean' }));
    const cut = await OnnxEmbedder.open({ modelFolder });
    expect(cut.model).toMatchObject({ dimensions: 6, revision: `${whole.model.revision} cut:6` });
    const [[long], [short]] = [await whole.embed(['zinc'], 'passage'), await cut.embed(['zinc'], 'passage')];
    expect(Math.hypot(...(short ?? []))).toBeCloseTo(1, 5);
    const beginning = long?.slice(0, 6) ?? new Float32Array();
    expect(
      cosine(
        beginning.map((value) => value / Math.hypot(...beginning)),
        short ?? new Float32Array(),
      ),
    ).toBeCloseTo(1, 5);
    await Promise.all([whole.close(), cut.close()]);

    await writeFile(join(modelFolder, 'medindex.json'), JSON.stringify({ truncateDimensions: 32 }));
    await expect(OnnxEmbedder.open({ modelFolder })).rejects.toThrow(/16 dimensions.*32/);
    for (const wrong of [{ pooling: 'max' }, { dimensions: 0 }, { queryPrompt: 1 }, { poling: 'cls' }, []]) {
      await writeFile(join(modelFolder, 'medindex.json'), JSON.stringify(wrong));
      await expect(openModelFolder(modelFolder)).rejects.toBeInstanceOf(InvalidModelFolder);
    }
  });

  it('embeds questions by the model for questions, where there are two', async () => {
    const passages = await makeTinyModel({ seed: 1 });
    const questions = await makeTinyModel({ seed: 2 });
    const other = await makeTinyModel({ hidden: 24 });
    const settings = (queryEncoder: string) =>
      writeFile(join(passages, 'medindex.json'), JSON.stringify({ queryEncoder }));
    await settings(questions);
    const [both, alone] = [
      await OnnxEmbedder.open({ modelFolder: passages }),
      await OnnxEmbedder.open({ modelFolder: questions }),
    ];
    expect(both.model.revision).toMatch(/^sha256:[0-9a-f]{64} query:[0-9a-f]{16}$/);
    expect(await both.embed(['zinc'], 'query')).toEqual(await alone.embed(['zinc'], 'query'));
    expect(await both.embed(['zinc'], 'passage')).not.toEqual(await alone.embed(['zinc'], 'passage'));
    await Promise.all([both.close(), alone.close()]);
    await settings(other);
    await expect(OnnxEmbedder.open({ modelFolder: passages })).rejects.toSatisfy(hasCode('EMBEDDING_UNAVAILABLE'));
  });

  it('says what is wrong with a folder', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'medindex-tiny-'));
    await expect(OnnxEmbedder.open({ modelFolder: empty })).rejects.toBeInstanceOf(InvalidModelFolder);
    const noTokenizer = await makeTinyModel();
    await rm(join(noTokenizer, 'tokenizer.json'));
    await expect(OnnxEmbedder.open({ modelFolder: noTokenizer })).rejects.toThrow(/tokenizer\.json/);
    const garbage = await makeTinyModel();
    await writeFile(join(garbage, 'onnx', 'model.onnx'), 'no model');
    await expect(OnnxEmbedder.open({ modelFolder: garbage })).rejects.toSatisfy(hasCode('EMBEDDING_UNAVAILABLE'));
  });
});

describe('createEmbedder', () => {
  it('follows the settings', async () => {
    expect(await createEmbedder({ provider: 'off' })).toBeNull();
    expect(await createEmbedder({ provider: 'onnx', model: 'tiny', modelPath: null, furtherModels: [] })).toBeNull();
    const modelPath = await makeTinyModel();
    const embedder = await createEmbedder({ provider: 'onnx', model: 'tiny', modelPath, furtherModels: [] });
    expect(embedder?.model.name).toBe('tiny-bert');
    await embedder?.close();
  });
});
