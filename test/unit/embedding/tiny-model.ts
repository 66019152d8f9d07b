import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bertGraph } from '../../../infra/embedding/conversion/bert-graph.js';
import type { FloatTensor } from '../../../infra/embedding/conversion/safetensors.js';
import { randomNumbers } from '../../fixtures/random-numbers.js';

export const SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const VOCABULARY = [...SPECIALS, ...LETTERS, ...LETTERS.map((letter) => `##${letter}`), ...'.,;/≥é発熱'];

const HIDDEN = 16;
const WIDE = 32;
const POSITIONS = 48;

export interface TinyModelOptions {
  readonly int8?: boolean;
  readonly seed?: number;
  /** Writes `1_Pooling/config.json`. */
  readonly pooling?: 'mean' | 'cls';
  readonly hidden?: number;
  /** Writes `config_sentence_transformers.json`. */
  readonly prompts?: Readonly<Record<string, string>>;
  /** Longest input. */
  readonly positions?: number;
  /** Of its folder, and so of the model. */
  readonly name?: string;
}

export const TINY_CONFIG = {
  model_type: 'bert',
  hidden_act: 'gelu',
  hidden_size: HIDDEN,
  num_attention_heads: 4,
  num_hidden_layers: 2,
  max_position_embeddings: POSITIONS,
  layer_norm_eps: 1e-12,
};

/** Random weights of a BERT of two layers; the same for the same seed. */
export function tinyTensors({ seed = 1, hidden = HIDDEN, positions = POSITIONS }: TinyModelOptions = {}): Map<
  string,
  FloatTensor
> {
  const random = randomNumbers(seed);
  const tensors = new Map<string, FloatTensor>();
  const add = (name: string, shape: readonly number[], value = () => random() - 0.5): void => {
    const length = shape.reduce((product, size) => product * size, 1);
    tensors.set(name, { shape, values: Float32Array.from({ length }, value) });
  };
  const linear = (name: string, outputs: number, inputs: number): void => {
    add(`${name}.weight`, [outputs, inputs]);
    add(`${name}.bias`, [outputs]);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [hidden], () => 1);
    add(`${name}.bias`, [hidden], () => 0);
  };
  add('embeddings.word_embeddings.weight', [VOCABULARY.length, hidden]);
  add('embeddings.position_embeddings.weight', [positions, hidden], () => (random() - 0.5) / 10);
  add('embeddings.token_type_embeddings.weight', [2, hidden], () => 0);
  norm('embeddings.LayerNorm');
  for (let index = 0; index < TINY_CONFIG.num_hidden_layers; index++) {
    const layer = `encoder.layer.${index}`;
    for (const part of ['query', 'key', 'value']) linear(`${layer}.attention.self.${part}`, hidden, hidden);
    linear(`${layer}.attention.output.dense`, hidden, hidden);
    norm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, WIDE, hidden);
    linear(`${layer}.output.dense`, hidden, WIDE);
    norm(`${layer}.output.LayerNorm`);
  }
  return tensors;
}

/** A whole model folder of 30 kB in the temporary directory: what tests of loading need where no weights can be had. */
export async function makeTinyModel(options: TinyModelOptions = {}): Promise<string> {
  const { int8 = false, hidden = HIDDEN, positions = POSITIONS, name = 'tiny-bert' } = options;
  const folder = join(await mkdtemp(join(tmpdir(), 'medindex-tiny-')), name);
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const config = { ...TINY_CONFIG, hidden_size: hidden, max_position_embeddings: positions };
  const file = join(folder, 'onnx', int8 ? 'model_quantized.onnx' : 'model.onnx');
  await writeFile(file, bertGraph({ config, tensors: tinyTensors(options), int8 }));
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tinyTokenizer(VOCABULARY)));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ model_max_length: 1e30 }));
  if (options.prompts) {
    await writeFile(join(folder, 'config_sentence_transformers.json'), JSON.stringify({ prompts: options.prompts }));
  }
  if (options.pooling) {
    await mkdir(join(folder, '1_Pooling'));
    const pooling = {
      pooling_mode_cls_token: options.pooling === 'cls',
      pooling_mode_mean_tokens: options.pooling === 'mean',
    };
    await writeFile(join(folder, '1_Pooling', 'config.json'), JSON.stringify(pooling));
  }
  return folder;
}

const special = (token: string) => ({ [token]: { id: token, ids: [SPECIALS.indexOf(token)], tokens: [token] } });

/** A BERT tokenizer of these words and pieces of words, the special ones first. */
export const tinyTokenizer = (vocabulary: readonly string[]) => ({
  version: '1.0',
  added_tokens: SPECIALS.map((content, id) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
      { Sequence: { id: 'B', type_id: 1 } },
      { SpecialToken: { id: '[SEP]', type_id: 1 } },
    ],
    special_tokens: { ...special('[CLS]'), ...special('[SEP]') },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
  },
});
