import { assembleText } from '../../core/reading/assemble-text.js';
import { type Bench, missed, type Say } from '../bench.js';
import { NativeServer } from '../setting/native-server.js';
import { shared } from '../setting/samples.js';
import { round, tableLines } from '../setting/statistics.js';
import type { ReadDocument } from './index-readings.js';
import { MODES, type Mode, openIndexedSearch } from './indexed-search.js';
import { loadBeir, type Passage } from './retrieval/beir.js';
import { ndcg } from './retrieval/measures.js';

const COLLECTION = 'consumer_health';

/** Passages of one document are counted once: enough chunks that ten documents are among them. */
const TOP_CHUNKS = 40;
const K = 10;

const MAX_LOSS = 0.005;

/** What int8 costs in ranking: the same passages and questions through our own retrieval, with both files of one model. */
export const liveqaBench: Bench = {
  name: 'liveqa',
  summary: 'nDCG@10 on judged consumer questions, with the int8 and the float32 file of the model',
  async run(_args, say) {
    const files = { int8: 'model_quantized.onnx', fp32: 'model.onnx' };
    const server = await NativeServer.start();
    try {
      const int8 = await evaluate(server, files.int8, say);
      const fp32 = await evaluate(server, files.fp32, say);
      for (const line of tableLines([
        ['nDCG@10', ...MODES],
        ['int8', ...MODES.map((mode) => int8[mode])],
        ['fp32', ...MODES.map((mode) => fp32[mode])],
      ])) {
        say(line);
      }
      return {
        figures: { int8, fp32 },
        short: missed({
          vectorLoss: fp32.vector - int8.vector <= MAX_LOSS,
          hybridLoss: fp32.hybrid - int8.hybrid <= MAX_LOSS,
        }),
      };
    } finally {
      await server.stop();
    }
  },
};

async function evaluate(server: NativeServer, modelFile: string, say: Say): Promise<Record<Mode, number>> {
  const { passages, questions } = loadBeir(shared('samples', 'retrieval', 'liveqa'));
  const begun = performance.now();
  const documents = passages.map(asDocument);
  const indexed = await openIndexedSearch({ server, modelFile, collection: COLLECTION, documents });
  try {
    const seconds = round((performance.now() - begun) / 1000, 0);
    say(`${modelFile}: ${indexed.chunks} chunks of ${passages.length} passages in ${seconds} s`);
    const means = {} as Record<Mode, number>;
    for (const mode of MODES) {
      const scores: number[] = [];
      for (const { question, grades } of questions) {
        const hits = await indexed.search(question, mode, TOP_CHUNKS);
        const score = ndcg([...new Set(hits.map(({ chunk }) => chunk.externalId))], grades, K);
        if (score !== null) scores.push(score);
      }
      means[mode] = round(scores.reduce((sum, score) => sum + score, 0) / scores.length, 4);
    }
    return means;
  } finally {
    await indexed.close();
  }
}

function asDocument({ id, title, text }: Passage): ReadDocument {
  const reading = assembleText(
    [
      { kind: 'heading', headingLevel: 1, text: title, boxes: [] },
      { kind: 'paragraph', text, boxes: [] },
    ],
    { title },
    { language: 'en' },
  );
  return { externalId: id, reading };
}
