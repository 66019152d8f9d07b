import type { JudgeModels } from './care-features.js';

export const JUDGE: JudgeModels = { names: { bias: 0, weights: [] }, addresses: { bias: 0, weights: [] } };
