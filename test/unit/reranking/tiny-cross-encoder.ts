import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder } from '../../../infra/embedding/conversion/graph-builder.js';
import { SPECIALS, tinyTokenizer } from '../embedding/tiny-model.js';

/** Words that the model tells apart; all others are one to it. */
export const KNOWN_WORDS = [
  ...['dose', 'of', 'for', 'the', 'children', 'adults', 'metformin', 'aspirin', 'ibuprofen', 'renal', 'daily', 'mg'],
  ...['a', 'b', 'question', 'answer', 'fever', 'zorbacillin', 'storage'],
];
const FIRST_WORD = SPECIALS.length;
const POSITIONS = 48;

export interface TinyCrossEncoderOptions {
  /** How many numbers it answers; 1 and 2 are what cross-encoders do. */
  readonly logits?: 1 | 2 | 3;
  readonly name?: string;
}

/**
 * A whole model folder whose network computes, with ONNX operators alone, which share of the question's known words the passage
 * holds: what tests of loading and of reranking need where no cross-encoder's weights can be had.
 */
export async function makeTinyCrossEncoder({
  logits = 1,
  name = 'tiny-cross-encoder',
}: TinyCrossEncoderOptions = {}): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'medindex-tiny-')), name);
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'onnx', 'model.onnx'), overlapGraph(logits));
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ model_type: 'bert', max_position_embeddings: POSITIONS }),
  );
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tinyTokenizer([...SPECIALS, ...KNOWN_WORDS])));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ model_max_length: 1e30 }));
  return folder;
}

function overlapGraph(logits: number): Uint8Array {
  const graph = new GraphBuilder();
  const asFloat = (input: string) => graph.operator('Cast', [input], { to: { int: 1 } });
  const turned = (input: string) => graph.operator('Transpose', [input], { perm: { ints: [1, 0] } });
  const isWord = asFloat(graph.operator('Greater', [asFloat('input_ids'), graph.scalar(FIRST_WORD - 0.5)]));
  const ofPassage = asFloat('token_type_ids');
  const inPassage = graph.operator('Mul', [ofPassage, isWord]);
  const ofQuestion = graph.operator('Sub', [graph.scalar(1), ofPassage]);
  const inQuestion = turned(graph.operator('Mul', [ofQuestion, isWord]));
  const isSame = asFloat(graph.operator('Equal', [turned('input_ids'), 'input_ids']));
  const found = graph.operator('ReduceMax', [graph.operator('Mul', [isSame, inPassage])], {
    axes: { ints: [1] },
    keepdims: { int: 1 },
  });
  const sum = (input: string) => graph.operator('ReduceSum', [input], { keepdims: { int: 1 } });
  const asked = graph.operator('Max', [sum(inQuestion), graph.scalar(1)]);
  const share = graph.operator('Div', [sum(graph.operator('Mul', [found, inQuestion])), asked]);
  const logit = graph.operator('Sub', [graph.operator('Mul', [share, graph.scalar(8)]), graph.scalar(4)]);
  const parts = { 1: [logit], 2: [graph.operator('Neg', [logit]), logit], 3: [logit, logit, logit] }[logits] ?? [];
  const from = parts.length === 1 ? logit : graph.operator('Concat', parts, { axis: { int: 1 } });
  const input = (name: string) => ({ name, element: 'int64' as const, shape: ['batch', 'length'] });
  return graph.encode({
    name: 'overlap',
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map(input),
    output: { name: 'logits', element: 'float', shape: ['batch', logits] },
    from,
  });
}
