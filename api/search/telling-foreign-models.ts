import { ForeignModels } from '../../core/retrieval/plan.js';
import type { Retrieve } from '../../core/retrieval/retrieve.js';
import { ApiError } from '../errors.js';
import { presentModel } from './search-answer.js';

/** Errors: `MODEL_MISMATCH` with the models that do not go together. */
export function tellingForeignModels(retrieve: Retrieve): Retrieve {
  return async (scope, query) => {
    try {
      return await retrieve(scope, query);
    } catch (error) {
      if (!(error instanceof ForeignModels)) throw error;
      const details = { configured: presentModel(error.configured), indexed: error.indexed.map(presentModel) };
      throw new ApiError('MODEL_MISMATCH', { details, cause: error });
    }
  };
}
