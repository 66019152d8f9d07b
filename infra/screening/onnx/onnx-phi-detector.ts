import { Failure } from '../../../core/contract/failures.js';
import type { JudgedWord, PhiDetector, PhiModel } from '../../../core/ports/phi-detector.js';
import { sha256OfFile } from '../../file-digest.js';
import { ModelThread } from '../../model-threads/model-thread.js';
import { openPhiModelFolder } from '../provision/phi-model-folder.js';

type DetectorThread = ModelThread<null, JudgedWord[]>;

/**
 * A token-classification model by onnxruntime, in a thread of its own (it computes synchronously), which starts when it is
 * first asked: most texts have no candidate. When the thread dies, what was asked of it fails with
 * `PHI_DETECTOR_UNAVAILABLE` and the next call starts another.
 */
export class OnnxPhiDetector implements PhiDetector {
  #thread: DetectorThread | null = null;
  #closed = false;

  /** Looks at the folder and hashes the weights (15 MB in 40 ms); loads nothing. Errors: `InvalidModelFolder`. */
  static async open({ modelFolder }: { modelFolder: string }): Promise<OnnxPhiDetector> {
    const { name, modelFile } = await openPhiModelFolder(modelFolder);
    return new OnnxPhiDetector(modelFolder, { name, revision: `sha256:${await sha256OfFile(modelFile)}` });
  }

  private constructor(
    private readonly modelFolder: string,
    readonly model: PhiModel,
  ) {}

  async judge(texts: readonly string[], signal?: AbortSignal): Promise<JudgedWord[][]> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Failure('PHI_DETECTOR_UNAVAILABLE', { detail: 'the detector is closed' });
    if (texts.length === 0) return [];
    if (!this.#thread || this.#thread.hasEnded) this.#thread = startThread(this.modelFolder);
    const thread = this.#thread;
    await thread.ready;
    signal?.throwIfAborted();
    return thread.ask({ texts }, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.close();
  }
}

function startThread(modelFolder: string): DetectorThread {
  const module = 'infra/screening/onnx/phi-thread.js';
  return new ModelThread({ module, modelFolder, failure: 'PHI_DETECTOR_UNAVAILABLE' });
}
