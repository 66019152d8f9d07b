import type { EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type ModelFolder, openModelFolder, type Pooling } from '../provision/model-folder.js';
import { ModelTokenizer } from '../tokenizer/model-tokenizer.js';

/**
 * A sentence-embedding model in this thread: text in, unit vector out. `run` computes synchronously inside and blocks
 * the thread for 10–60 ms a text: never use it where something serves or heartbeats.
 */
export class SentenceModel {
  readonly dimensions: number;

  static async open(modelFolder: string): Promise<SentenceModel> {
    const model = await openModelFolder(modelFolder);
    const forQueries = model.queryFolder === null ? null : await SentenceModel.open(model.queryFolder);
    const session = await InferenceSession.create(model.modelFile, {
      // Threads are the embedder's: a text on one core costs an eighth less CPU than a text on two.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      // Every text has its own length; patterns remembered by shape gain nothing that can be measured.
      enableMemPattern: false,
      // The fused kernel for "add, then normalise" takes 0.30 ms where the two plain ones take 0.06 (130 tokens, AVX2):
      // with it a text costs 27 ms of CPU, without it 25.
      extra: { optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' } },
    });
    const tokenizer = new ModelTokenizer(model);
    const probe = await run(session, tokenizer.encode(''), model);
    if (forQueries && forQueries.dimensions !== probe.length) {
      throw new Error('the models for questions and for passages give vectors of other dimensions');
    }
    return new SentenceModel(session, tokenizer, model, { dimensions: probe.length, forQueries });
  }

  private constructor(
    private readonly session: InferenceSession,
    private readonly tokenizer: ModelTokenizer,
    private readonly model: Pick<ModelFolder, 'pooling' | 'prompts' | 'truncateDimensions'>,
    private readonly about: { readonly dimensions: number; readonly forQueries: SentenceModel | null },
  ) {
    this.dimensions = about.dimensions;
  }

  /**
   * One text at a time. Batches lost on every count (200 texts of 169 tokens, int8, 2 threads, busy machine): one by one
   * 47 texts/s, sorted batches of 4 46, of 16 45, batches of 16 in file order 31: padding costs, batching gains nothing.
   */
  async embed(text: string, purpose: EmbeddingPurpose): Promise<Float32Array> {
    const { forQueries } = this.about;
    if (forQueries && purpose === 'query') return forQueries.embed(text, purpose);
    return run(this.session, this.tokenizer.encode(this.model.prompts[purpose] + text), this.model);
  }

  async close(): Promise<void> {
    await this.about.forQueries?.close();
    await this.session.release();
  }
}

async function run(
  session: InferenceSession,
  tokenIds: readonly number[],
  { pooling, truncateDimensions }: Pick<ModelFolder, 'pooling' | 'truncateDimensions'>,
): Promise<Float32Array> {
  const shape = [1, tokenIds.length];
  const feeds: Record<string, Tensor> = {};
  for (const name of session.inputNames) feeds[name] = new Tensor('int64', inputOf(name, tokenIds), shape);
  const outputName = session.outputNames[0];
  if (outputName === undefined) throw new Error('the model has no output');
  const output = (await session.run(feeds, [outputName]))[outputName];
  if (!output || !(output.data instanceof Float32Array)) throw new Error('the output of the model is not float32');
  const { data, dims } = output;
  // [batch, tokens, dimensions], or [batch, dimensions] of a model that pools for itself.
  const vector = dims.length === 3 ? pool(data, dims[2] ?? 0, pooling) : data.slice();
  return normalise(truncateDimensions === null ? vector : vector.slice(0, truncateDimensions));
}

/** Without padding every token counts, so the attention mask is all ones. */
function inputOf(name: string, tokenIds: readonly number[]): BigInt64Array {
  const values = new BigInt64Array(tokenIds.length);
  if (name === 'input_ids') tokenIds.forEach((id, position) => (values[position] = BigInt(id)));
  else if (name === 'attention_mask') values.fill(1n);
  else if (name !== 'token_type_ids') throw new Error('the model asks for an input that is not known');
  return values;
}

function pool(tokens: Float32Array, dimensions: number, pooling: Pooling): Float32Array {
  if (pooling === 'cls') return tokens.slice(0, dimensions);
  const mean = new Float32Array(dimensions);
  for (let offset = 0; offset < tokens.length; offset += dimensions) {
    for (let index = 0; index < dimensions; index++) mean[index] = (mean[index] ?? 0) + (tokens[offset + index] ?? 0);
  }
  // Dividing by the number of tokens is left out: the length is taken away next.
  return mean;
}

function normalise(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  if (!(norm > 0) || !Number.isFinite(norm)) throw new Error('the model answered a vector without a direction');
  return vector.map((value) => value / norm);
}
