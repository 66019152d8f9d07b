import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { JudgedWord } from '../../../core/ports/phi-detector.js';
import { type HuggingFaceTokenizer, huggingFaceTokenizer } from '../../embedding/tokenizer/hugging-face-tokenizer.js';
import { openPhiModelFolder, type PhiModelFolder } from '../provision/phi-model-folder.js';

/** As BERT's pre-tokenizer cuts: runs of letters and digits, and every other sign alone. */
const WORD = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;
const MAX_CACHED_WORDS = 20_000;

/** Labels of the model by what they say here; its other labels (numbers, e-mail) have rules that do better. */
const GROUPS: Readonly<Record<string, 'name' | 'street' | 'place'>> = {
  GIVEN_NAME: 'name',
  SURNAME: 'name',
  BUILDING_NUMBER: 'street',
  STREET_NAME: 'street',
  SECONDARY_ADDRESS: 'street',
  CITY: 'place',
  STATE: 'place',
  ZIP_CODE: 'place',
};

/** A model of token classification in this thread. `judge` computes synchronously inside, 20–60 ms a window. */
export class TokenClassifier {
  readonly #tokens = new Map<string, readonly number[]>();
  readonly #groups: readonly ('name' | 'street' | 'place' | null)[];
  readonly #before: readonly number[];
  readonly #after: readonly number[];

  static async open(modelFolder: string): Promise<TokenClassifier> {
    const folder = await openPhiModelFolder(modelFolder);
    const session = await InferenceSession.create(folder.modelFile, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      enableMemPattern: false,
    });
    const model = new TokenClassifier(session, huggingFaceTokenizer(folder.tokenizer, folder.tokenizerConfig), folder);
    await model.judge('');
    return model;
  }

  private constructor(
    private readonly session: InferenceSession,
    private readonly tokenizer: HuggingFaceTokenizer,
    private readonly folder: PhiModelFolder,
  ) {
    this.#groups = folder.labels.map((label) => GROUPS[label.replace(/^[BI]-/, '')] ?? null);
    const framed = tokenizer.encode('').ids;
    this.#before = framed.slice(0, Math.ceil(framed.length / 2));
    this.#after = framed.slice(Math.ceil(framed.length / 2));
  }

  async judge(text: string): Promise<JudgedWord[]> {
    const words: { start: number; end: number; from: number; to: number }[] = [];
    const ids = [...this.#before];
    const room = this.folder.maxTokens - this.#after.length;
    for (const match of text.matchAll(WORD)) {
      const tokens = this.#tokensOf(match[0]);
      if (ids.length + tokens.length > room) break;
      words.push({
        start: match.index,
        end: match.index + match[0].length,
        from: ids.length,
        to: ids.length + tokens.length,
      });
      for (const id of tokens) ids.push(id);
    }
    ids.push(...this.#after);
    const logits = await this.#run(ids);
    return words.map(({ start, end, from, to }) => ({ start, end, ...this.#averaged(logits, from, to) }));
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  #averaged(logits: Float32Array, from: number, to: number) {
    const sums = { name: 0, street: 0, place: 0 };
    const labels = this.#groups.length;
    for (let token = from; token < to; token += 1) {
      const row = logits.subarray(token * labels, (token + 1) * labels);
      const most = row.reduce((best, value) => Math.max(best, value), -Infinity);
      const exponentials = Array.from(row, (value) => Math.exp(value - most));
      const total = exponentials.reduce((sum, value) => sum + value, 0);
      exponentials.forEach((value, label) => {
        const group = this.#groups[label];
        if (group) sums[group] += value / total;
      });
    }
    const pieces = Math.max(1, to - from);
    return { name: sums.name / pieces, street: sums.street / pieces, place: sums.place / pieces };
  }

  async #run(ids: readonly number[]): Promise<Float32Array> {
    const feeds: Record<string, Tensor> = {};
    for (const name of this.session.inputNames) {
      const values = new BigInt64Array(ids.length);
      if (name === 'input_ids') ids.forEach((id, position) => (values[position] = BigInt(id)));
      else if (name === 'attention_mask') values.fill(1n);
      else if (name !== 'token_type_ids') throw new Error('the model asks for an input that is not known');
      feeds[name] = new Tensor('int64', values, [1, ids.length]);
    }
    const outputName = this.session.outputNames[0];
    if (outputName === undefined) throw new Error('the model has no output');
    const output = (await this.session.run(feeds, [outputName]))[outputName];
    if (!output || !(output.data instanceof Float32Array)) throw new Error('the output of the model is not float32');
    if (output.dims[2] !== this.folder.labels.length)
      throw new Error('the model has other labels than its config.json');
    return output.data;
  }

  #tokensOf(word: string): readonly number[] {
    const known = this.#tokens.get(word);
    if (known) return known;
    const tokens = this.tokenizer.encode(word, { add_special_tokens: false }).ids;
    if (this.#tokens.size >= MAX_CACHED_WORDS) this.#tokens.clear();
    this.#tokens.set(word, tokens);
    return tokens;
  }
}
