import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openModelFolder } from '../../embedding/provision/model-folder.js';
import { type HuggingFaceTokenizer, huggingFaceTokenizer } from '../../embedding/tokenizer/hugging-face-tokenizer.js';

/** Two texts as the model takes them. */
interface Pair {
  readonly ids: readonly number[];
  /** 0: of the question, 1: of the passage. */
  readonly types: readonly number[];
}

/** A question takes at most half of the model's input, so that there is always room for the passage. */
const QUESTION_SHARE = 0.5;

/** Characters that no tokenizer makes less than one token of: longer texts are not read to their end in vain. */
const MAX_CHARACTERS_A_TOKEN = 20;

/**
 * A cross-encoder in this thread: a question and a passage in, one score out. `score` computes synchronously inside and blocks
 * the thread for 10 to 60 ms: never use it where something serves or heartbeats.
 */
export class CrossEncoder {
  /** Special tokens before the question, between both and after the passage. */
  readonly #frame: { readonly before: number[]; readonly between: number[]; readonly after: number[] };
  readonly #typesBetween: number;

  /** Errors: `InvalidModelFolder`, and what onnxruntime says of a file that is none. */
  static async open(modelFolder: string): Promise<CrossEncoder> {
    const folder = await openModelFolder(modelFolder);
    const session = await InferenceSession.create(folder.modelFile, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      enableMemPattern: false,
    });
    const tokenizer = huggingFaceTokenizer(folder.tokenizer, folder.tokenizerConfig);
    const model = new CrossEncoder(session, tokenizer, folder.maxTokens);
    // A model of another kind is noticed at the start and not at a question.
    await model.score('a', 'a');
    return model;
  }

  private constructor(
    private readonly session: InferenceSession,
    private readonly tokenizer: HuggingFaceTokenizer,
    private readonly maxTokens: number,
  ) {
    const [question = -1] = this.#cut('a');
    const [passage = -1] = this.#cut('b');
    const { ids, token_type_ids: types = [] } = tokenizer.encode('a', { text_pair: 'b', return_token_type_ids: true });
    const first = ids.indexOf(question);
    const second = ids.indexOf(passage, first + 1);
    if (first < 0 || second < 0) throw new Error('the tokenizer does not say how it puts two texts together');
    this.#frame = {
      before: ids.slice(0, first),
      between: ids.slice(first + 1, second),
      after: ids.slice(second + 1),
    };
    this.#typesBetween = types.slice(first + 1, second).filter((type) => type === 0).length;
  }

  /** How well the passage answers the question, 0…1. */
  async score(question: string, passage: string): Promise<number> {
    const { ids, types } = this.#pair(question, passage);
    const shape = [1, ids.length];
    const feeds: Record<string, Tensor> = {};
    for (const name of this.session.inputNames) feeds[name] = new Tensor('int64', inputOf(name, { ids, types }), shape);
    const outputName = this.session.outputNames[0];
    if (outputName === undefined) throw new Error('the model has no output');
    const output = (await this.session.run(feeds, [outputName]))[outputName];
    if (!output || !(output.data instanceof Float32Array)) throw new Error('the output of the model is not float32');
    return probability([...output.data]);
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  #pair(question: string, passage: string): Pair {
    const { before, between, after } = this.#frame;
    const room = this.maxTokens - before.length - between.length - after.length;
    const asked = this.#cut(question).slice(0, Math.floor(room * QUESTION_SHARE));
    const read = this.#cut(passage).slice(0, room - asked.length);
    const ids = [...before, ...asked, ...between, ...read, ...after];
    const ofQuestion = before.length + asked.length + this.#typesBetween;
    return { ids, types: ids.map((_, place) => (place < ofQuestion ? 0 : 1)) };
  }

  #cut(text: string): number[] {
    const part = text.slice(0, this.maxTokens * MAX_CHARACTERS_A_TOKEN);
    return this.tokenizer.encode(part, { add_special_tokens: false }).ids;
  }
}

function inputOf(name: string, { ids, types }: Pair): BigInt64Array {
  switch (name) {
    case 'input_ids':
      return BigInt64Array.from(ids, BigInt);
    case 'token_type_ids':
      return BigInt64Array.from(types, BigInt);
    case 'attention_mask':
      return new BigInt64Array(ids.length).fill(1n);
    default:
      throw new Error('the model asks for an input that is not known');
  }
}

/** Of one logit (trained by binary cross entropy) or two (not relevant, relevant). */
function probability(logits: readonly number[]): number {
  const [first, second] = logits;
  if (first === undefined || logits.length > 2) throw new Error(`the model answers ${logits.length} numbers`);
  const score = 1 / (1 + Math.exp(second === undefined ? -first : first - second));
  if (!Number.isFinite(score)) throw new Error('the model answered no number');
  return score;
}
