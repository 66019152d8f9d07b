import { GraphBuilder } from './graph-builder.js';
import type { OnnxValue } from './onnx-format.js';
import type { FloatTensor } from './safetensors.js';

export interface BertGraphInput {
  /** Parsed `config.json` of a `BertModel`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Weights by their PyTorch names, e.g. `encoder.layer.0.attention.self.query.weight`. */
  readonly tensors: ReadonlyMap<string, FloatTensor>;
  /** Weights and matrix products in int8 (dynamic quantisation), otherwise float32. */
  readonly int8: boolean;
}

/** What hides a padded token from the softmax; small enough to stay finite after the addition. */
const HIDDEN = -10_000;

const INPUTS: readonly OnnxValue[] = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
  name,
  element: 'int64',
  shape: ['batch', 'tokens'],
}));

/**
 * The encoder of BERT (Devlin et al. 2019; the layer order of Hugging Face's `BertModel`) as an ONNX file:
 * `input_ids`, `attention_mask`, `token_type_ids` → `last_hidden_state` [batch, tokens, hidden].
 * Errors: `Error` when the configuration is of another kind of model or a tensor is missing.
 */
export function bertGraph({ config, tensors, int8 }: BertGraphInput): Uint8Array {
  if (config['model_type'] !== 'bert' || config['hidden_act'] !== 'gelu') throw new Error('the model is not a BERT');
  if ((config['position_embedding_type'] ?? 'absolute') !== 'absolute')
    throw new Error('the model is not a plain BERT');
  const number = (name: string): number => {
    const value = config[name];
    if (typeof value !== 'number') throw new Error('the configuration of the model is incomplete');
    return value;
  };
  const tensor = (name: string): FloatTensor => {
    const found = tensors.get(name);
    if (!found) throw new Error('a tensor of the model is missing');
    return found;
  };
  const hidden = number('hidden_size');
  const heads = number('num_attention_heads');
  const headSize = hidden / heads;

  const graph = new GraphBuilder();
  const linear = (input: string, name: string): string =>
    graph.linear(input, { weight: tensor(`${name}.weight`), bias: tensor(`${name}.bias`) }, int8);
  const norm = (input: string, name: string): string => {
    const weight = graph.floats(tensor(`${name}.weight`).values, [hidden]);
    const bias = graph.floats(tensor(`${name}.bias`).values, [hidden]);
    return graph.operator('LayerNormalization', [input, weight, bias], {
      axis: { int: -1 },
      epsilon: { float: number('layer_norm_eps') },
    });
  };

  // Positions are the first rows of their table. Range and Gather would say it more plainly, but onnxruntime's fusion
  // of the embedding layer then makes a graph that fails.
  const length = graph.operator('Shape', ['input_ids'], { start: { int: 1 }, end: { int: 2 } });
  const positionTable = tensor('embeddings.position_embeddings.weight');
  const positions = graph.operator('Slice', [
    graph.floats(positionTable.values, positionTable.shape),
    graph.integers([0]),
    length,
    graph.integers([0]),
  ]);
  const words = graph.lookup(tensor('embeddings.word_embeddings.weight'), 'input_ids', int8);
  const types = graph.lookup(tensor('embeddings.token_type_embeddings.weight'), 'token_type_ids', false);
  const summed = graph.operator('Add', [graph.operator('Add', [words, types]), positions]);
  let states = norm(summed, 'embeddings.LayerNorm');

  // 1 → 0 and 0 → HIDDEN, shaped [batch, 1, 1, tokens].
  const one = graph.scalar(1);
  const seen = graph.operator('Cast', ['attention_mask'], { to: { int: 1 } });
  const unseen = graph.operator('Mul', [graph.operator('Sub', [one, seen]), graph.scalar(HIDDEN)]);
  const mask = graph.operator('Unsqueeze', [unseen, graph.integers([1, 2])]);

  const perHead = graph.integers([0, 0, heads, headSize]);
  const joined = graph.integers([0, 0, hidden]);
  const scale = graph.scalar(1 / Math.sqrt(headSize));
  const root2 = graph.scalar(Math.SQRT2);
  const half = graph.scalar(0.5);
  const split = (input: string, order: readonly number[]): string =>
    graph.operator('Transpose', [graph.operator('Reshape', [input, perHead])], { perm: { ints: order } });

  for (let index = 0; index < number('num_hidden_layers'); index++) {
    const layer = `encoder.layer.${index}`;
    const query = split(linear(states, `${layer}.attention.self.query`), [0, 2, 1, 3]);
    const key = split(linear(states, `${layer}.attention.self.key`), [0, 2, 3, 1]);
    const value = split(linear(states, `${layer}.attention.self.value`), [0, 2, 1, 3]);
    const scores = graph.operator('Mul', [graph.operator('MatMul', [query, key]), scale]);
    const shares = graph.operator('Softmax', [graph.operator('Add', [scores, mask])], { axis: { int: -1 } });
    const context = graph.operator('Transpose', [graph.operator('MatMul', [shares, value])], {
      perm: { ints: [0, 2, 1, 3] },
    });
    const attended = linear(graph.operator('Reshape', [context, joined]), `${layer}.attention.output.dense`);
    const between = norm(graph.operator('Add', [attended, states]), `${layer}.attention.output.LayerNorm`);

    // gelu(x) = x · (1 + erf(x / √2)) / 2
    const wide = linear(between, `${layer}.intermediate.dense`);
    const erf = graph.operator('Erf', [graph.operator('Div', [wide, root2])]);
    const gated = graph.operator('Mul', [wide, graph.operator('Add', [erf, one])]);
    const narrow = linear(graph.operator('Mul', [gated, half]), `${layer}.output.dense`);
    states = norm(graph.operator('Add', [narrow, between]), `${layer}.output.LayerNorm`);
  }
  return graph.encode({
    name: 'bert',
    inputs: INPUTS,
    output: { name: 'last_hidden_state', element: 'float', shape: ['batch', 'tokens', hidden] },
    from: states,
  });
}
