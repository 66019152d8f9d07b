import type { EmbeddingPurpose } from '../../../core/ports/embedder.js';

/** How the vectors of tokens become the vector of a text. */
export type Pooling = 'mean' | 'cls';

export type Prompts = Readonly<Record<EmbeddingPurpose, string>>;

/** How a model was trained to be used, as far as its files need not say it. */
export interface ModelProfile {
  /** Of its vectors, before they are cut. */
  readonly dimensions: number;
  readonly pooling: Pooling;
  readonly prompts: Prompts;
  /** Name of the folder beside it with the model for questions; absent: one model for both. */
  readonly queryEncoder?: string;
}

const NO_PROMPTS: Prompts = { query: '', passage: '' };
/** Of Beijing Academy's English models, version 1.5: questions only. */
const BGE_PROMPTS: Prompts = { query: 'Represent this sentence for searching relevant passages: ', passage: '' };
/** The E5 models were trained with both, and rank badly without. */
const E5_PROMPTS: Prompts = { query: 'query: ', passage: 'passage: ' };

/**
 * Models that are known by the name of their folder. From the model cards of sentence-transformers, BAAI, intfloat and NCBI;
 * folders in ONNX form often lack the files that say the same. What such a file does say must agree.
 */
export const MODEL_PROFILES: Readonly<Record<string, ModelProfile>> = {
  'all-MiniLM-L6-v2': { dimensions: 384, pooling: 'mean', prompts: NO_PROMPTS },
  'bge-small-en-v1.5': { dimensions: 384, pooling: 'cls', prompts: BGE_PROMPTS },
  'bge-base-en-v1.5': { dimensions: 768, pooling: 'cls', prompts: BGE_PROMPTS },
  'bge-large-en-v1.5': { dimensions: 1_024, pooling: 'cls', prompts: BGE_PROMPTS },
  'multilingual-e5-small': { dimensions: 384, pooling: 'mean', prompts: E5_PROMPTS },
  'multilingual-e5-base': { dimensions: 768, pooling: 'mean', prompts: E5_PROMPTS },
  'multilingual-e5-large': { dimensions: 1_024, pooling: 'mean', prompts: E5_PROMPTS },
  'MedCPT-Article-Encoder': {
    dimensions: 768,
    pooling: 'cls',
    prompts: NO_PROMPTS,
    queryEncoder: 'MedCPT-Query-Encoder',
  },
};
